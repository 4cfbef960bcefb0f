//! Who may import whom: the table of docs/ARCHITECTURE.md, for the host's features and for the crates.

use std::path::Path;

use anyhow::{Context, Result};

use super::invariants::PURE;
use super::source::{Finding, Source};

/// Feature -> the features it may name, besides those that everyone may.
const EDGES: &[(&str, &[&str])] = &[
    // Searches prove that what was restored finds the same; files are the ones that ingest keeps.
    ("backup", &["knowledge", "ingest"]),
    (
        "chat",
        &["knowledge", "clinical", "guidelines", "plugins", "models", "holds"],
    ),
    ("clinical", &["plugins", "holds"]),
    // The settings of the model endpoint are typed where they are used.
    ("config", &["models"]),
    ("knowledge", &["models"]),
    // A chat adapter is a model; it runs as a plugin.
    ("models", &["plugins"]),
    // It reads a score's inputs back as the form shows them.
    ("voice", &["chat", "clinical", "models"]),
    ("ingest", &["knowledge", "plugins", "models", "holds"]),
    ("guidelines", &["ingest", "plugins"]),
    // What is kept of one person lies everywhere.
    ("retention", &["chat", "clinical", "ingest", "holds"]),
    (
        "admin",
        &[
            "chat",
            "voice",
            "clinical",
            "knowledge",
            "ingest",
            "models",
            "plugins",
            "identity",
        ],
    ),
];

/// What everyone may name: the ground they stand on. Identity is part of it: every feature keeps to
/// what its caller may read, and identity says under which names that is.
const EVERYONE: &[&str] = &[
    "audit", "cloud", "egress", "jobs", "edge", "app", "clock", "config", "db", "hosts", "identity", "live", "vault",
];

/// What puts the features together and may therefore name all of them.
const ASSEMBLY: &[&str] = &["app", "router", "main", "lib", "lifecycle", "eval", "doctor"];

pub fn feature_edges(source: &Source) -> Vec<Finding> {
    let Some(inside) = source.path.strip_prefix("host/src/") else {
        return Vec::new();
    };
    let from = inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs");
    if ASSEMBLY.contains(&from) {
        return Vec::new();
    }
    let allowed = EDGES
        .iter()
        .find(|(name, _)| *name == from)
        .map_or(&[][..], |(_, to)| to);
    let mut found = Vec::new();
    for (number, line) in statements(source) {
        let line = from_the_root(inside, &line);
        for to in named_modules(&line) {
            let is_module = !to.is_empty() && to.chars().all(|c| c.is_lowercase() || c == '_');
            if is_module && to != from && !EVERYONE.contains(&to) && !allowed.contains(&to) {
                found.push(source.finding(
                    number,
                    "feature_edges",
                    format!("{from} -> {to} is not in the import table"),
                ));
            }
        }
    }
    found
}

/// Shipped lines, with an import group over several lines joined into one.
fn statements(source: &Source) -> Vec<(usize, String)> {
    let mut joined: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (number, line) in source.shipped() {
        match joined.last_mut().filter(|_| open) {
            Some((_, text)) => text.push_str(line),
            None => joined.push((number, line.to_owned())),
        }
        let text = joined.last().map_or("", |(_, text)| text.as_str());
        open = text.contains("::{") && text.trim_start().starts_with(['u', 'p']) && !text.contains(';');
    }
    joined
}

/// A feature's top file reaches the crate's root by `super::`, the files below it by `super::super::`.
fn from_the_root(inside: &str, line: &str) -> String {
    let depth = inside.trim_end_matches("/mod.rs").matches('/').count();
    let up = "super::".repeat(depth + 1);
    line.replace(&up, "crate::")
}

