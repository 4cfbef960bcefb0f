//! `cargo xtask bench NAME`: the measured figures of the closing notes, each with its bar.

mod audit;
mod ingest;
mod memory;
mod phi;
mod plugins;
mod process;
mod python;

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{announce, cargo};
use crate::paths::Paths;
use crate::setup::{Purpose, setup};

const NAMES: &str = "extract, search, ingest, permission, files, memory, plugins, phi, audit, backup, trust, policy";

pub fn bench(paths: &Paths, arguments: &[String]) -> Result<()> {
    let Some((name, rest)) = arguments.split_first() else {
        bail!("name one of: {NAMES}")
    };
    setup(paths, Purpose::Test)?;
    match name.as_str() {
        "extract" => {
            let files = if rest.is_empty() {
                vec![guide(paths)?]
            } else {
                rest.to_vec()
            };
            announce(example(paths, "extract", "bench").args(files), None)
        }
        "search" => announce(example(paths, "retrieval", "search_latency").args(rest), None),
        "ingest" => ingest::bench(paths, rest),
        "files" => announce(example(paths, "voiceassist", "files").args(rest), None),
        "memory" => memory::bench(paths),
        "plugins" => plugins::bench(paths, rest),
        "audit" => audit::bench(paths, rest),
        "phi" => phi::bench(paths, rest),
        "backup" => announce(example(paths, "voiceassist", "backup").args(rest), None),
        "trust" => announce(example(paths, "voiceassist", "trust").args(rest), None),
        "policy" => announce(&mut example(paths, "policy", "latency"), None),
        "permission" => announce(&mut example(paths, "voiceassist", "permission"), None),
        other => bail!("there is no bench {other:?}; name one of: {NAMES}"),
    }
}

/// The two-column guide that the bars are stated for.
fn guide(paths: &Paths) -> Result<String> {
    let file = paths
        .shared()
        .map(|shared| shared.join("data/documents/cdc_outpatient_guide_508.pdf"));
    let file = file
        .filter(|file| file.is_file())
        .context("name a PDF: the guide is not beside this checkout")?;
    Ok(file.to_string_lossy().into_owned())
}

fn example(paths: &Paths, package: &str, name: &str) -> Command {
    let mut command = cargo(&paths.root);
    command.args(["run", "--locked", "--package", package, "--example", name, "--"]);
    command
}
