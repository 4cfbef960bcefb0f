//! Rust: a `cdylib` for `wasm32-unknown-unknown`, then encoded as a component.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::tool::{find, run};
use crate::project::{self, Project};

const TARGET: &str = "wasm32-unknown-unknown";
/// Debian's `rustc-web`: a compiler whose standard library is built from source.
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";

pub fn build(project: &Project) -> Result<Vec<u8>> {
    let target = project.root.join("target");
    let mut command = compiler(&project.root)?;
    command
        .args(["--release", "--target", TARGET])
        .env("CARGO_TARGET_DIR", &target)
        .current_dir(&project.root);
    run(&mut command, "compiling the crate")?;
    let core = module(&target, &project.root)?;
    let module = fs::read(&core).with_context(|| {
        format!(
            "{} is not there; the crate needs `crate-type = [\"cdylib\"]` under [lib]",
            core.display()
        )
    })?;
    wit_component::ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .and_then(|mut encoder| encoder.encode())
        .with_context(|| {
            format!(
                "{} is not the core of a component; does it call `plugin!`?",
                core.display()
            )
        })
}

fn module(target: &Path, root: &Path) -> Result<PathBuf> {
    let manifest = project::read(&root.join("Cargo.toml"))?;
    let table: toml::Table = manifest.parse().context("Cargo.toml is not valid")?;
    let name = |section: &str| table.get(section)?.get("name")?.as_str();
    let name = name("lib")
        .or_else(|| name("package"))
        .context("Cargo.toml names no package")?;
    let file = format!("{}.wasm", name.replace('-', "_"));
    Ok(target.join(TARGET).join("release").join(file))
}

/// `cargo build` by a compiler that knows the target.
fn compiler(root: &Path) -> Result<Command> {
    if has_target(root) {
        let mut command = Command::new("cargo");
        command.arg("build");
        return Ok(command);
    }
    let debian = [DEBIAN_CARGO, DEBIAN_RUSTC, DEBIAN_SOURCE];
    if debian.iter().all(|file| Path::new(file).exists()) {
        let linker = linker(root).context("no linker for WebAssembly; install Debian's lld")?;
        let mut command = Command::new(DEBIAN_CARGO);
        command
            .args(["build", "-Zbuild-std=std,panic_abort"])
            .env("RUSTC", DEBIAN_RUSTC)
            // build-std is unstable; this lets a stable compiler take it.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        for inherited in ["CARGO", "RUSTUP_TOOLCHAIN", "RUSTC_WRAPPER", "LD_LIBRARY_PATH"] {
            command.env_remove(inherited);
        }
        return Ok(command);
    }
    bail!(
        "no compiler for {TARGET}: run `rustup target add {TARGET}`, or install Debian's rustc-web, cargo-web and \
         rust-web-src"
    )
}

fn sysroot(root: &Path) -> Option<PathBuf> {
    let mut command = Command::new("rustc");
    let out = command.args(["--print", "sysroot"]).current_dir(root).output().ok()?;
    out.status
        .success()
        .then(|| PathBuf::from(String::from_utf8_lossy(&out.stdout).trim()))
}

fn has_target(root: &Path) -> bool {
    sysroot(root).is_some_and(|sysroot| sysroot.join("lib/rustlib").join(TARGET).join("lib").is_dir())
}

/// rustup's toolchains bring their own lld.
fn linker(root: &Path) -> Option<PathBuf> {
    let hosts = sysroot(root).and_then(|sysroot| fs::read_dir(sysroot.join("lib/rustlib")).ok());
    let bundled = hosts
        .into_iter()
        .flatten()
        .flatten()
        .map(|host| host.path().join("bin/rust-lld"));
    bundled
        .into_iter()
        .find(|file| file.is_file())
        .or_else(|| find("rust-lld"))
        .or_else(|| find("wasm-ld"))
}
