//! `cargo xtask run`: from whatever state the machine is in to a running VoiceAssist.

use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::command::{announce, cargo};
use crate::paths::Paths;
use crate::setup::{Purpose, downloads, install, setup};
use crate::term::{say, span};
use crate::wasm::{FINISHER, wasm};

/// Becomes the host; returns only when it could not be started.
pub fn run(paths: &Paths, arguments: &[String]) -> Result<()> {
    let start = Instant::now();
    build(paths, Purpose::Run)?;
    say(format!("ready after {}", span(start.elapsed())));
    let error = Command::new(paths.host_binary())
        .current_dir(&paths.root)
        .arg("serve")
        .args(host_arguments(arguments))
        .exec();
    Err(error).with_context(|| format!("cannot start {}", paths.host_binary().display()))
}

/// Everything up to the start.
pub fn build(paths: &Paths, purpose: Purpose) -> Result<()> {
    if paths.given_binary().is_some() {
        return setup(paths, purpose);
    }
    install(purpose)?;
    let programs = ["voiceassist", FINISHER];
    std::thread::scope(|scope| {
        let host = scope.spawn(|| build_host(paths, purpose, &programs));
        let rest = downloads(paths, purpose).and_then(|()| wasm(paths, purpose, &programs));
        if let Err(error) = &rest {
            say(format!("error: {error:#}; the host is built to its end"));
        }
        let host = host.join().unwrap_or_else(|_| bail!("building the host panicked"));
        rest.and(host)
    })
}

/// Builds programs of the host's workspace.
pub fn build_host(paths: &Paths, purpose: Purpose, programs: &[&str]) -> Result<()> {
    let mut build = cargo(&paths.root);
    build.args(["build", "--locked"]);
    match purpose {
        // With what the tests have built already: one package alone is built with other features.
        Purpose::Test => build.args(["--workspace", "--bins"]),
        Purpose::Run => build.args(programs.iter().flat_map(|program| ["--package", program])),
    };
    announce(&mut build, purpose.limit())
}

/// The sample shelf is the default; an installation (`APP_SECRET`) never gets it.
fn host_arguments(arguments: &[String]) -> Vec<String> {
    let demo = !arguments.iter().any(|word| word == "--no-demo");
    let rest = arguments
        .iter()
        .filter(|word| *word != "--no-demo" && *word != "--demo")
        .cloned();
    demo.then(|| "--demo".to_owned()).into_iter().chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demo_is_on_unless_refused_and_other_arguments_pass() {
        let given = |words: &[&str]| host_arguments(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert_eq!(given(&[]), ["--demo"]);
        assert_eq!(
            given(&["--demo", "--listen", "127.0.0.1:0"]),
            ["--demo", "--listen", "127.0.0.1:0"]
        );
        assert_eq!(given(&["--no-demo"]), Vec::<String>::new());
    }
}
