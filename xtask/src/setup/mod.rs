//! `cargo xtask setup`: everything a fresh machine needs, each step skipped when its result is there.

mod archive;
mod download;
mod index;
mod lock;
pub mod node;
mod system;

use std::time::Duration;

use anyhow::{Context, Result};

use crate::fingerprint::sha256_file;
use crate::paths::Paths;
use crate::term::say;

pub use lock::{Package, read as read_lock};
pub use system::{apt_install, install};

/// What the set-up is for: running needs less than testing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Run,
    Test,
}

pub fn setup(paths: &Paths, purpose: Purpose) -> Result<()> {
    install(purpose)?;
    downloads(paths, purpose)
}

/// Longer than any stage of a test run takes on two cores with an empty cache.
pub const STAGE_LIMIT: Duration = Duration::from_secs(45 * 60);

impl Purpose {
    /// Nobody watches a test run, so each of its commands ends. A person who builds to run decides
    /// themselves how long a slow machine may take.
    pub fn limit(self) -> Option<Duration> {
        (self == Self::Test).then_some(STAGE_LIMIT)
    }
}

/// Fetches what `downloads.toml` names for this machine into the cache folder.
pub fn downloads(paths: &Paths, purpose: Purpose) -> Result<()> {
    std::fs::create_dir_all(&paths.cache).with_context(|| {
        format!(
            "cannot create the cache folder {}; set VOICEASSIST_CACHE_DIR to another",
            paths.cache.display()
        )
    })?;
    for package in lock::read(&paths.root)?
        .into_iter()
        .filter(|package| is_wanted(package, purpose))
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

fn is_wanted(package: &Package, purpose: Purpose) -> bool {
    package.is_for_this_machine()
        && (!package.tests_only || purpose == Purpose::Test)
        && (package.name != node::PACKAGE || node::on_system().is_none())
}

/// A stamp names the archive the files came from. Without one (files copied by hand, an unpacking
/// cut short) the pinned files are hashed, and a folder, which may be half full, is not trusted.
/// The stamp makes later starts cheap.
fn is_present(paths: &Paths, package: &Package) -> Result<bool> {
    let stamp = paths.cache.join(package.stamp());
    let outputs: Vec<_> = package.files.iter().map(|file| paths.cache.join(&file.to)).collect();
    if crate::fingerprint::is_current(&stamp, &package.sha256, &outputs) {
        return Ok(true);
    }
    for (file, output) in package.files.iter().zip(&outputs) {
        let matches = match &file.sha256 {
            Some(pinned) => output.is_file() && sha256_file(output)? == *pinned,
            None => !file.to.ends_with('/') && output.is_file(),
        };
        if !matches {
            return Ok(false);
        }
    }
    crate::fingerprint::write_stamp(&stamp, &package.sha256)?;
    Ok(true)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn package(files: &str) -> Package {
        let text = format!(
            "name = 'a'\nversion = '1'\nregistry = 'pypi'\nlicence = 'MIT'\nwhat = 'x'\narchive = 'a-1.whl'\nsha256 = '00'\n{files}"
        );
        toml::from_str(&text).unwrap()
    }

    fn cache(name: &str) -> Paths {
        let cache = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(cache.join("maps")).unwrap();
        std::fs::write(cache.join("maps/first"), "1").unwrap();
        Paths {
            root: cache.clone(),
            target: cache.clone(),
            cache,
        }
    }

    #[test]
    fn folder_without_a_stamp_is_not_taken_for_complete() {
        let paths = cache("present-folder");
        let package = package("files = [{ from = 'maps/', to = 'maps/' }]");
        assert!(!is_present(&paths, &package).unwrap());
        crate::fingerprint::write_stamp(&paths.cache.join(package.stamp()), "00").unwrap();
        assert!(is_present(&paths, &package).unwrap());
        std::fs::remove_dir_all(&paths.cache).unwrap();
    }

    #[test]
    fn file_copied_by_hand_is_trusted_when_its_hash_is_the_pinned_one() {
        let paths = cache("present-file");
        let one = crate::fingerprint::sha256(b"1");
        let pinned = |hash: &str| {
            package(&format!(
                "files = [{{ from = 'f', to = 'maps/first', sha256 = '{hash}' }}]"
            ))
        };
        assert!(!is_present(&paths, &pinned("00")).unwrap());
        assert!(is_present(&paths, &pinned(&one)).unwrap());
        std::fs::remove_dir_all(&paths.cache).unwrap();
    }

    #[test]
    fn what_only_tests_need_is_not_downloaded_to_run() {
        let mut package = package("files = []");
        assert!(is_wanted(&package, Purpose::Run));
        package.tests_only = true;
        assert!(!is_wanted(&package, Purpose::Run));
        assert!(is_wanted(&package, Purpose::Test));
    }
}
