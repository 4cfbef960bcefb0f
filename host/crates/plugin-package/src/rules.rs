//! What a manifest must keep to beyond its types.

use std::collections::BTreeSet;

use crate::manifest::{Fault, Inject, Manifest, SCHEMA, World};
use crate::{HttpRule, Origin};

/// Longest title, in characters: it stands in one line.
const TITLE: usize = 80;
/// Longest purpose, in characters: it is read before a decision.
const PURPOSE: usize = 400;

/// Headers that say where a message goes or how long it is, and those a browser keeps to itself.
const RESERVED_HEADERS: [&str; 8] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "upgrade",
    "te",
    "cookie",
    "proxy-authorization",
];

pub fn faults(manifest: &Manifest) -> Vec<Fault> {
    let mut found = Found(Vec::new());
    if manifest.schema != SCHEMA {
        found.add("schema", manifest.schema, format!("this version reads schema {SCHEMA}"));
    }
    found.identifier("id", &manifest.id);
    found.words("title", &manifest.title, TITLE);
    found.words("purpose", &manifest.purpose, PURPOSE);
    let spdx = |c: char| c.is_ascii_alphanumeric() || " -.+()".contains(c);
    if manifest.licence.is_empty() || manifest.licence.len() > 200 || !manifest.licence.chars().all(spdx) {
        found.add(
            "licence",
            quoted(&manifest.licence),
            "write an SPDX expression such as Apache-2.0 or LicenseRef-Hospital".into(),
        );
    }
    for name in &manifest.off {
        found.identifier("off", name);
    }
    found.unique("off", manifest.off.iter());
    for input in manifest.receives.keys() {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if input.is_empty() || input.len() > 64 || !input.chars().all(plain) {
            found.add(
                "receives",
                quoted(input),
                "names of inputs are letters, digits, - and _, at most 64".into(),
            );
        }
    }
    sections(manifest, &mut found);
    http(manifest, &mut found);
    credentials(manifest, &mut found);
    for folder in &manifest.files {
        found.identifier("files.root", &folder.root);
        found.words("files.title", &folder.title, TITLE);
    }
    found.unique("files.root", manifest.files.iter().map(|folder| &folder.root));
    for setting in &manifest.config {
        found.identifier("config.key", &setting.key);
        found.words("config.title", &setting.title, TITLE);
    }
    found.unique("config.key", manifest.config.iter().map(|setting| &setting.key));
    found.between("limits.memory-mib", manifest.limits.memory_mib, 1, 4096);
    found.between("limits.deadline-ms", manifest.limits.deadline_ms, 10, 600_000);
    found.0
}

/// A world that lacks an import cannot use what the section would grant.
fn sections(manifest: &Manifest, found: &mut Found) {
    let world = manifest.world;
    let connected = world != World::Calculator;
    let signs_in = !matches!(world, World::Calculator | World::Scraper);
    let has_files = world == World::Integration;
    for (key, used, offered) in [
        ("http", !manifest.http.is_empty(), connected),
        ("config", !manifest.config.is_empty(), connected),
        ("credential", !manifest.credential.is_empty(), signs_in),
        ("files", !manifest.files.is_empty(), has_files),
    ] {
        if used && !offered {
            found.add(
                key,
                "",
                format!(
                    "a plugin of the world {} cannot use it; remove the section",
                    world.as_str()
                ),
            );
        }
    }
}

