//! `cargo xtask fuzz NAME [--minutes M]`: libFuzzer on a target of host/fuzz, with the project's own compiler.
//!
//! The targets are safe Rust, so coverage is all that is asked of the compiler: no nightly, no sanitizer, no cargo-fuzz.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{announce, cargo};
use crate::paths::Paths;

const NAMES: [&str; 5] = ["appapi", "audit", "phi", "policy", "sse"];
/// What cargo-fuzz gives the compiler, without the sanitizer.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions";

pub fn fuzz(paths: &Paths, name: &str, minutes: u32) -> Result<()> {
    if !NAMES.contains(&name) {
        bail!("there is no fuzz target {name:?}; name one of: {}", NAMES.join(", "));
    }
    let target = paths.target.join("fuzz");
    // Named, so that the flags are not for build scripts.
    let triple = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let mut build = cargo(&paths.root.join("host/fuzz"));
    build
        .args(["build", "--locked", "--release", "--target", &triple, "--bin", name])
        .env("RUSTFLAGS", FLAGS)
        .env("CARGO_TARGET_DIR", &target);
    announce(&mut build, None)?;
    let corpus = target.join("corpus").join(name);
    std::fs::create_dir_all(&corpus)?;
    let found = target.join("found").join(name).join("");
    std::fs::create_dir_all(&found)?;
    let mut run = Command::new(target.join(&triple).join("release").join(name));
    run.arg(&corpus)
        .arg(format!("-max_total_time={}", minutes * 60))
        .arg(format!("-artifact_prefix={}", found.display()))
        .args(["-max_len=4096", "-timeout=10", "-print_final_stats=1"]);
    announce(&mut run, None).with_context(|| format!("what broke it lies in {}", found.display()))
}
