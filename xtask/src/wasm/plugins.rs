//! Builds every component crate of `plugins/` into `<cache>/plugins/<crate>.wasm`.

use std::path::Path;

use anyhow::{Context, Result};

use super::Tools;
use crate::fingerprint;
use crate::term::say;

pub fn build(tools: &Tools) -> Result<()> {
    let folder = tools.paths.root.join("plugins");
    let names = component_crates(&folder)?;
    let out = tools.paths.plugins();
    std::fs::create_dir_all(&out)?;
    let outputs: Vec<_> = names.iter().map(|name| out.join(format!("{name}.wasm"))).collect();
    let inputs = [
        folder.clone(),
        tools.paths.root.join("wit"),
        tools.paths.root.join("xtask/wasm"),
    ];
    let current = fingerprint::of(&inputs, &tools.salt()?)?;
    let stamp = tools.paths.cache.join("stamps/plugins");
    if fingerprint::is_current(&stamp, &current, &outputs) {
        return Ok(());
    }
    let modules = tools.compile(&folder, "plugins", "release")?;
    for (name, output) in names.iter().zip(&outputs) {
        let core = modules.join(format!("{}.wasm", name.replace('-', "_")));
        tools
            .finish("component", &core, output)
            .with_context(|| format!("plugin {name}"))?;
        say(format!("plugin {name}: {} kB", output.metadata()?.len() / 1000));
    }
    fingerprint::write_stamp(&stamp, &current)
}

/// The members of the plugin workspace that are components: those with a `cdylib`.
fn component_crates(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let manifest = entry?.path().join("Cargo.toml");
        let Ok(text) = std::fs::read_to_string(&manifest) else {
            continue;
        };
        let parsed: toml::Table = text
            .parse()
            .with_context(|| format!("{} is not valid", manifest.display()))?;
        names.extend(component_name(&parsed));
    }
    names.sort();
    Ok(names)
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
}
