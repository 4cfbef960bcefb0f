//! `cargo xtask bench audit [ENTRIES]`: how long `voiceassist verify-audit` takes, alone and against a second copy. Each
//! figure is printed with its share of the limit.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::command::{output, run};
use crate::host::fresh_folder;
use crate::paths::Paths;
use crate::run::build_host;
use crate::setup::Purpose;
use crate::term::{result, say};

const ENTRIES: u64 = 1_000_000;
/// For so many entries.
const LIMIT_SECONDS: f64 = 10.0;
const TIMES: usize = 3;

pub fn bench(paths: &Paths, arguments: &[String]) -> Result<()> {
    let entries = arguments.first().map_or(Ok(ENTRIES), |text| text.parse());
    let entries: u64 = entries.context("the number of entries")?;
    if paths.given_binary().is_none() {
        build_host(paths, Purpose::Test, &["voiceassist"])?;
    }
    let work = fresh_folder(paths.target.join("bench-audit"))?;
    let (database, copy) = (work.join("voiceassist.db"), work.join("audit.jsonl"));
    run(voiceassist(paths, &work).arg("migrate"))?;
    say(format!("{entries} entries are made"));
    let script = paths.root.join("xtask/bench/audit.py");
    run(Command::new("python3")
        .arg(script)
        .args([&database, &copy])
        .arg(entries.to_string()))?;
    let limit = LIMIT_SECONDS * entries as f64 / ENTRIES as f64;
    measure(paths, &work, "chain alone", entries, limit, &[])?;
    let copy = copy.to_string_lossy().into_owned();
    measure(
        paths,
        &work,
        "chain and second copy",
        entries,
        limit,
        &["--sink".to_owned(), copy],
    )?;
    std::fs::remove_dir_all(&work)?;
    Ok(())
}

/// The program with a data folder of its own.
fn voiceassist(paths: &Paths, work: &Path) -> Command {
    let mut command = Command::new(paths.host_binary());
    command.current_dir(work).env("VOICEASSIST_DATA_DIR", work);
    command
}

fn measure(paths: &Paths, work: &Path, name: &str, entries: u64, limit: f64, arguments: &[String]) -> Result<()> {
    let mut best = f64::INFINITY;
    for _ in 0..TIMES {
        let began = Instant::now();
        let said = output(voiceassist(paths, work).arg("verify-audit").args(arguments))?;
        ensure!(said.contains(&format!("of {entries} rows holds")), "{said}");
        best = best.min(began.elapsed().as_secs_f64());
    }
    let verdict = if best <= limit { "ok" } else { "OVER" };
    result(format!(
        "{name:<24} {entries} entries {best:>7.2} s, limit {limit:.1} s, ratio {:.2} {verdict} (best of {TIMES})",
        best / limit
    ));
    Ok(())
}
