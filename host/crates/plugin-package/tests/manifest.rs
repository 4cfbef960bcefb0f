//! Manifests as authors write them, right and wrong.
#![expect(clippy::unwrap_used, reason = "tests")]

use plugin_package::{Inject, Manifest, Method, Origin, PhiClass, Switch, World};

const WHOLE: &str = r#"
schema = 1
id = "pubmed"
version = "0.1.0"
world = "integration"
title = "PubMed"
purpose = "Searches PubMed and shows citations, abstracts and retraction notices."
licence = "Apache-2.0"
default = "on"
off = ["mme"]
[receives]
query = "none"
[[http]]
origin = "https://eutils.ncbi.nlm.nih.gov"
methods = ["GET"]
read-only-post = ["/entrez/eutils/efetch.fcgi"]
requests-per-minute = 180
[[credential]]
handle = "ncbi-key"
title = "NCBI API key"
audience = "https://eutils.ncbi.nlm.nih.gov"
inject = { query = "api_key" }
required = false
[[files]]
root = "literature"
title = "Folder for citations"
write = true
[[config]]
key = "email"
title = "Contact address sent to NCBI"
default = ""
[source]
may-store = false
may-index = false
may-quote = false
[limits]
memory-mib = 32
deadline-ms = 10000
"#;

fn fault(from: &str, to: &str) -> String {
    assert!(WHOLE.contains(from), "{from}");
    Manifest::parse(&WHOLE.replace(from, to)).unwrap_err().to_string()
}

#[test]
fn every_key_is_read() {
    let manifest = Manifest::parse(WHOLE).unwrap();
    assert_eq!(manifest.id, "pubmed");
    assert_eq!(manifest.version.to_string(), "0.1.0");
    assert_eq!(manifest.world, World::Integration);
    assert_eq!(manifest.default, Switch::On);
    assert!(!manifest.starts_on("mme") && manifest.starts_on("search"));
    assert_eq!(manifest.receives["query"], PhiClass::None);
    let rule = &manifest.http[0];
    assert_eq!(rule.origin, Origin::Fixed("https://eutils.ncbi.nlm.nih.gov".into()));
    assert_eq!(rule.methods, [Method::Get]);
    assert_eq!(rule.requests_per_minute, Some(180));
    assert_eq!(manifest.credential[0].inject, Inject::Query("api_key".into()));
    assert!(manifest.files[0].write);
    assert_eq!(manifest.config[0].default, "");
    assert!(!manifest.source.may_store);
    assert_eq!(
        (manifest.limits.memory_mib, manifest.limits.deadline_ms),
        (Some(32), Some(10_000))
    );
}

#[test]
fn a_header_credential_is_read_with_its_prefix() {
    let text = WHOLE.replace(
        "{ query = \"api_key\" }",
        "{ header = \"Authorization\", prefix = \"Bearer \" }",
    );
    assert_eq!(
        Manifest::parse(&text).unwrap().credential[0].inject,
        Inject::Header {
            name: "authorization".into(),
            prefix: "Bearer ".into()
        }
    );
}

