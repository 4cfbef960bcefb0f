//! Times detection over the text of a file, a passage a line: `speed FILE [TIMES]` prints, as JSON, megabytes per
//! second of processor time for the first stage alone (forms, labels, checksums) and for all of it.

use std::error::Error;
use std::io::Write;

type Stage = fn(&str) -> Vec<phi::Span>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let text = std::fs::read_to_string(arguments.next().ok_or("usage: speed FILE [TIMES]")?)?;
    let times: u32 = arguments.next().map_or(Ok(3), |times| times.parse())?;
    // Passages as the host screens them, about 1,000 bytes; the first ones load rules and word lists.
    let passages: Vec<&str> = text.split_inclusive('\n').collect();
    let megabytes = f64::from(times) * text.len() as f64 / 1e6;
    let stages: [(&str, Stage); 2] = [("forms", phi::detect_forms), ("all", phi::detect)];
    let mut figures = Vec::new();
    for (name, detect) in stages {
        let mut found = passages
            .iter()
            .take(100)
            .map(|passage| detect(passage).len())
            .sum::<usize>();
        let start = processor_seconds()?;
        for _ in 0..times {
            found += passages.iter().map(|passage| detect(passage).len()).sum::<usize>();
        }
        let seconds = processor_seconds()? - start;
        let speed = megabytes / seconds.max(0.01);
        figures.push(format!(r#""{name}": {speed:.2}, "{name}_spans": {found}"#));
    }
    writeln!(std::io::stdout(), "{{{}}}", figures.join(", "))?;
    Ok(())
}

/// User and system time of this process: fields 14 and 15 of `/proc/self/stat`, in hundredths.
fn processor_seconds() -> Result<f64, Box<dyn Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let (_, after_name) = stat.rsplit_once(')').ok_or("unknown form of /proc/self/stat")?;
    let ticks = after_name.split_whitespace().skip(11).take(2).map(str::parse::<u32>);
    Ok(f64::from(ticks.sum::<Result<u32, _>>()?) / 100.0)
}