/// The first segments after `crate::` in a line, also inside `crate::{a, b::c}` on one line.
fn named_modules(line: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for rest in line.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            None => names.push(first_word(rest)),
            Some(group) => {
                let mut depth = 0;
                let mut start = 0;
                for (at, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => {
                            names.push(first_word(group[start..at].trim()));
                            break;
                        }
                        '}' => depth -= 1,
                        ',' if depth == 0 => {
                            names.push(first_word(group[start..at].trim()));
                            start = at + 1;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    names
}

fn first_word(text: &str) -> &str {
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(text.len());
    &text[..end]
}

/// What a pure crate may not even depend on.
const OUTSIDE: &[&str] = &[
    "tokio",
    "sqlx",
    "axum",
    "reqwest",
    "wasmtime",
    "ureq",
    "hyper",
    "rand",
    "async-openai",
];

/// Heavy or outside-facing dependencies and the only crate that names each.
const OWNED: &[(&str, &str)] = &[
    ("wasmtime", "sandbox"),
    ("regorus", "policy"),
    ("rten", "onnx"),
    ("tokenizers", "onnx"),
    ("pdfium-render", "extract"),
    ("axum", "voiceassist"),
    ("sqlx", "voiceassist"),
];

/// Checks one manifest; `name` is the crate's.
pub fn crate_edges(path: &str, name: &str, dependencies: &[String]) -> Vec<Finding> {
    let found = |detail: String| Finding {
        path: path.to_owned(),
        line: 1,
        rule: "crate_edges",
        detail,
    };
    let mut findings = Vec::new();
    for dependency in dependencies.iter().map(String::as_str) {
        if PURE.contains(&name) && OUTSIDE.contains(&dependency) {
            findings.push(found(format!("the pure crate {name} depends on {dependency}")));
        }
        if dependency == "voiceassist" {
            findings.push(found(format!("{name} depends on the host")));
        }
        if let Some((_, owner)) = OWNED
            .iter()
            .find(|(owned, owner)| *owned == dependency && *owner != name && name != "testkit")
        {
            findings.push(found(format!("{dependency} is named by {owner} only, not by {name}")));
        }
        let own = [
            "extract",
            "onnx",
            "phi",
            "retrieval",
            "sandbox",
            "audit-chain",
            "policy",
            "speech",
            "nextcloud",
        ]
        .contains(&dependency);
        if name == "voiceassist-web" && own {
            findings.push(found(format!(
                "the web client depends on {dependency}; of ours only on api-types and voice-turn"
            )));
        }
    }
    findings
}

/// Every manifest of the host, its crates and the web client.
pub fn check_manifests(root: &Path) -> Result<Vec<Finding>> {
    let mut manifests = vec!["host/Cargo.toml".to_owned(), "web/Cargo.toml".to_owned()];
    for entry in std::fs::read_dir(root.join("host/crates"))? {
        manifests.push(format!(
            "host/crates/{}/Cargo.toml",
            entry?.file_name().to_string_lossy()
        ));
    }
    let mut findings = Vec::new();
    for path in manifests {
        let Ok(text) = std::fs::read_to_string(root.join(&path)) else {
            continue;
        };
        let parsed: toml::Table = text.parse().with_context(|| format!("{path} is not valid"))?;
        let name = parsed
            .get("package")
            .and_then(|package| package.get("name")?.as_str())
            .unwrap_or_default();
        let dependencies = parsed.get("dependencies").and_then(toml::Value::as_table);
        let dependencies: Vec<String> = dependencies
            .map(|table| table.keys().cloned().collect())
            .unwrap_or_default();
        findings.extend(crate_edges(&path, name, &dependencies));
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edges(path: &str, text: &str) -> usize {
        feature_edges(&Source::parse(path, text)).len()
    }

    #[test]
    fn edge_outside_the_table_is_found() {
        assert_eq!(edges("host/src/knowledge/search.rs", "use crate::chat::ask;"), 1);
        assert_eq!(
            edges("host/src/ingest/run.rs", "let a = crate::chat::store::rows();"),
            1
        );
        assert_eq!(
            edges("host/src/knowledge/search.rs", "use crate::{chat::ask, models};"),
            1
        );
        assert_eq!(
            edges("host/src/models/route.rs", "use crate::{db::Db, clock::Clock, audit};"),
            0
        );
        assert_eq!(edges("host/src/chat/ask.rs", "use crate::knowledge::search;"), 0);
        assert_eq!(edges("host/src/chat/ask.rs", "use crate::chat::store;"), 0);
    }

    #[test]
    fn assembly_may_name_every_feature() {
        assert_eq!(edges("host/src/router.rs", "use crate::{chat, ingest, knowledge};"), 0);
    }

    #[test]
    fn pure_crate_with_an_outside_dependency_is_found() {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            crate_edges("host/crates/phi/Cargo.toml", "phi", &list(&["regex", "tokio"])).len(),
            1
        );
        assert_eq!(
            crate_edges("host/Cargo.toml", "voiceassist", &list(&["wasmtime"])).len(),
            1
        );
        assert_eq!(
            crate_edges("web/Cargo.toml", "voiceassist-web", &list(&["api-types", "retrieval"])).len(),
            1
        );
        assert!(
            crate_edges(
                "host/crates/sandbox/Cargo.toml",
                "sandbox",
                &list(&["wasmtime", "tokio"])
            )
            .is_empty()
        );
    }
}
