//! `cargo xtask bench NAME`: the measured figures of the closing notes, each with its bar.

mod audit;
mod ingest;
mod memory;
mod phi;
mod plugins;
mod process;
pub mod python;
mod voice;

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{announce, cargo};
use crate::paths::Paths;
use crate::setup::{Purpose, setup};

const NAMES: &str =
    "extract, search, ingest, permission, files, memory, plugins, phi, audit, backup, trust, policy, voice";

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
            announce(example(paths, "bench")?.args(files), None)
        }
        "search" => announce(example(paths, "search_latency")?.args(rest), None),
        "ingest" => ingest::bench(paths, rest),
        "files" => announce(example(paths, "files")?.args(rest), None),
        "memory" => memory::bench(paths),
        "plugins" => plugins::bench(paths, rest),
        "audit" => audit::bench(paths, rest),
        "phi" => phi::bench(paths, rest),
        "backup" => announce(example(paths, "backup")?.args(rest), None),
        "trust" => announce(example(paths, "trust")?.args(rest), None),
        "policy" => announce(&mut example(paths, "latency")?, None),
        "voice" => voice::bench(paths),
        "permission" => announce(&mut example(paths, "permission")?, None),
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

/// An example of the host's workspace, built with what the tests have built already: one package alone has other features.
fn example(paths: &Paths, name: &str) -> Result<Command> {
    announce(
        cargo(&paths.root).args(["build", "--locked", "--workspace", "--example", name]),
        None,
    )?;
    Ok(Command::new(paths.target.join("debug/examples").join(name)))
}
