//! Python: componentize-py, installed once from PyPI with the hashes pinned here.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use plugin_package::World;

use super::tool::{find, run};
use crate::cache;
use crate::print::line;
use crate::project::{self, Project};

/// With the SHA-256 of every archive.
const REQUIREMENTS: &str = include_str!("../../tools/py/requirements.txt");

pub fn build(project: &Project, output: &Path) -> Result<()> {
    let mut command = Command::new(installed()?);
    command
        .arg("--wit-path")
        .arg(cache::wit()?)
        .args([
            "--world",
            project.manifest.world.as_str(),
            "--quiet",
            "componentize",
            "--python-path",
        ])
        .arg(&project.root)
        .arg("--output")
        .arg(output)
        .arg("plugin")
        .current_dir(&project.root)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    // A calculator may import nothing; a connected plugin's WASI is how it reaches the network.
    if project.manifest.world == World::Calculator {
        command.arg("--stub-wasi");
    }
    run(&mut command, "compiling plugin.py")
}

/// The compiler, in an environment of its own.
fn installed() -> Result<PathBuf> {
    let folder = cache::folder()?.join("py-0.25.1");
    let program = folder.join("bin/componentize-py");
    let ready = folder.join("ready");
    if ready.is_file() {
        return Ok(program);
    }
    let python = find("python3").context("python3 is missing; install Python 3.10 or newer")?;
    line("installing componentize-py 0.25.1 from PyPI, once (48 MB)");
    let mut venv = Command::new(python);
    venv.args(["-m", "venv", "--clear"]).arg(&folder);
    run(
        &mut venv,
        "making a Python environment (on Debian: install python3-venv)",
    )?;
    let requirements = folder.join("requirements.txt");
    project::write(&requirements, REQUIREMENTS.as_bytes())?;
    let mut pip = Command::new(folder.join("bin/python"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
    ])
    .args(["--only-binary", ":all:", "--require-hashes", "-r"])
    .arg(&requirements);
    run(&mut pip, "installing the Python compiler from PyPI")?;
    project::write(&ready, b"")?;
    Ok(program)
}
