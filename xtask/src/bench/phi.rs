//! `cargo xtask bench phi [FILE]`: the PHI detector beside Presidio and philter-lite on the same texts, a passage a
//! line, in megabytes per second of processor time. Without a file: the evaluation queries beside this checkout.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

use super::example;
use super::python::environment;
use crate::command::output;
use crate::host::fresh_folder;
use crate::paths::Paths;
use crate::term::{result, say};

/// Megabytes per second of processor time.
#[derive(Deserialize)]
struct Ours {
    forms: f64,
    all: f64,
}

#[derive(Deserialize)]
struct Theirs {
    presidio: f64,
    presidio_patterns: f64,
    philter: f64,
}

pub fn bench(paths: &Paths, arguments: &[String]) -> Result<()> {
    let file = match arguments.first() {
        Some(file) => PathBuf::from(file),
        None => queries(paths)?,
    };
    let ours: Ours = serde_json::from_str(&output(example(paths, "speed")?.arg(&file).arg("20"))?)?;
    let python = environment(paths, "bench-phi", "phi-requirements.txt")?;
    say("Presidio and philter-lite");
    let theirs: Theirs = serde_json::from_str(&output(
        Command::new(python)
            .arg(paths.root.join("xtask/bench/phi.py"))
            .arg(&file),
    )?)?;
    let line = |name: &str, ours: f64, theirs: f64| {
        result(format!("{name:<46} {ours:>8.2} {theirs:>8.3} {:>8.0}", ours / theirs));
    };
    result(format!(
        "{:<46} {:>8} {:>8} {:>8}",
        "MB per CPU-second", "ours", "theirs", "ratio"
    ));
    line(
        "forms, beside Presidio's patterns (bar 5)",
        ours.forms,
        theirs.presidio_patterns,
    );
    line(
        "all, beside Presidio with spaCy's small model",
        ours.all,
        theirs.presidio,
    );
    line("all, beside philter-lite without its tagger", ours.all, theirs.philter);
    Ok(())
}

/// The texts of the evaluation set, a line each.
fn queries(paths: &Paths) -> Result<PathBuf> {
    let set = paths.shared().map(|shared| shared.join("data/phi/asq_phi.json"));
    let set = set.filter(|file| file.is_file());
    let set = set.context("name a file of texts: the evaluation set is not beside this checkout")?;
    let rows: Vec<Value> = serde_json::from_slice(&std::fs::read(set)?)?;
    let texts = rows.iter().filter_map(|row| row["text"].as_str());
    let lines: Vec<String> = texts.map(|text| text.replace('\n', " ")).collect();
    let file = fresh_folder(paths.target.join("bench-phi"))?.join("texts.txt");
    std::fs::write(&file, lines.join("\n"))?;
    Ok(file)
}
