//! Pages per CPU-second with word positions, beside `pdftotext -bbox-layout` in the same run.
//!
//! `bench [--rounds N] FILE.pdf...`; PDFium from `VOICEASSIST_CACHE_DIR` or its default place.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use extract::{Format, Tools, extract};
use rustix::time::{ClockId, clock_gettime};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).peekable();
    let mut rounds = 20;
    if arguments.next_if(|a| a == "--rounds").is_some() {
        rounds = arguments
            .next()
            .and_then(|n| n.to_str()?.parse().ok())
            .ok_or("--rounds needs a number")?;
    }
    let files: Vec<PathBuf> = arguments.map(PathBuf::from).collect();
    if files.is_empty() {
        return Err("name at least one PDF".into());
    }
    let tools = Tools::find(&cache_dir());
    let mut out = std::io::stdout();
    for file in files {
        // The first round loads the library and warms the file cache.
        let (pages, words) = ours(&file, &tools)?;
        let start = own_cpu();
        for _ in 0..rounds {
            ours(&file, &tools)?;
        }
        let own = (own_cpu() - start) / f64::from(rounds);
        let start = child_cpu()?;
        for _ in 0..rounds {
            poppler(&file)?;
        }
        let theirs = (child_cpu()? - start) / f64::from(rounds);
        writeln!(
            out,
            "{}: {pages} pages, {words} words with positions; {:.0} pages per CPU-second; pdftotext -bbox-layout {:.0}; ratio {:.2}",
            file.display(),
            f64::from(pages) / own,
            f64::from(pages) / theirs,
            theirs / own
        )?;
    }
    Ok(())
}

fn cache_dir() -> PathBuf {
    let home = || Path::new(&std::env::var_os("HOME").unwrap_or_default()).join(".cache");
    match std::env::var_os("VOICEASSIST_CACHE_DIR") {
        Some(dir) => dir.into(),
        None => std::env::var_os("XDG_CACHE_HOME")
            .map_or_else(home, PathBuf::from)
            .join("voiceassist"),
    }
}

fn ours(file: &Path, tools: &Tools) -> Result<(u32, usize), Box<dyn std::error::Error>> {
    let found = extract(file, Format::Pdf, tools, &mut |_, _| {})?;
    let words = found.pages.iter().flat_map(|p| &p.blocks).map(|b| b.words.len()).sum();
    Ok((u32::try_from(found.pages.len())?, words))
}

fn poppler(file: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let status = Command::new("pdftotext")
        .arg("-bbox-layout")
        .arg(file)
        .arg("-")
        .stdout(Stdio::null())
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err("pdftotext failed".into())
    }
}

fn own_cpu() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// CPU seconds of ended children: user and system, fields 16 and 17 of the stat file, in hundredths.
fn child_cpu() -> Result<f64, Box<dyn std::error::Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    Ok((ticks(13) + ticks(14)) / 100.0)
}
