//! What a plugin may do, in sentences for the person who decides.

use std::collections::BTreeMap;

use crate::{Access, Credential, Folder, HttpRule, Manifest, Origin, PhiClass, Switch, World};

/// Everything a person should know before they install a plugin, one sentence each.
#[must_use]
pub fn consent(manifest: &Manifest) -> Vec<String> {
    let mut sentences = manifest.request().sentences(&manifest.title);
    if !manifest.config.is_empty() {
        let titles: Vec<_> = manifest.config.iter().map(|setting| setting.title.as_str()).collect();
        sentences.push(format!("Needs to be told: {}.", titles.join("; ")));
    }
    if manifest.default == Switch::Off {
        sentences.push("Starts switched off.".to_owned());
    } else if !manifest.off.is_empty() {
        sentences.push(format!("These start switched off: {}.", manifest.off.join(", ")));
    }
    sentences
}

impl Access {
    /// The same for a set of powers, such as what was granted; `title` is the plugin's.
    #[must_use]
    pub fn sentences(&self, title: &str) -> Vec<String> {
        if self.world == World::Calculator {
            return vec![
                "Only calculates: it cannot reach the network, files, a clock or anything else.".to_owned(),
                "What is entered goes nowhere but into the result.".to_owned(),
            ];
        }
        let mut sentences = vec![
            match self.world {
                World::Calculator | World::Integration => "Offers tools to people and to the assistant.",
                World::Scraper => "Fetches documents that everybody here may search.",
                World::ChatAdapter => "Connects a chat model.",
                World::EmbeddingAdapter => "Connects a model that places texts by their meaning.",
            }
            .to_owned(),
        ];
        let only = self.http.len() == 1;
        sentences.extend(self.http.iter().map(|rule| contact(rule, title, only, self.world)));
        if self.http.is_empty() {
            sentences.push("Cannot reach the network.".to_owned());
        }
        sentences.extend(received(&self.receives));
        sentences.extend(self.credentials.iter().map(secret));
        sentences.extend(self.files.iter().map(|folder| {
            format!(
                "May {} \"{}\", a folder that you choose.",
                folder_verb(folder),
                folder.title
            )
        }));
        sentences.push("Keeps notes of its own on this server (a cache, its settings).".to_owned());
        if self.world == World::Scraper {
            sentences.push(rights(self));
        }
        sentences
    }
}

fn contact(rule: &HttpRule, title: &str, only: bool, world: World) -> String {
    let named = match (&rule.title, rule.origin.host()) {
        (_, None) => place(&rule.origin),
        (Some(title), Some(host)) => format!("{title} ({host})"),
        (None, Some(host)) if only => format!("{title} ({host})"),
        (None, Some(host)) => host.to_owned(),
    };
    format!("May contact {named}{}.", doing(rule, world))
}

/// ` to read`, or what else it may do there.
pub(crate) fn doing(rule: &HttpRule, world: World) -> String {
    if matches!(world, World::ChatAdapter | World::EmbeddingAdapter) {
        return " and send it the texts that its model is asked to work on".to_owned();
    }
    let writes = rule.methods.iter().filter(|method| !method.is_safe());
    let writes: Vec<_> = writes.map(|method| method.as_str()).collect();
    if writes.is_empty() {
        " to read".to_owned()
    } else {
        format!(
            " to read and, once a person approved it, to change things there ({})",
            writes.join(", ")
        )
    }
}

pub(crate) fn place(origin: &Origin) -> String {
    match origin {
        Origin::Fixed(_) => origin.host().unwrap_or_default().to_owned(),
        Origin::Setting(key) => format!("the address you enter as {key}"),
    }
}

pub(crate) fn class(class: PhiClass) -> &'static str {
    match class {
        PhiClass::None => "nothing about patients",
        PhiClass::DeIdentified => "text about patients without what identifies them",
        PhiClass::Phi => "patient data",
    }
}

fn received(receives: &BTreeMap<String, PhiClass>) -> Vec<String> {
    let inputs = |wanted: PhiClass| {
        let named = receives.iter().filter(|(_, class)| **class == wanted);
        named.map(|(input, _)| input.as_str()).collect::<Vec<_>>().join(", ")
    };
    let mut sentences = Vec::new();
    for wanted in [PhiClass::Phi, PhiClass::DeIdentified] {
        let named = inputs(wanted);
        if !named.is_empty() {
            sentences.push(format!("May receive {} as: {named}.", class(wanted)));
        }
    }
    if sentences.is_empty() {
        sentences.push("Never sees patient text.".to_owned());
    }
    sentences
}

