//! JavaScript: componentize-qjs, installed once from npm with the hashes pinned here.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use plugin_package::World;

use super::stand_in::{self, STAND_IN, WASI};
use super::tool::{find, run};
use crate::cache;
use crate::print::line;
use crate::project::{self, Project};

const PACKAGE: &str = include_str!("../../tools/js/package.json");
/// With the SHA-512 of every archive; `npm ci` refuses any other.
const LOCK: &str = include_str!("../../tools/js/package-lock.json");

pub fn build(project: &Project, output: &Path) -> Result<()> {
    let compiler = installed()?;
    let node = find("node").context("node is missing; install Node.js 18 or newer")?;
    let connected = project.manifest.world != World::Calculator;
    let (wit, root) = if connected {
        let quotes = ['\'', '"'];
        stand_in::sources(project, &["js", "mjs"], |text| {
            let both = |name: &str, quote: char| format!("{quote}{name}:");
            let renamed = |text: String, quote| text.replace(&both(WASI, quote), &both(STAND_IN, quote));
            quotes.into_iter().fold(text, renamed)
        })?
    } else {
        (cache::wit()?, project.root.clone())
    };
    let mut command = Command::new(node);
    command
        .arg(compiler)
        .arg("--wit")
        .arg(wit)
        .arg("--js")
        .arg(root.join("plugin.js"))
        .arg("--module-root")
        .arg(&root)
        .args(["--world", project.manifest.world.as_str()])
        .args(["--sync", "--opt-size", "--stub-wasi", "-o"])
        .arg(output)
        .current_dir(&project.root);
    run(&mut command, "compiling plugin.js")?;
    if connected {
        stand_in::own_names(output)?;
    }
    Ok(())
}

/// The compiler's entry file.
fn installed() -> Result<PathBuf> {
    let folder = cache::folder()?.join("js-0.4.5");
    let entry = folder.join("node_modules/componentize-qjs/cli.mjs");
    if entry.is_file() {
        return Ok(entry);
    }
    let npm = find("npm").context("npm is missing; install Node.js 18 or newer with npm")?;
    line("installing componentize-qjs 0.4.5 from npm, once (38 MB)");
    let partial = folder.with_extension(format!("{}.partial", std::process::id()));
    project::write(&partial.join("package.json"), PACKAGE.as_bytes())?;
    project::write(&partial.join("package-lock.json"), LOCK.as_bytes())?;
    let mut command = Command::new(npm);
    command
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(&partial);
    run(&mut command, "installing the JavaScript compiler from npm")?;
    if fs::rename(&partial, &folder).is_err() && !entry.is_file() {
        anyhow::bail!("cannot write {}", folder.display());
    }
    Ok(entry)
}
