//! Builds every component crate of `plugins/` into `<cache>/plugins/NAME.wasm`, and packs and signs it as
//! `NAME.vaplugin` with this machine's build key, whose public half lies beside it as `publisher.toml`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Tools;
use crate::fingerprint;
use crate::term::say;

/// A crate that becomes a plugin.
struct Plugin {
    name: String,
    folder: PathBuf,
}

pub fn build(tools: &Tools) -> Result<()> {
    let root = &tools.paths.root;
    let folder = root.join("plugins");
    let plugins = component_crates(&folder)?;
    let out = tools.paths.plugins();
    std::fs::create_dir_all(&out)?;
    let key = tools.paths.cache.join("publisher.key");
    let publisher = out.join("publisher.toml");
    let mut outputs = vec![key.clone(), publisher.clone()];
    for plugin in &plugins {
        outputs.extend([plugin.file(&out, "wasm"), plugin.file(&out, "vaplugin")]);
    }
    let inputs: Vec<PathBuf> = ["Cargo.toml", "Cargo.lock", "sdk"]
        .iter()
        .map(|name| folder.join(name))
        .chain(plugins.iter().map(|plugin| plugin.folder.clone()))
        .chain(
            ["wit", "xtask/wasm", "host/crates/plugin-package"]
                .iter()
                .map(|name| root.join(name)),
        )
        .collect();
    let current = fingerprint::of(&inputs, &tools.salt()?)?;
    let stamp = tools.paths.cache.join("stamps/plugins");
    if fingerprint::is_current(&stamp, &current, &outputs) {
        return Ok(());
    }
    let modules = tools.compile(&folder, "plugins", "release")?;
    tools.finish("key", &[&key, &publisher])?;
    for plugin in &plugins {
        let (component, package) = (plugin.file(&out, "wasm"), plugin.file(&out, "vaplugin"));
        let core = modules.join(format!("{}.wasm", plugin.name.replace('-', "_")));
        tools
            .finish("component", &[&core, &component])
            .and_then(|()| tools.finish("package", &[&plugin.folder, &component, &key, &package]))
            .with_context(|| format!("plugin {}", plugin.name))?;
        say(format!(
            "plugin {}: {} kB, packed {} kB",
            plugin.name,
            component.metadata()?.len() / 1000,
            package.metadata()?.len() / 1000
        ));
    }
    remove_others(&out, &outputs)?;
    fingerprint::write_stamp(&stamp, &current)
}

impl Plugin {
    fn file(&self, folder: &Path, extension: &str) -> PathBuf {
        folder.join(format!("{}.{extension}", self.name))
    }
}

/// Plugins that a crate no longer makes would still be installed.
fn remove_others(folder: &Path, outputs: &[PathBuf]) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let made_here = path.extension().is_some_and(|end| end == "wasm" || end == "vaplugin");
        if made_here && !outputs.contains(&path) {
            std::fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}

/// The members of the plugin workspace that are components: those with a `cdylib`.
fn component_crates(folder: &Path) -> Result<Vec<Plugin>> {
    let mut plugins = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let folder = entry?.path();
        let manifest = folder.join("Cargo.toml");
        let Ok(text) = std::fs::read_to_string(&manifest) else {
            continue;
        };
        let parsed: toml::Table = text
            .parse()
            .with_context(|| format!("{} is not valid", manifest.display()))?;
        plugins.extend(component_name(&parsed).map(|name| Plugin { name, folder }));
    }
    plugins.sort_by(|one, two| one.name.cmp(&two.name));
    Ok(plugins)
}

fn component_name(manifest: &toml::Table) -> Option<String> {
    let kinds = manifest.get("lib")?.get("crate-type")?.as_array()?;
    kinds.iter().any(|kind| kind.as_str() == Some("cdylib")).then_some(())?;
    Some(manifest.get("package")?.get("name")?.as_str()?.to_owned())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn only_component_crates_are_plugins() {
        let parse = |text: &str| component_name(&text.parse().unwrap());
        assert_eq!(
            parse("[package]\nname='renal'\n[lib]\ncrate-type=['cdylib']").unwrap(),
            "renal"
        );
        assert_eq!(parse("[package]\nname='sdk'\n[lib]\nname='sdk'"), None);
        assert_eq!(parse("[workspace]"), None);
    }

    #[test]
    fn a_plugin_that_is_no_longer_made_is_removed_and_nothing_else() {
        let folder = std::env::temp_dir().join(format!("plugins-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for name in ["old.wasm", "old.vaplugin", "new.wasm", "publisher.toml"] {
            std::fs::write(folder.join(name), name).unwrap();
        }
        remove_others(&folder, &[folder.join("new.wasm")]).unwrap();
        let names = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = names.collect();
        names.sort();
        assert_eq!(names, ["new.wasm", "publisher.toml"]);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
