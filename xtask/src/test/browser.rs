//! The browser journey: Node's test runner drives a real Chromium against a really started host.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::count::{Count, node_line, run_and_count};
use super::{authors, nextcloud};
use crate::command::{announce, find};
use crate::fingerprint;
use crate::host::{Host, fresh_folder};
use crate::paths::Paths;
use crate::setup::{Purpose, node};
use crate::term::say;

const LIMIT: Duration = Duration::from_secs(20 * 60);

pub fn test(paths: &Paths) -> Result<Count> {
    let folder = paths.root.join("web/tests");
    install(&folder)?;
    let authors = authors::packages(paths)?;
    let work = fresh_folder(paths.target.join("browser"))?;
    let screenshots = fresh_folder(paths.target.join("screenshots"))?;
    // A model that is not there until the journey starts it, and off until the journey switches it on.
    let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port().to_string();
    let host = Host::start_with(
        &paths.host_binary(),
        &paths.root,
        &work.join("data"),
        true,
        &work.join("host.log"),
        &[
            ("MODEL_BASE_URL", &format!("http://127.0.0.1:{port}/v1")),
            ("MODEL_NAME", "example-model"),
        ],
    )?;
    let chromium = find("chromium").context("chromium is missing")?;
    let mut command = Command::new(node::program(paths)?);
    command
        .current_dir(&folder)
        .args(["--test", "--test-reporter=tap", "--test-concurrency=1"])
        .env("VOICEASSIST_TEST_URL", &host.origin)
        .env("VOICEASSIST_TEST_LOGIN", &host.link)
        .env("VOICEASSIST_TEST_SHOTS", &screenshots)
        .env("VOICEASSIST_TEST_AUTHORS", authors)
        .env("VOICEASSIST_TEST_MODEL_PORT", &port)
        .env("VOICEASSIST_TEST_PROGRAM", paths.host_binary())
        .env("CHROMIUM", chromium);
    let long = paths
        .shared()
        .map(|shared| shared.join("data/documents/cdc_outpatient_guide_508.pdf"));
    match long.filter(|pdf| pdf.is_file()) {
        Some(pdf) => {
            command.env("VOICEASSIST_TEST_PDF", pdf);
        }
        None => say("no long PDF beside this checkout: its part of the browser journey is skipped"),
    }
    let count = run_and_count(&mut command, LIMIT, node_line)?;
    let log = std::fs::read_to_string(work.join("host.log"))?;
    for identifier in PLANTED {
        ensure!(
            !log.contains(identifier),
            "the host's log of the browser journey holds {identifier}"
        );
    }
    Ok(count)
}

/// What the journey asks about a patient; a log has no place for it.
const PLANTED: [&str; 3] = ["John Smith", "12345678", "BAA 2026-17"];

/// The pictures that README.md and the documentation show: name, and picture of the journey.
const PICTURES: [(&str, &str); 11] = [
    ("answer", "guide-answer-light"),
    ("answer-with-document", "guide-page-light"),
    ("not-found", "not-found-light"),
    ("documents", "documents-light"),
    ("calculation", "calculation-light"),
    ("models", "models-light"),
    ("nextcloud", "nextcloud-answer-with-document"),
    ("overview", "overview-light"),
    ("audit", "audit-verified-light"),
    ("egress", "egress-light"),
    ("retention", "retention-light"),
];

/// `cargo xtask pictures`: runs both journeys and keeps its pictures in docs/pictures.
pub fn pictures(paths: &Paths) -> Result<()> {
    let count = test(paths)? + nextcloud::test(paths)?;
    ensure!(
        count.failed == 0,
        "the browser journey failed; its pictures are not kept"
    );
    let folder = paths.root.join("docs/pictures");
    std::fs::create_dir_all(&folder)?;
    for (name, picture) in PICTURES {
        let taken = paths.target.join("screenshots").join(format!("{picture}.png"));
        std::fs::copy(&taken, folder.join(format!("{name}.png")))
            .with_context(|| format!("the journey took no picture {}", taken.display()))?;
    }
    say(format!("docs/pictures: {} pictures", PICTURES.len()));
    Ok(())
}

/// The packages of package-lock.json, when they changed.
pub(super) fn install(folder: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let current = fingerprint::sha256_file(&lock)?;
    let stamp = folder.join("node_modules/.installed");
    if fingerprint::is_current(&stamp, &current, &[]) {
        return Ok(());
    }
    // npm runs on the Node it came with, which need not be the tests': it only unpacks here.
    announce(
        Command::new("npm").current_dir(folder).args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ]),
        Purpose::Test.limit(),
    )?;
    fingerprint::write_stamp(&stamp, &current)
}
