//! Python: componentize-py, installed once from PyPI with the hashes pinned here.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use plugin_package::World;

use super::stand_in::{self, STAND_IN, WASI};
use super::tool::{find, run};
use crate::cache;
use crate::print::line;
use crate::project::{self, Project};

/// With the SHA-256 of every archive.
const REQUIREMENTS: &str = include_str!("../../tools/py/requirements.txt");

pub fn build(project: &Project, output: &Path) -> Result<()> {
    let compiler = installed()?;
    let connected = project.manifest.world != World::Calculator;
    let (wit, root) = if connected {
        // The names of the generated modules begin with the package's.
        let (own, other) = (format!("{WASI}_"), format!("{STAND_IN}_"));
        stand_in::sources(project, &["py"], |text| text.replace(&own, &other))?
    } else {
        (cache::wit()?, project.root.clone())
    };
    let mut command = Command::new(compiler);
    command
        .arg("--wit-path")
        .arg(wit)
        .args(["--world", project.manifest.world.as_str(), "--quiet"])
        .args(["componentize", "--stub-wasi", "--python-path"])
        .arg(&root)
        .arg("--output")
        .arg(output)
        .arg("plugin")
        .current_dir(&root)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    run(&mut command, "compiling plugin.py")?;
    if connected {
        stand_in::own_names(output)?;
    }
    Ok(())
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
