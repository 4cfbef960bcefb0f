//! Where things lie: the workspace, the cache folder and the target folders.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

#[derive(Clone)]
pub struct Paths {
    /// The workspace root.
    pub root: PathBuf,
    /// Models, native libraries, plugins: everything that can be fetched or built again.
    pub cache: PathBuf,
    /// Cargo's target folder for the host.
    pub target: PathBuf,
}

impl Paths {
    pub fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask lies in the workspace")?
            .to_owned();
        let cache = match (path("VOICEASSIST_CACHE_DIR"), path("XDG_CACHE_HOME"), path("HOME")) {
            (Some(own), _, _) => own,
            (None, Some(shared), _) => shared.join("voiceassist"),
            (None, None, Some(home)) => home.join(".cache/voiceassist"),
            (None, None, None) => {
                anyhow::bail!("set HOME or VOICEASSIST_CACHE_DIR, so that there is a cache folder")
            }
        };
        let target = path("CARGO_TARGET_DIR").unwrap_or_else(|| root.join("target"));
        Ok(Self { root, cache, target })
    }

    /// The target folder of a build that must not disturb the host's: `web`, `plugins`.
    pub fn side_target(&self, name: &str) -> PathBuf {
        match path("CARGO_TARGET_DIR") {
            Some(shared) => shared.join(name),
            None => self.root.join(name).join("target"),
        }
    }

    /// The data the team shares beside a checkout; absent elsewhere.
    pub fn shared(&self) -> Option<PathBuf> {
        Some(self.root.parent()?.join("shared")).filter(|shared| shared.is_dir())
    }

    pub fn host_binary(&self) -> PathBuf {
        self.given_binary()
            .unwrap_or_else(|| self.target.join("debug/voiceassist"))
    }

    /// A host built elsewhere, such as a packaged one, to be run and tested instead of our own.
    pub fn given_binary(&self) -> Option<PathBuf> {
        path("VOICEASSIST_BINARY")
    }

    pub fn plugins(&self) -> PathBuf {
        self.cache.join("plugins")
    }

    pub fn web_dist(&self) -> PathBuf {
        self.root.join("web/dist")
    }
}

fn path(variable: &str) -> Option<PathBuf> {
    let value = std::env::var_os(variable).filter(|value| !value.is_empty())?;
    std::path::absolute(PathBuf::from(value)).ok()
}
