//! `xtask/downloads.toml`: which archives are downloaded and which of their files are used.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lock {
    package: Vec<Package>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Registry {
    Pypi,
    Npm,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    pub name: String,
    pub version: String,
    pub registry: Registry,
    /// The processor the archive is for; every one when absent.
    pub arch: Option<String>,
    pub licence: String,
    pub what: String,
    /// Neither shipped nor needed to run.
    #[serde(default)]
    pub tests_only: bool,
    /// File name of the archive in the registry.
    pub archive: String,
    pub sha256: String,
    pub files: Vec<File>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Path in the archive; a folder ends in `/`.
    pub from: String,
    /// Path in the cache folder.
    pub to: String,
    pub sha256: Option<String>,
    /// A program: its file may be executed.
    #[serde(default)]
    pub program: bool,
}

impl Package {
    pub fn is_for_this_machine(&self) -> bool {
        self.arch.as_deref().is_none_or(|arch| arch == std::env::consts::ARCH)
    }

    /// Marks, inside the cache folder, which archive was unpacked.
    pub fn stamp(&self) -> String {
        format!("stamps/{}", self.name)
    }
}

pub fn read(root: &Path) -> Result<Vec<Package>> {
    let path = root.join("xtask/downloads.toml");
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let lock: Lock = toml::from_str(&text).with_context(|| format!("{} is not valid", path.display()))?;
    Ok(lock.package)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn every_package_is_pinned_and_stays_in_the_cache_folder() {
        let packages = read(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()).unwrap();
        assert!(packages.len() >= 4);
        for package in packages {
            assert_eq!(package.sha256.len(), 64, "{}", package.name);
            assert!(package.archive.contains(&package.version), "{}", package.name);
            for file in &package.files {
                assert!(!file.to.starts_with('/') && !file.to.contains(".."), "{}", file.to);
                assert_eq!(file.from.ends_with('/'), file.to.ends_with('/'), "{}", file.to);
            }
        }
    }

    #[test]
    fn archive_for_another_processor_is_skipped() {
        let text = r#"[[package]]
            name = "a"
            version = "1"
            registry = "pypi"
            arch = "sparc"
            licence = "MIT"
            what = "x"
            archive = "a-1.whl"
            sha256 = "0"
            files = []"#;
        let lock: Lock = toml::from_str(text).unwrap();
        assert!(!lock.package[0].is_for_this_machine());
    }
}