#[test]
fn every_fault_names_key_value_and_what_is_allowed() {
    for (from, to, said) in [
        ("schema = 1", "schema = 2", "schema is 2: this version reads schema 1"),
        (
            "id = \"pubmed\"",
            "id = \"PubMed\"",
            "id is \"PubMed\": use lower-case letters",
        ),
        (
            "version = \"0.1.0\"",
            "version = \"0.1\"",
            "line 4 is `version = \"0.1\"`:",
        ),
        (
            "\"integration\"",
            "\"widget\"",
            "`calculator`, `scraper`, `integration`, `chat-adapter`, `embedding-adapter`",
        ),
        (
            "title = \"PubMed\"",
            "title = \"\"",
            "title is \"\": write 1 to 80 visible characters",
        ),
        (
            "title = \"PubMed\"",
            "title = \"Pub\\u202EMed\"",
            "title is \"Pub\\u{202e}Med\"",
        ),
        (
            "licence = \"Apache-2.0\"",
            "licence = \"<b>\"",
            "licence is \"<b>\": write an SPDX expression",
        ),
        ("default = \"on\"", "default = \"maybe\"", "`on` or `off`"),
        ("query = \"none\"", "query = \"some\"", "`none`, `de-identified`, `phi`"),
        (
            "origin = \"https://eutils",
            "origin = \"http://eutils",
            "is no origin: write https://HOST",
        ),
        ("methods = [\"GET\"]", "methods = [\"get\"]", "`GET`"),
        (
            "\"/entrez/eutils/efetch.fcgi\"",
            "\"/entrez/*\"",
            "write the exact path from / on",
        ),
        ("= 180", "= 0", "requests-per-minute is 0: use 1 to 60000"),
        (
            "audience = \"https://eutils.ncbi.nlm.nih.gov\"",
            "audience = \"https://example.org\"",
            "audience is \"https://example.org\": it must be one of the [[http]] origins: https://eutils.ncbi.nlm.nih.gov",
        ),
        (
            "{ query = \"api_key\" }",
            "{}",
            "inject is { query = \"NAME\" } or { header",
        ),
        (
            "{ query = \"api_key\" }",
            "{ header = \"Host\" }",
            "name a query parameter or a header for credentials",
        ),
        ("root = \"literature\"", "root = \"../etc\"", "files.root is \"../etc\""),
        (
            "memory-mib = 32",
            "memory-mib = 0",
            "limits.memory-mib is 0: use 1 to 4096",
        ),
        (
            "memory-mib",
            "memory-mb",
            "unknown field `memory-mb`, expected `memory-mib` or `deadline-ms`",
        ),
        (
            "[[config]]",
            "[[config]]\nkey = \"email\"\ntitle = \"E\"\n[[config]]",
            "config.key is \"email\": it is named twice",
        ),
        ("off = [\"mme\"]", "of = [\"mme\"]", "unknown field `of`"),
        ("purpose", "porpoise", "unknown field `porpoise`"),
        ("licence = \"Apache-2.0\"\n", "", "missing field `licence`"),
    ] {
        let error = fault(from, to);
        assert!(error.contains(said), "{to}: {error}");
    }
}

#[test]
fn all_faults_are_told_at_once() {
    let text = WHOLE.replace("id = \"pubmed\"", "id = \"P\"").replace("= 180", "= 0");
    let error = Manifest::parse(&text).unwrap_err();
    assert_eq!(error.0.len(), 2, "{error}");
}

#[test]
fn a_world_cannot_ask_for_what_it_has_no_import_for() {
    let head = "schema = 1\nid = \"a\"\nversion = \"1.0.0\"\ntitle = \"A\"\npurpose = \"P\"\nlicence = \"MIT\"\n";
    let http = "[[http]]\norigin = \"https://example.org\"\n";
    let files = "[[files]]\nroot = \"a\"\ntitle = \"A\"\n";
    let parse = |world: &str, rest: &str| Manifest::parse(&format!("{head}world = \"{world}\"\n{rest}"));
    assert!(
        parse("calculator", http)
            .unwrap_err()
            .to_string()
            .contains("http: a plugin of the world calculator cannot use it")
    );
    assert!(parse("scraper", http).is_ok());
    assert!(parse("scraper", files).is_err());
    assert!(parse("chat-adapter", files).is_err());
    assert!(parse("integration", files).is_ok());
}

#[test]
fn an_address_from_a_setting_needs_the_setting() {
    let text = WHOLE.replace(
        "[[files]]",
        "[[http]]\norigin = \"config:endpoint\"\nread-only-post = [\"/embed\"]\n[[files]]",
    );
    let error = Manifest::parse(&text).unwrap_err().to_string();
    assert!(
        error.contains("there is no [[config]] with key = \"endpoint\""),
        "{error}"
    );
    let whole = text.replace(
        "[[config]]",
        "[[config]]\nkey = \"endpoint\"\ntitle = \"Address\"\n[[config]]",
    );
    assert!(Manifest::parse(&whole).is_ok());
}
