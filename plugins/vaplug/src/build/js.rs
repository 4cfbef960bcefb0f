//! JavaScript: componentize-qjs, installed once from npm with the hashes pinned here.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use plugin_package::World;
use wasmparser::{Parser, Payload};

use super::tool::{find, run};
use crate::cache;
use crate::print::line;
use crate::project::{self, Project};

const PACKAGE: &str = include_str!("../../tools/js/package.json");
/// With the SHA-512 of every archive; `npm ci` refuses any other.
const LOCK: &str = include_str!("../../tools/js/package-lock.json");

/// The compiler runs a module once at build and keeps what it left in memory. It links its own `wasi:io` for that and
/// then cannot link the `wasi:http` of a plugin to it, so a connected plugin is compiled with its WASI under another
/// name of the same length, and the finished component's imports get their own name back.
const WASI: &str = "wasi:";
const STAND_IN: &str = "vapl:";

pub fn build(project: &Project, output: &Path) -> Result<()> {
    let compiler = installed()?;
    let node = find("node").context("node is missing; install Node.js 18 or newer")?;
    let connected = project.manifest.world != World::Calculator;
    let (wit, root) = if connected {
        stand_ins(project)?
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
        let mut bytes = fs::read(output)?;
        own_names(&mut bytes)?;
        project::write(output, &bytes)?;
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

/// The interface and the author's modules with WASI under its other name.
fn stand_ins(project: &Project) -> Result<(PathBuf, PathBuf)> {
    let folder = project.build_folder().join("js");
    let _ = fs::remove_dir_all(&folder);
    let (wit, root) = (folder.join("wit"), folder.join("modules"));
    rename_in(&cache::wit()?, &wit, &["wit"], |text| text.replace(WASI, STAND_IN))?;
    rename_in(&project.root, &root, &["js", "mjs"], |text| {
        let quotes = ['\'', '"'].into_iter();
        quotes.fold(text, |text, quote| {
            text.replace(&format!("{quote}{WASI}"), &format!("{quote}{STAND_IN}"))
        })
    })?;
    Ok((wit, root))
}

/// Copies the files with one of the `ends`, changed by `change`.
fn rename_in(from: &Path, to: &Path, ends: &[&str], change: impl Fn(String) -> String + Copy) -> Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() {
            let hidden = name.as_encoded_bytes().starts_with(b".");
            if !hidden
                && !["build", "target", "node_modules"]
                    .iter()
                    .any(|skipped| name == *skipped)
            {
                rename_in(&path, &to.join(name), ends, change)?;
            }
        } else if path
            .extension()
            .and_then(OsStr::to_str)
            .is_some_and(|end| ends.contains(&end))
        {
            project::write(&to.join(name), change(project::read(&path)?).as_bytes())?;
        }
    }
    Ok(())
}

/// Gives the outermost component's imports their own name back; names inside it stay as they fit each other.
fn own_names(component: &mut [u8]) -> Result<()> {
    let (mut depth, mut ranges) = (0_usize, Vec::new());
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => ranges.push(section.range()),
            _ => {}
        }
    }
    for range in ranges {
        let section = &mut component[range];
        let mut at = 0;
        while let Some(found) = section[at..]
            .windows(STAND_IN.len())
            .position(|window| window == STAND_IN.as_bytes())
        {
            at += found;
            section[at..at + WASI.len()].copy_from_slice(WASI.as_bytes());
        }
    }
    Ok(())
}
