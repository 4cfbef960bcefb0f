//! What is fetched or unpacked once for all plugins: compilers for JavaScript and Python, the interface, machine code.

use std::path::PathBuf;

use anyhow::{Context, Result};
use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

use crate::project;

/// The plugin interface this tool was built with.
static WIT: Dir = include_dir!("$CARGO_MANIFEST_DIR/../../wit");

/// `VAPLUG_CACHE_DIR`, or `vaplug` in the user's cache folder.
pub fn folder() -> Result<PathBuf> {
    let path = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let own = path("VAPLUG_CACHE_DIR");
    let shared = || path("XDG_CACHE_HOME").map(|cache| cache.join("vaplug"));
    let home = || path("HOME").map(|home| home.join(".cache/vaplug"));
    own.or_else(shared)
        .or_else(home)
        .context("set HOME or VAPLUG_CACHE_DIR, so that there is a cache folder")
}

/// The interface as files, in a folder named by its content.
pub fn wit() -> Result<PathBuf> {
    unpacked("wit", &WIT)
}

/// A vendored folder as files, unpacked when it is not there yet.
pub fn unpacked(name: &str, dir: &Dir) -> Result<PathBuf> {
    let mut files = Vec::new();
    collect(dir, &mut files);
    let mut hash = Sha256::new();
    for (path, bytes) in &files {
        hash.update(path.as_os_str().as_encoded_bytes());
        hash.update([0]);
        hash.update(Sha256::digest(bytes));
    }
    let digest = hex::encode(hash.finalize());
    let folder = self::folder()?.join(format!("{name}-{}", &digest[..16]));
    if !folder.is_dir() {
        // Under another name until it is whole: two runs may meet here.
        let partial = folder.with_extension(format!("{}.partial", std::process::id()));
        for (path, bytes) in &files {
            project::write(&partial.join(path), bytes)?;
        }
        if std::fs::rename(&partial, &folder).is_err() && !folder.is_dir() {
            anyhow::bail!("cannot write {}", folder.display());
        }
    }
    Ok(folder)
}

/// Every file below `dir` with its path inside it.
pub fn collect<'a>(dir: &'a Dir, into: &mut Vec<(&'a std::path::Path, &'a [u8])>) {
    into.extend(dir.files().map(|file| (file.path(), file.contents())));
    for inner in dir.dirs() {
        collect(inner, into);
    }
}
