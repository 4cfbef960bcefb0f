//! Python environments of the programs that are compared with.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::command::announce;
use crate::fingerprint;
use crate::paths::Paths;

/// The interpreter of `name` in the cache folder, made once for each content of `xtask/bench/REQUIREMENTS`.
pub fn environment(paths: &Paths, name: &str, requirements: &str) -> Result<PathBuf> {
    let folder = paths.cache.join(name);
    let python = folder.join("bin/python");
    let requirements = paths.root.join("xtask/bench").join(requirements);
    let current = fingerprint::sha256_file(&requirements)?;
    let stamp = folder.join(".installed");
    if !fingerprint::is_current(&stamp, &current, std::slice::from_ref(&python)) {
        announce(
            Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder),
            None,
        )?;
        announce(
            Command::new(&python)
                .args(["-m", "pip", "install", "--quiet", "--only-binary", ":all:", "-r"])
                .arg(&requirements),
            None,
        )?;
        fingerprint::write_stamp(&stamp, &current)?;
    }
    Ok(python)
}
