//! Builds the browser's client into `web/dist`: the WebAssembly bundle, the files of `web/static`
//! and pdf.js. The assets lie in one folder named by the hash of all of them, so browsers may keep
//! them for ever and they name each other by plain relative names; the page itself,
//! `index.html`, is made from `web/static/index.template`. `manifest.json` maps names to addresses.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::Tools;
use crate::fingerprint::{self, files, sha256};
use crate::term::say;

const TEMPLATE: &str = "index.template";

/// The specification's limit for it, compressed.
const FIRST_LOAD_LIMIT: u64 = 1_000_000;

pub fn build(tools: &Tools) -> Result<()> {
    let root = &tools.paths.root;
    let profile = std::env::var("VOICEASSIST_WEB_PROFILE").unwrap_or_else(|_| "release".into());
    let current = fingerprint::of(&inputs(root), &format!("{}{profile}", tools.salt()?))?;
    let dist = tools.paths.web_dist();
    let stamp = dist.join(".fingerprint");
    if fingerprint::is_current(&stamp, &current, &[dist.join("index.html")]) {
        return Ok(());
    }
    let modules = tools.compile(&root.join("web"), "web", &profile)?;
    let bound = tools.paths.side_target("web").join("bindgen");
    let _ = std::fs::remove_dir_all(&bound);
    std::fs::create_dir_all(&bound)?;
    tools.finish("bindgen", &[&modules.join("voiceassist_web.wasm"), &bound])?;

    let mut assets = Assets::default();
    assets.add_folder("", &bound)?;
    assets.add_folder("", &root.join("web/static"))?;
    assets.add_folder("pdfjs/", &tools.paths.cache.join("pdfjs"))?;
    let folder = assets.write(&dist)?;
    tools.finish("compress", &[&dist.join(&folder), &dist.join(&folder)])?;
    report(&dist.join(&folder), &profile)?;
    fingerprint::write_stamp(&stamp, &current)
}

fn inputs(root: &Path) -> Vec<PathBuf> {
    let names = [
        "web/src",
        "web/static",
        "web/Cargo.toml",
        "web/Cargo.lock",
        "host/crates/api-types",
        "host/crates/voice-turn",
        "xtask/downloads.toml",
        "xtask/src/wasm",
        "xtask/wasm",
    ];
    names
        .iter()
        .map(|name| root.join(name))
        .filter(|path| path.exists())
        .collect()
}

/// Says what a first visit costs (everything beside pdf.js, which follows with the first document),
/// and refuses a shipped bundle that costs too much.
fn report(folder: &Path, profile: &str) -> Result<()> {
    let mut sum = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.path().extension().is_some_and(|end| end == "br") {
            sum += entry.metadata()?.len();
        }
    }
    say(format!("web client: first load {} kB compressed", sum / 1000));
    if profile == "release" && sum > FIRST_LOAD_LIMIT {
        bail!("the first load is {sum} bytes compressed; at most {FIRST_LOAD_LIMIT}");
    }
    Ok(())
}

/// Plain name to content.
#[derive(Default)]
struct Assets(BTreeMap<String, Vec<u8>>);

impl Assets {
    fn add_folder(&mut self, prefix: &str, folder: &Path) -> Result<()> {
        for file in files(folder)? {
            let name = format!("{prefix}{}", file.strip_prefix(folder)?.to_string_lossy());
            let bytes = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            if self.0.insert(name.clone(), bytes).is_some() {
                bail!("two web assets are called {name}");
            }
        }
        Ok(())
    }

    /// `assets-0123456789abcdef`: the hash covers every name and content.
    fn folder(&self) -> String {
        let all: String = self
            .0
            .iter()
            .map(|(name, bytes)| format!("{name} {}\n", sha256(bytes)))
            .collect();
        format!("assets-{}", &sha256(all.as_bytes())[..16])
    }

    /// Replaces `dist` in one step, so that a running host never serves half of it; returns the assets' folder.
    fn write(mut self, dist: &Path) -> Result<String> {
        let template = self
            .0
            .remove(TEMPLATE)
            .with_context(|| format!("web/static has no {TEMPLATE}"))?;
        let folder = self.folder();
        let page = page(&template, &folder, &self.0)?;
        let fresh = dist.with_extension("new");
        let _ = std::fs::remove_dir_all(&fresh);
        for (name, bytes) in &self.0 {
            let target = fresh.join(&folder).join(name);
            std::fs::create_dir_all(target.parent().context("a file lies in a folder")?)?;
            std::fs::write(&target, bytes)?;
        }
        let manifest: BTreeMap<_, _> = self.0.keys().map(|name| (name, format!("{folder}/{name}"))).collect();
        std::fs::write(fresh.join("manifest.json"), serde_json::to_string_pretty(&manifest)?)?;
        std::fs::write(fresh.join("index.html"), page)?;
        let _ = std::fs::remove_dir_all(dist);
        std::fs::rename(&fresh, dist)?;
        Ok(folder)
    }
}

/// Fills `{{assets}}`; every name that follows it must exist.
fn page(template: &[u8], folder: &str, assets: &BTreeMap<String, Vec<u8>>) -> Result<String> {
    let text = std::str::from_utf8(template).context("the page's template is not UTF-8")?;
    for rest in text.split("{{assets}}").skip(1) {
        let name = rest.split(['"', '\'', ' ', '>']).next().unwrap_or_default();
        if !assets.contains_key(name) {
            bail!("the page names {name:?}, which is no web asset");
        }
    }
    Ok(text.replace("{{assets}}", &format!("{folder}/")))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn assets(list: &[(&str, &str)]) -> Assets {
        Assets(
            list.iter()
                .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
                .collect(),
        )
    }

    #[test]
    fn page_names_the_hashed_folder_and_everything_it_names_exists() {
        let list = assets(&[("app.js", "1")]);
        let filled = page(b"<script src=\"{{assets}}app.js\">", "assets-00", &list.0).unwrap();
        assert_eq!(filled, "<script src=\"assets-00/app.js\">");
        assert!(page(b"<script src=\"{{assets}}gone.js\">", "assets-00", &list.0).is_err());
    }

    #[test]
    fn every_change_of_an_asset_changes_the_folder() {
        let first = assets(&[("app.js", "1"), ("b.css", "x")]).folder();
        assert_ne!(assets(&[("app.js", "2"), ("b.css", "x")]).folder(), first);
        assert_ne!(assets(&[("app.js", "1"), ("c.css", "x")]).folder(), first);
        assert_eq!(assets(&[("b.css", "x"), ("app.js", "1")]).folder(), first);
    }

    #[test]
    fn folder_is_replaced_whole() {
        let dist = std::env::temp_dir().join(format!("dist-{}", std::process::id()));
        for content in ["1", "2"] {
            let list = assets(&[(TEMPLATE, "<p {{assets}}app.js>"), ("app.js", content)]);
            list.write(&dist).unwrap();
        }
        let names: Vec<_> = std::fs::read_dir(&dist)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names.len(), 3, "{names:?}");
        std::fs::remove_dir_all(&dist).unwrap();
    }
}
