//! Which compiler makes WebAssembly: rustup's with its target installed, rustup's after adding
//! the target, or Debian's `rustc-web`, whose standard library is built from source.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};

use crate::command::{cargo, find, output, run_limited};
use crate::setup::apt_install;
use crate::term::say;

pub const TARGET: &str = "wasm32-unknown-unknown";

/// Adding the target downloads 20 MB; on a machine without a way out it may hang instead of failing.
const ADD_LIMIT: Duration = Duration::from_secs(120);

const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";

/// Written by dpkg when `rustc-web` is installed.
const DEBIAN_RECORD: &str = "/var/lib/dpkg/info/rustc-web.list";

#[derive(Clone)]
pub enum Toolchain {
    Rustup,
    Debian { linker: PathBuf },
}

/// Finds one, installing what is missing. `VOICEASSIST_WASM=rustup` or `=debian` allows only that one.
pub fn find_or_install(root: &Path) -> Result<Toolchain> {
    let wish = std::env::var("VOICEASSIST_WASM").unwrap_or_default();
    if !matches!(wish.as_str(), "" | "rustup" | "debian") {
        bail!("VOICEASSIST_WASM is {wish:?}; allowed are rustup, debian and nothing");
    }
    let sysroot = sysroot(root)?;
    if wish != "debian" {
        let installed = || sysroot.join("lib/rustlib").join(TARGET).join("lib").is_dir();
        let debian_serves = wish.is_empty() && is_debian_chosen();
        if installed() || (!debian_serves && add_target(root)? && installed()) {
            return Ok(Toolchain::Rustup);
        }
        if wish == "rustup" {
            bail!("rustup could not add {TARGET}; run `rustup target add {TARGET}`");
        }
        if !debian_serves {
            say("rustup could not add the WebAssembly target; using Debian's compiler");
        }
    }
    if !is_debian_there() {
        apt_install(&["rustc-web", "cargo-web", "rust-web-src"])
            .map_err(|error| anyhow!("{error:#}; or run `rustup target add {TARGET}` yourself and start again"))?;
    }
    if !is_debian_there() {
        bail!(
            "no compiler for WebAssembly: run `rustup target add {TARGET}`, or install Debian's rustc-web, cargo-web and rust-web-src"
        );
    }
    Ok(Toolchain::Debian {
        linker: linker(root, &sysroot)?,
    })
}

impl Toolchain {
    /// `cargo build` for WebAssembly in `folder`.
    pub fn build(&self, folder: &Path, target: &Path) -> Command {
        let mut command = match self {
            Self::Rustup => cargo(folder),
            Self::Debian { linker } => {
                let mut command = Command::new(DEBIAN_CARGO);
                command
                    .current_dir(folder)
                    .env("RUSTC", DEBIAN_RUSTC)
                    // build-std is unstable; this lets a stable compiler take it.
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
                for inherited in ["CARGO", "RUSTUP_TOOLCHAIN", "RUSTC_WRAPPER", "LD_LIBRARY_PATH"] {
                    command.env_remove(inherited);
                }
                command
            }
        };
        command
            .args(["build", "--locked", "--target", TARGET])
            .env("CARGO_TARGET_DIR", target);
        if matches!(self, Self::Debian { .. }) {
            command.arg("-Zbuild-std=std,panic_abort");
        }
        command
    }

    /// Part of every fingerprint: another compiler makes another module.
    pub fn version(&self, root: &Path) -> Result<String> {
        match self {
            Self::Rustup => output(Command::new("rustc").arg("-vV").current_dir(root)),
            Self::Debian { .. } => output(Command::new(DEBIAN_RUSTC).arg("-vV")),
        }
    }
}

fn sysroot(root: &Path) -> Result<PathBuf> {
    let text = output(Command::new("rustc").args(["--print", "sysroot"]).current_dir(root))?;
    Ok(PathBuf::from(text.trim()))
}

fn add_target(root: &Path) -> Result<bool> {
    if find("rustup").is_none() {
        return Ok(false);
    }
    say(format!("adding the target {TARGET}"));
    let mut command = Command::new("rustup");
    command.args(["target", "add", TARGET]).current_dir(root);
    Ok(run_limited(&mut command, ADD_LIMIT)?.is_some_and(|status| status.success()))
}

/// Debian's `rustc-web` is installed, so nothing needs to be added. Its plain `rustc` lies at the
/// same place, but in Debian 12 it is too old: then rustup comes first.
fn is_debian_chosen() -> bool {
    is_debian_there() && Path::new(DEBIAN_RECORD).exists()
}

fn is_debian_there() -> bool {
    [DEBIAN_CARGO, DEBIAN_RUSTC, DEBIAN_SOURCE]
        .iter()
        .all(|path| Path::new(path).exists())
}

/// rustup's toolchains bring their own lld for every host.
fn linker(root: &Path, sysroot: &Path) -> Result<PathBuf> {
    let text = output(Command::new("rustc").arg("-vV").current_dir(root))?;
    let host = text
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc names its host")?;
    let bundled = sysroot.join("lib/rustlib").join(host).join("bin/rust-lld");
    if bundled.is_file() {
        return Ok(bundled);
    }
    find("rust-lld").or_else(|| find("wasm-ld")).with_context(|| {
        format!(
            "no linker for WebAssembly: {} is missing; install Debian's lld",
            bundled.display()
        )
    })
}
