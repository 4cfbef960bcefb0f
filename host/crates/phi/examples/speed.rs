//! Times detection over the text of a file: `speed FILE [TIMES]` prints megabytes per second of wall time.

use std::error::Error;
use std::io::Write;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let text = std::fs::read_to_string(arguments.next().ok_or("usage: speed FILE [TIMES]")?)?;
    let times: u32 = arguments.next().map_or(Ok(3), |times| times.parse())?;
    // Passages as the host screens them, about 1,000 bytes; the first one loads the word lists.
    let passages: Vec<&str> = text.split_inclusive('\n').collect();
    let mut found = phi::detect("load").len();
    let start = Instant::now();
    for _ in 0..times {
        found += passages.iter().map(|passage| phi::detect(passage).len()).sum::<usize>();
    }
    let seconds = start.elapsed().as_secs_f64();
    let megabytes = f64::from(times) * text.len() as f64 / 1e6;
    writeln!(
        std::io::stdout(),
        "{found} spans, {megabytes:.1} MB in {seconds:.2} s: {:.2} MB/s",
        megabytes / seconds
    )?;
    Ok(())
}
