//! WASI under another name while a connected plugin is compiled.
//!
//! Both compilers run a module once at build and keep what it left in memory. What they give its runtime for that
//! (files, standard streams, sockets) must not be asked of the host, so it is replaced by stubs, and a plugin's own
//! `wasi:http` would be replaced with it. Under another name of the same length it stays, and the finished component's
//! imports get their own name back.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wasmparser::{Parser, Payload};

use crate::cache;
use crate::project::{self, Project};

pub const WASI: &str = "wasi";
pub const STAND_IN: &str = "vapl";

/// Copies of the interface and of the author's files with one of the `ends`, in which `change` renames WASI.
pub fn sources(project: &Project, ends: &[&str], change: impl Fn(String) -> String) -> Result<(PathBuf, PathBuf)> {
    let folder = project.build_folder().join("stand-in");
    let _ = fs::remove_dir_all(&folder);
    let (wit, root) = (folder.join("wit"), folder.join("modules"));
    let package = |text: String| text.replace(&format!("{WASI}:"), &format!("{STAND_IN}:"));
    copy(&cache::wit()?, &wit, &["wit"], &package)?;
    copy(&project.root, &root, ends, &change)?;
    Ok((wit, root))
}

fn copy(from: &Path, to: &Path, ends: &[&str], change: &dyn Fn(String) -> String) -> Result<()> {
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
                copy(&path, &to.join(name), ends, change)?;
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
pub fn own_names(file: &Path) -> Result<()> {
    let mut component = fs::read(file)?;
    let (mut depth, mut ranges) = (0_usize, Vec::new());
    for payload in Parser::new(0).parse_all(&component) {
        match payload? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => ranges.push(section.range()),
            _ => {}
        }
    }
    let stand_in = format!("{STAND_IN}:");
    for range in ranges {
        let section = &mut component[range];
        for at in 0..section.len().saturating_sub(stand_in.len()) {
            if section[at..].starts_with(stand_in.as_bytes()) {
                section[at..at + WASI.len()].copy_from_slice(WASI.as_bytes());
            }
        }
    }
    project::write(file, &component)
}
