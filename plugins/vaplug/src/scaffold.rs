//! `vaplug new`: a plugin that builds and passes, to be changed step by step.

use std::path::Path;

use anyhow::{Context, Result, bail};
use include_dir::{Dir, include_dir};

use crate::print::line;
use crate::{Language, cache, project};

static TEMPLATES: Dir = include_dir!("$CARGO_MANIFEST_DIR/templates");
/// The Rust SDK and the interface it is generated from.
static SDK: Dir = include_dir!("$CARGO_MANIFEST_DIR/../sdk");
static WIT: Dir = include_dir!("$CARGO_MANIFEST_DIR/../../wit");
const SDK_WORKSPACE: &str = include_str!("../../Cargo.toml");

pub fn new(name: &str, language: Language, world: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty()
        || name.len() > 64
        || !name.chars().all(plain)
        || !name.starts_with(|c: char| c.is_ascii_lowercase())
    {
        bail!("{name:?} is no name for a plugin: use lower-case letters, digits and hyphens, a letter first");
    }
    let parts = parts(language, world)?;
    let root = Path::new(name);
    if root.exists() {
        bail!("{name} is there already");
    }
    for part in parts {
        let dir = TEMPLATES.get_dir(part).with_context(|| format!("no template {part}"))?;
        let mut files = Vec::new();
        cache::collect(dir, &mut files);
        for (path, bytes) in files {
            let inside = path.strip_prefix(part)?;
            // Cargo takes every Cargo.toml it meets for a package, so the template's has another name.
            let inside = inside.to_string_lossy().replace("Cargo.template.toml", "Cargo.toml");
            project::write(&root.join(inside), filled(bytes, name).as_bytes())?;
        }
    }
    if language == Language::Rust {
        vendor(&root.join("vendor"))?;
    }
    project::write(&root.join(".gitignore"), b"/build\n/target\n")?;
    line(&format!("{name} is there. Next:"));
    line(&format!("  cd {name}"));
    line("  vaplug test");
    Ok(())
}

/// Folders of the templates that make up a plugin.
fn parts(language: Language, world: &str) -> Result<&'static [&'static str]> {
    match (language, world) {
        (Language::Js, "calculator") => Ok(&["common", "calculator", "lib-js", "js-calculator"]),
        (Language::Py, "calculator") => Ok(&["common", "calculator", "lib-py", "py-calculator"]),
        (Language::Rust, "calculator") => Ok(&["common", "calculator", "rust-calculator"]),
        (Language::Js, "integration") => Ok(&["common", "integration", "js-integration"]),
        (Language::Py, "integration") => Ok(&["common", "integration", "py-integration"]),
        _ => {
            let language = match language {
                Language::Rust => "Rust",
                Language::Js => "JavaScript",
                Language::Py => "Python",
            };
            bail!(
                "there is no template for the world {world:?} in {language}; there are calculator (rust, js, py) and \
                 integration (js, py). The other worlds are described in docs/PLUGINS.md and in the interface's own text"
            )
        }
    }
}

fn filled(bytes: &[u8], name: &str) -> String {
    let title = name.replace('-', " ");
    let title: String = title
        .chars()
        .enumerate()
        .map(|(place, c)| if place == 0 { c.to_ascii_uppercase() } else { c })
        .collect();
    String::from_utf8_lossy(bytes)
        .replace("{{name}}", name)
        .replace("{{title}}", &title)
}

/// The SDK beside the plugin, laid out as in its own repository.
fn vendor(folder: &Path) -> Result<()> {
    for (dir, to) in [(&SDK, "plugins/sdk"), (&WIT, "wit")] {
        let mut files = Vec::new();
        cache::collect(dir, &mut files);
        for (path, bytes) in files {
            project::write(&folder.join(to).join(path), bytes)?;
        }
    }
    let mut workspace: toml::Table = SDK_WORKSPACE.parse()?;
    let members = workspace
        .get_mut("workspace")
        .and_then(|table| table.get_mut("members"));
    *members.context("the SDK's workspace has members")? = toml::Value::Array(vec!["sdk".into()]);
    project::write(
        &folder.join("plugins/Cargo.toml"),
        toml::to_string(&workspace)?.as_bytes(),
    )
}