fn secret(credential: &Credential) -> String {
    let need = if credential.required { "Needs" } else { "May use" };
    format!(
        "{need} {}: the plugin never sees it, and it is sent to {} only.",
        credential.title,
        place(&credential.audience)
    )
}

pub(crate) fn folder_verb(folder: &Folder) -> &'static str {
    if folder.write {
        "read and write files in"
    } else {
        "read files in"
    }
}

fn rights(access: &Access) -> String {
    let rights = access.rights;
    let allowed: Vec<_> = [
        (rights.may_store, "stored"),
        (rights.may_index, "searched"),
        (rights.may_quote, "quoted"),
    ]
    .into_iter()
    .filter_map(|(allowed, verb)| allowed.then_some(verb))
    .collect();
    match allowed.split_last() {
        None => "Its documents may not be stored, searched or quoted: only linked.".to_owned(),
        Some((last, [])) => format!("Its documents may be {last}, nothing else."),
        Some((last, rest)) => format!("Its documents may be {} and {last}.", rest.join(", ")),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn sentences(rest: &str) -> Vec<String> {
        let head =
            "schema = 1\nid = \"a\"\nversion = \"1.0.0\"\ntitle = \"PubMed\"\npurpose = \"P\"\nlicence = \"MIT\"\n";
        consent(&Manifest::parse(&format!("{head}{rest}")).unwrap())
    }

    #[test]
    fn a_calculator_is_said_to_reach_nothing() {
        assert_eq!(
            sentences("world = \"calculator\"\noff = [\"mme\"]"),
            [
                "Only calculates: it cannot reach the network, files, a clock or anything else.",
                "What is entered goes nowhere but into the result.",
                "These start switched off: mme.",
            ]
        );
    }

    #[test]
    fn each_power_has_its_sentence() {
        let text = r#"
world = "integration"
default = "off"
[receives]
query = "none"
note = "phi"
summary = "de-identified"
[[http]]
origin = "https://eutils.ncbi.nlm.nih.gov"
read-only-post = ["/entrez/eutils/efetch.fcgi"]
[[credential]]
handle = "ncbi-key"
title = "an NCBI API key"
audience = "https://eutils.ncbi.nlm.nih.gov"
inject = { query = "api_key" }
[[files]]
root = "literature"
title = "Literature"
write = true
[[config]]
key = "email"
title = "Contact address"
"#;
        assert_eq!(
            sentences(text),
            [
                "Offers tools to people and to the assistant.",
                "May contact PubMed (eutils.ncbi.nlm.nih.gov) to read.",
                "May receive patient data as: note.",
                "May receive text about patients without what identifies them as: summary.",
                "May use an NCBI API key: the plugin never sees it, and it is sent to eutils.ncbi.nlm.nih.gov only.",
                "May read and write files in \"Literature\", a folder that you choose.",
                "Keeps notes of its own on this server (a cache, its settings).",
                "Needs to be told: Contact address.",
                "Starts switched off.",
            ]
        );
    }

    #[test]
    fn what_may_change_and_what_may_be_kept_is_said() {
        let scraper = sentences(
            "world = \"scraper\"\n[[http]]\norigin = \"https://www.cdc.gov\"\n[source]\nmay-store = true\nmay-index = true",
        );
        assert!(scraper.contains(&"Never sees patient text.".to_owned()));
        assert!(scraper.contains(&"Its documents may be stored and searched.".to_owned()));
        let writer = sentences(
            "world = \"integration\"\n[[http]]\norigin = \"https://a.example\"\ntitle = \"The ticket desk\"\nmethods = [\"GET\", \"POST\"]",
        );
        assert!(writer.contains(
            &"May contact The ticket desk (a.example) to read and, once a person approved it, to change things there (POST)."
                .to_owned()
        ));
        let adapter = sentences(
            "world = \"embedding-adapter\"\n[receives]\ninputs = \"none\"\n[[http]]\norigin = \"config:endpoint\"\nmethods = [\"POST\"]\n[[config]]\nkey = \"endpoint\"\ntitle = \"Address\"",
        );
        assert!(adapter.contains(
            &"May contact the address you enter as endpoint and send it the texts that its model is asked to work on."
                .to_owned()
        ));
        assert!(sentences("world = \"scraper\"").contains(&"Cannot reach the network.".to_owned()));
    }
}