fn http(manifest: &Manifest, found: &mut Found) {
    let key = |rule: &HttpRule, field: &str| format!("http ({}) {field}", rule.origin);
    for rule in &manifest.http {
        if let Origin::Setting(name) = &rule.origin
            && !manifest.config.iter().any(|setting| setting.key == *name)
        {
            found.add(
                "http.origin",
                quoted(&rule.origin.to_string()),
                format!("there is no [[config]] with key = \"{name}\""),
            );
        }
        if let Some(title) = &rule.title {
            found.words(&key(rule, "title"), title, TITLE);
        }
        if rule.methods.is_empty() && rule.read_only_post.is_empty() {
            found.add(
                &key(rule, "methods"),
                "[]",
                "name at least one method, such as GET".into(),
            );
        }
        found.unique(&key(rule, "methods"), rule.methods.iter().map(|method| method.as_str()));
        for path in &rule.read_only_post {
            let plain = path.starts_with('/') && !path.contains(['?', '#', '*', ' ', '\\']) && !path.contains("..");
            if !plain {
                found.add(
                    &key(rule, "read-only-post"),
                    quoted(path),
                    "write the exact path from / on, without query or wildcard".into(),
                );
            }
        }
        found.unique(&key(rule, "read-only-post"), rule.read_only_post.iter());
        found.between(&key(rule, "requests-per-minute"), rule.requests_per_minute, 1, 60_000);
    }
    found.unique("http.origin", manifest.http.iter().map(|rule| rule.origin.to_string()));
}

fn credentials(manifest: &Manifest, found: &mut Found) {
    for credential in &manifest.credential {
        found.identifier("credential.handle", &credential.handle);
        found.words("credential.title", &credential.title, TITLE);
        if !manifest.http.iter().any(|rule| rule.origin == credential.audience) {
            let origins: Vec<_> = manifest.http.iter().map(|rule| rule.origin.to_string()).collect();
            found.add(
                &format!("credential ({}) audience", credential.handle),
                quoted(&credential.audience.to_string()),
                format!("it must be one of the [[http]] origins: {}", origins.join(", ")),
            );
        }
        let (name, prefix) = match &credential.inject {
            Inject::Query(name) => (name, ""),
            Inject::Header { name, prefix } => (name, prefix.as_str()),
        };
        let token = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let is_header = matches!(credential.inject, Inject::Header { .. });
        let reserved = is_header && RESERVED_HEADERS.contains(&name.as_str());
        let visible = prefix.len() <= 32 && prefix.chars().all(|c| c == ' ' || c.is_ascii_graphic());
        if name.is_empty() || name.len() > 64 || !name.chars().all(token) || reserved || !visible {
            found.add(
                &format!("credential ({}) inject", credential.handle),
                quoted(name),
                "name a query parameter or a header for credentials, such as authorization or x-api-key".into(),
            );
        }
    }
    found.unique(
        "credential.handle",
        manifest.credential.iter().map(|credential| &credential.handle),
    );
}

struct Found(Vec<Fault>);

impl Found {
    fn add(&mut self, key: &str, value: impl ToString, allowed: String) {
        self.0.push(Fault {
            key: key.to_owned(),
            value: value.to_string(),
            allowed,
        });
    }

    fn identifier(&mut self, key: &str, text: &str) {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let starts = text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        if !starts || text.len() > 64 || !text.chars().all(plain) {
            self.add(
                key,
                quoted(text),
                "use lower-case letters, digits and hyphens, 1 to 64 of them".into(),
            );
        }
    }

    /// Text that is shown to a person who decides: nothing in it may hide or turn around what is shown.
    fn words(&mut self, key: &str, text: &str, most: usize) {
        let count = text.chars().count();
        if text.trim().is_empty() || count > most || text.chars().any(hides) {
            self.add(
                key,
                quoted(text),
                format!("write 1 to {most} visible characters on one line"),
            );
        }
    }

    fn unique<T: Ord + ToString>(&mut self, key: &str, values: impl Iterator<Item = T>) {
        let mut seen = BTreeSet::new();
        for value in values {
            let text = value.to_string();
            if !seen.insert(value) {
                self.add(key, quoted(&text), "it is named twice".into());
            }
        }
    }

    fn between(&mut self, key: &str, value: Option<u32>, low: u32, high: u32) {
        if let Some(value) = value.filter(|value| !(low..=high).contains(value)) {
            self.add(key, value, format!("use {low} to {high}"));
        }
    }
}

/// Control characters and the marks that reorder or hide text.
fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

fn quoted(text: &str) -> String {
    let short: String = text.chars().take(100).flat_map(char::escape_default).collect();
    format!("\"{short}\"")
}
