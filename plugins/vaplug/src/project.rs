//! A plugin's folder: what is where, in which language.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use plugin_package::{Manifest, Vectors};

use crate::Language;

pub struct Project {
    pub root: PathBuf,
    pub manifest: Manifest,
    pub language: Language,
}

/// The file that tells the language, and the author's own source.
const SOURCES: [(&str, Language); 3] = [
    ("Cargo.toml", Language::Rust),
    ("plugin.js", Language::Js),
    ("plugin.py", Language::Py),
];

impl Project {
    pub fn open(root: &Path) -> Result<Self> {
        let root = std::path::absolute(root)?;
        let file = root.join("plugin.toml");
        if !file.is_file() {
            bail!(
                "{} has no plugin.toml: go to a plugin's folder, or start one with `vaplug new NAME --lang js`",
                root.display()
            );
        }
        let manifest = Manifest::parse(&read(&file)?).with_context(|| format!("{} is wrong", file.display()))?;
        let found: Vec<_> = SOURCES.iter().filter(|(name, _)| root.join(name).is_file()).collect();
        let [(_, language)] = found.as_slice() else {
            let names: Vec<_> = found.iter().map(|(name, _)| *name).collect();
            bail!(
                "{} must have exactly one of Cargo.toml, plugin.js and plugin.py; it has {}",
                root.display(),
                if names.is_empty() {
                    "none".to_owned()
                } else {
                    names.join(" and ")
                }
            );
        };
        Ok(Self {
            language: *language,
            root,
            manifest,
        })
    }

    pub fn build_folder(&self) -> PathBuf {
        self.root.join("build")
    }

    pub fn component_file(&self) -> PathBuf {
        self.build_folder().join("component.wasm")
    }

    pub fn component(&self) -> Result<Vec<u8>> {
        let file = self.component_file();
        fs::read(&file).with_context(|| format!("{} is not there; run `vaplug build`", file.display()))
    }

    pub fn manifest_text(&self) -> Result<String> {
        read(&self.root.join("plugin.toml"))
    }

    pub fn vectors_text(&self) -> Result<String> {
        read(&self.root.join("vectors.json")).context(
            "a package holds test vectors; where the component's own examples suffice, write {\"calculators\": []}",
        )
    }

    pub fn vectors(&self) -> Result<Vectors> {
        Vectors::parse(&self.vectors_text()?).map_err(|error| anyhow::anyhow!("vectors.json: {error}"))
    }

    pub fn licence(&self) -> Result<String> {
        read(&self.root.join("LICENSE"))
            .with_context(|| format!("a package holds the text of its licence ({})", self.manifest.licence))
    }

    /// `build/NAME-VERSION.EXTENSION`
    pub fn package_file(&self, extension: &str) -> PathBuf {
        let Manifest { id, version, .. } = &self.manifest;
        self.build_folder().join(format!("{id}-{version}.{extension}"))
    }
}

pub fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

/// Writes a file whole or not at all.
pub fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    let folder = file.parent().context("a file lies in a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let partial = file.with_extension("partial");
    fs::write(&partial, bytes).with_context(|| format!("cannot write {}", partial.display()))?;
    fs::rename(&partial, file).with_context(|| format!("cannot write {}", file.display()))
}
