//! `cargo xtask test`: every check and every test, on a fresh machine too. Each stage runs even when
//! an earlier one failed, so that one run tells everything; the last line is the sum.

mod authors;
mod browser;
mod count;
pub mod nextcloud;
mod postgres;

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::bench::python::environment;
use crate::command::{announce, cargo};
use crate::paths::Paths;
use crate::setup::{Purpose, STAGE_LIMIT, setup};
use crate::term::{result, say, span};
use crate::{crash, run, tidy, wasm};
use count::Count;

/// Kills in CI; the closing figure of a release comes from 200.
const CRASHES: u32 = 10;

/// What `cargo xtask test` runs on PostgreSQL, too, in two to three minutes; all of it is `test-postgres`.
const ON_POSTGRES: [&str; 11] = [
    "store::tests",
    "writers::",
    "hosts::",
    "documents::",
    "undo::",
    "audit::",
    "contexts::",
    "vault::",
    "sessions::",
    "second_factor::",
    "streams::",
];

/// A workspace of its own.
const FUZZ: &str = "host/fuzz";

struct Stages {
    rows: Vec<(String, Duration, Count)>,
}

impl Stages {
    /// Runs one stage; a stage that cannot run counts as one failure.
    fn stage(&mut self, name: &str, work: impl FnOnce() -> Result<Count>) -> bool {
        say(format!("\n== {name}"));
        let start = Instant::now();
        let count = work().unwrap_or_else(|error| {
            say(format!("{name} failed: {error:#}"));
            Count {
                failed: 1,
                ..Count::default()
            }
        });
        self.rows.push((name.to_owned(), start.elapsed(), count));
        count.failed == 0
    }

    fn check(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> bool {
        self.stage(name, || {
            work().map(|()| Count {
                passed: 1,
                ..Count::default()
            })
        })
    }

    fn total(&self) -> Count {
        self.rows
            .iter()
            .fold(Count::default(), |sum, (_, _, count)| sum + *count)
    }
}

pub fn test(paths: &Paths) -> Result<ExitCode> {
    let mut stages = Stages { rows: Vec::new() };
    let root = &paths.root;
    if stages.check("set-up", || setup(paths, Purpose::Test)) {
        stages.check("format", || format(paths));
        stages.check("tidy", || tidy::tidy(paths));
        stages.check("web client and plugins", || {
            wasm::wasm(paths, Purpose::Test, &[wasm::FINISHER])
        });
        stages.check("clippy", || clippy(paths));
        stages.stage("tests", || cargo_test(&mut host_tests(paths)));
        stages.stage("tests on PostgreSQL", || on_postgres(paths, &ON_POSTGRES));
        stages.stage("plugin tests", || {
            let target = paths.side_target("plugins");
            cargo_test(
                cargo(&root.join("plugins"))
                    .args(["test", "--locked", "--workspace", "--no-fail-fast"])
                    .env("CARGO_TARGET_DIR", target),
            )
        });
        stages.stage("web client tests", || {
            cargo_test(
                cargo(&root.join("web"))
                    .args(["test", "--locked", "--no-fail-fast"])
                    .env("CARGO_TARGET_DIR", paths.side_target("web")),
            )
        });
        if stages.check("host", || run::build(paths, Purpose::Test)) {
            stages.stage("browser journey", || browser::test(paths));
            stages.stage("journey in Nextcloud", || nextcloud::test(paths));
            stages.check("crash", || crash::crash(paths, CRASHES, None));
        }
    }
    say("");
    for (name, time, count) in &stages.rows {
        say(format!("{name:<24} {:>14}   {count}", span(*time)));
    }
    let total = stages.total();
    result(total.to_string());
    Ok(if total.failed == 0 && total.passed > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The host's tests again, each with a database on a server that is gone afterwards; `words` go to the test programs.
pub fn on_postgres(paths: &Paths, words: &[&str]) -> Result<Count> {
    let server = postgres::Server::start(paths)?;
    cargo_test(
        host_tests(paths)
            .args(["--lib", "--test", "it", "--"])
            .args(words)
            .env(postgres::VARIABLE, server.url()),
    )
}

/// With the same words each time, so that nothing is compiled twice.
pub fn host_tests(paths: &Paths) -> Command {
    let mut command = cargo(&paths.root);
    match environment(paths, "vendors", "vendors-requirements.txt") {
        Ok(python) => {
            command.env("VOICEASSIST_VENDORS_PYTHON", python);
        }
        // A vendor's double is proved by the vendor's own client, which comes from PyPI.
        Err(error) => say(format!("skipped: the speech vendors' clients cannot be had: {error:#}")),
    }
    command
        .args(["test", "--locked", "--workspace", "--no-fail-fast"])
        .env("VAPLUG_CACHE_DIR", paths.cache.join("vaplug"))
        .env("VOICEASSIST_PLUGINS", paths.plugins());
    command
}

/// `cargo xtask pictures`: the browser journey for the sake of its pictures.
pub fn pictures(paths: &Paths) -> Result<()> {
    run::build(paths, Purpose::Test)?;
    browser::pictures(paths)
}

fn format(paths: &Paths) -> Result<()> {
    for folder in [".", "web", "plugins", FUZZ] {
        announce(
            cargo(&paths.root.join(folder)).args(["fmt", "--all", "--", "--check", "-l"]),
            Purpose::Test.limit(),
        )?;
    }
    // Nothing here builds the fuzz targets, whose lock file goes stale unseen.
    announce(
        cargo(&paths.root.join(FUZZ)).args(["fetch", "--locked"]),
        Purpose::Test.limit(),
    )
}

fn clippy(paths: &Paths) -> Result<()> {
    let strict = ["--", "-D", "warnings"];
    announce(
        cargo(&paths.root)
            .args(["clippy", "--locked", "--workspace", "--all-targets"])
            .args(strict),
        Purpose::Test.limit(),
    )?;
    let plugins = paths.root.join("plugins");
    announce(
        cargo(&plugins)
            .args(["clippy", "--locked", "--workspace", "--all-targets"])
            .args(strict)
            .env("CARGO_TARGET_DIR", paths.side_target("plugins")),
        Purpose::Test.limit(),
    )?;
    wasm::clippy_web(paths)
}

fn cargo_test(command: &mut Command) -> Result<Count> {
    count::run_and_count(command, STAGE_LIMIT, count::cargo_line)
}
