//! `cargo xtask bench ingest`: the real host reads PDFs beside a Python script that does the same
//! with pypdf, onnxruntime and bm25s: same files, same chunks, same model, everything loaded before
//! timing. The host's figure holds all that it does: child processes, checks, database, index.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::guide;
use super::process::{ChildPeak, cpu_seconds, peak_kb};
use super::python::environment;
use crate::command::output;
use crate::host::{Client, Host, fresh_folder};
use crate::paths::Paths;
use crate::run;
use crate::setup::Purpose;
use crate::term::{result, say};

/// Fewer would measure start-up.
const LEAST_PAGES: i64 = 200;

const LIMIT: Duration = Duration::from_secs(900);

#[derive(Deserialize)]
struct Theirs {
    pages: i64,
    chunks: i64,
    extract: f64,
    embed: f64,
    index: f64,
    peak_kb: u64,
}

struct Ours {
    pages: i64,
    passages: i64,
    cpu: f64,
    peak_kb: u64,
}

pub fn bench(paths: &Paths, arguments: &[String]) -> Result<()> {
    let files = if arguments.is_empty() {
        vec![guide(paths)?]
    } else {
        arguments.to_vec()
    };
    run::build(paths, Purpose::Run)?;
    let python = environment(paths, "bench-python", "requirements.txt")?;
    let work = fresh_folder(paths.target.join("bench-ingest"))?;
    let host = Host::start(
        &paths.host_binary(),
        &paths.root,
        &work.join("data"),
        false,
        &work.join("host.log"),
    )?;
    let client = host.sign_in()?;
    let (ours, copies) = ours(&host, &client, &files, &work)?;
    let extract = extraction(paths, &work, &copies)?;
    say("the Python pipeline");
    let theirs: Theirs = serde_json::from_str(&output(
        Command::new(python)
            .arg(paths.root.join("xtask/bench/ingest.py"))
            .arg(work.join("data/voiceassist.db"))
            .arg(paths.cache.join("models/all-MiniLM-L6-v2"))
            .args(&copies),
    )?)?;
    ensure!(
        theirs.pages == ours.pages && theirs.chunks == ours.passages,
        "both must do the same: {} and {} pages",
        ours.pages,
        theirs.pages
    );
    report(&ours, extract, &theirs);
    Ok(())
}

fn report(ours: &Ours, extract: f64, theirs: &Theirs) {
    let pages = ours.pages as f64;
    let whole = theirs.extract + theirs.embed + theirs.index;
    let line = |name: &str, ours: String, theirs: String, ratio: f64, bar: &str| {
        result(format!("{name:<34} {ours:>12} {theirs:>12} {ratio:>8.2}   {bar}"));
    };
    result(format!(
        "{} pages, {} chunks                {:>12} {:>12} {:>8}",
        ours.pages, ours.passages, "VoiceAssist", "Python", "ratio"
    ));
    line(
        "extraction, pages per CPU-second",
        format!("{:.0}", pages / extract),
        format!("{:.1}", pages / theirs.extract),
        theirs.extract / extract,
        "bar 8",
    );
    line(
        "whole, pages per CPU-second",
        format!("{:.1}", pages / ours.cpu),
        format!("{:.1}", pages / whole),
        whole / ours.cpu,
        "bar 1.3, goal 2",
    );
    line(
        "peak memory, MB",
        format!("{}", ours.peak_kb / 1000),
        format!("{}", theirs.peak_kb / 1000),
        ours.peak_kb as f64 / theirs.peak_kb as f64,
        "bar 0.25",
    );
    result(format!(
        "Python's parts, CPU-seconds: extraction {:.1}, embedding {:.1}, index {:.2}",
        theirs.extract, theirs.embed, theirs.index
    ));
}

/// Uploads copies until there are enough pages; CPU time from the first byte until all are ready.
fn ours(host: &Host, client: &Client, files: &[String], work: &Path) -> Result<(Ours, Vec<PathBuf>)> {
    // The first file also loads what the host loads once; it is not counted.
    let mut copies = Vec::new();
    copy_and_upload(client, files, work, 0)?;
    settle(client)?;
    let warm = client.get("/api/v1/status")?;
    let round_pages: i64 = pages(client)?;
    ensure!(round_pages > 0, "the files have no pages");
    let rounds = (LEAST_PAGES + round_pages - 1) / round_pages;
    for document in client.get("/api/v1/documents")?["documents"]
        .as_array()
        .into_iter()
        .flatten()
    {
        client.delete(&format!(
            "/api/v1/documents/{}",
            document["id"].as_str().unwrap_or_default()
        ))?;
    }
    settle(client)?;
    let watch = ChildPeak::watch(host.id());
    let before = cpu_seconds(host.id())?;
    for round in 1..=rounds {
        copies.extend(copy_and_upload(client, files, work, round)?);
    }
    settle(client)?;
    let cpu = cpu_seconds(host.id())? - before;
    let peak_kb = peak_kb(host.id()).context("the host has ended")? + watch.finish();
    let status = client.get("/api/v1/status")?;
    ensure!(status["documents_failed"] == 0, "a document failed: {warm}");
    let passages = status["passages"].as_i64().context("a number of passages")?;
    Ok((
        Ours {
            pages: pages(client)?,
            passages,
            cpu,
            peak_kb,
        },
        copies,
    ))
}

fn pages(client: &Client) -> Result<i64> {
    let list = client.get("/api/v1/documents")?;
    Ok(list["documents"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|document| document["pages"].as_i64())
        .sum())
}

/// A PDF may carry anything behind its end; that makes every copy a file of its own.
fn copy_and_upload(client: &Client, files: &[String], work: &Path, round: i64) -> Result<Vec<PathBuf>> {
    let mut copies = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let mut bytes = std::fs::read(file).with_context(|| format!("cannot read {file}"))?;
        bytes.extend_from_slice(format!("\n% copy {round}\n").as_bytes());
        let name = format!("copy-{round}-{number}.pdf");
        let copy = work.join(&name);
        std::fs::write(&copy, &bytes)?;
        client.upload(&name, &bytes)?;
        copies.push(copy);
    }
    Ok(copies)
}

fn settle(client: &Client) -> Result<()> {
    let start = Instant::now();
    while client.get("/api/v1/status")?["documents_waiting"] != 0 {
        ensure!(start.elapsed() < LIMIT, "the documents were not read in {LIMIT:?}");
        std::thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

/// CPU seconds of extraction alone: one process that reads every copy, less the start of one that reads next to nothing.
/// Python's clock begins after its imports too.
fn extraction(paths: &Paths, work: &Path, copies: &[PathBuf]) -> Result<f64> {
    let cpu = |files: &[PathBuf]| -> Result<f64> {
        let before = cpu_seconds(std::process::id())?;
        output(
            Command::new(paths.host_binary())
                .current_dir(&paths.root)
                .args(["eval", "extract"])
                .args(files)
                .arg("--out")
                .arg(work.join("pages.json")),
        )?;
        Ok(cpu_seconds(std::process::id())? - before)
    };
    let nothing = work.join("nothing.txt");
    std::fs::write(&nothing, "Nothing to read.\n")?;
    Ok(cpu(copies)? - cpu(&[nothing])?)
}
