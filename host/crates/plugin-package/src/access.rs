//! What a plugin asks for, what it was granted, and what it therefore has.

use std::collections::BTreeMap;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::{Credential, Folder, HttpRule, Manifest, Method, Origin, PhiClass, Rights, World, consent};

/// A set of powers. Settings are not among them: a setting's value is IT's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Access {
    pub world: World,
    pub receives: BTreeMap<String, PhiClass>,
    pub http: Vec<HttpRule>,
    pub credentials: Vec<Credential>,
    pub files: Vec<Folder>,
    pub rights: Rights,
}

/// What a manifest asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request(Access);

/// What somebody allowed; the host stores it as JSON with the digest it was given for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Granted(Access);

impl Access {
    /// The highest class of patient information an input may carry. A calculator reaches nothing, so each of
    /// its inputs may carry anything.
    #[must_use]
    pub fn ceiling(&self, input: &str) -> PhiClass {
        if self.world == World::Calculator {
            return PhiClass::Phi;
        }
        self.receives.get(input).copied().unwrap_or_default()
    }

    #[must_use]
    pub fn credential(&self, handle: &str) -> Option<&Credential> {
        self.credentials.iter().find(|one| one.handle == handle)
    }

    #[must_use]
    pub fn folder(&self, root: &str) -> Option<&Folder> {
        self.files.iter().find(|one| one.root == root)
    }

    fn rule(&self, origin: &Origin) -> Option<&HttpRule> {
        self.http.iter().find(|one| one.origin == *origin)
    }
}

impl Request {
    pub(crate) fn of(manifest: &Manifest) -> Self {
        Self(Access {
            world: manifest.world,
            receives: manifest.receives.clone(),
            http: manifest.http.clone(),
            credentials: manifest.credential.clone(),
            files: manifest.files.clone(),
            rights: manifest.source,
        })
    }

    /// Everything that is asked for, allowed.
    #[must_use]
    pub fn grant(self) -> Granted {
        Granted(self.0)
    }

    /// True when nothing is asked for beyond `granted`, so that an upgrade may activate itself.
    #[must_use]
    pub fn is_within(&self, granted: &Granted) -> bool {
        self.widening(granted).is_empty()
    }

    /// What is asked for beyond `granted`, each in a sentence.
    #[must_use]
    pub fn widening(&self, granted: &Granted) -> Vec<String> {
        let mut wider = Vec::new();
        if self.world != granted.world && self.world != World::Calculator {
            wider.push(format!(
                "It becomes a plugin of the world {} instead of {}.",
                self.world.as_str(),
                granted.world.as_str()
            ));
        }
        for (input, class) in &self.receives {
            if *class > granted.ceiling(input) {
                wider.push(format!("It may now receive {} as {input}.", consent::class(*class)));
            }
        }
        for rule in &self.http {
            wider.extend(wider_rule(rule, granted.rule(&rule.origin), self.world));
        }
        for credential in &self.credentials {
            wider.extend(wider_credential(credential, granted.credential(&credential.handle)));
        }
        for folder in &self.files {
            match granted.folder(&folder.root) {
                None => wider.push(format!(
                    "It may now {} \"{}\".",
                    consent::folder_verb(folder),
                    folder.title
                )),
                Some(known) if folder.write && !known.write => {
                    wider.push(format!("It may now write to \"{}\" too.", folder.title));
                }
                Some(_) => {}
            }
        }
        for (now, before, verb) in [
            (self.rights.may_store, granted.rights.may_store, "stored"),
            (self.rights.may_index, granted.rights.may_index, "searched"),
            (self.rights.may_quote, granted.rights.may_quote, "quoted"),
        ] {
            if now && !before {
                wider.push(format!("Its documents may now be {verb}."));
            }
        }
        wider
    }

    /// What the plugin has: declared AND granted.
    #[must_use]
    pub fn granted(&self, granted: &Granted) -> Access {
        let receives = self.receives.iter();
        Access {
            world: self.world,
            receives: receives
                .map(|(input, class)| (input.clone(), (*class).min(granted.ceiling(input))))
                .collect(),
            http: self.http.iter().filter_map(|rule| narrowed(rule, granted)).collect(),
            credentials: self
                .credentials
                .iter()
                .filter(|one| wider_credential(one, granted.credential(&one.handle)).is_none())
                .cloned()
                .collect(),
            files: self
                .files
                .iter()
                .filter_map(|one| {
                    let known = granted.folder(&one.root)?;
                    let write = one.write && known.write;
                    Some(Folder { write, ..one.clone() })
                })
                .collect(),
            rights: Rights {
                may_store: self.rights.may_store && granted.rights.may_store,
                may_index: self.rights.may_index && granted.rights.may_index,
                may_quote: self.rights.may_quote && granted.rights.may_quote,
            },
        }
    }
}

impl Granted {
    /// Takes everything away, as before anyone decided; what it is remains.
    pub fn revoke_all(&mut self) {
        self.0 = Access {
            receives: BTreeMap::new(),
            http: Vec::new(),
            credentials: Vec::new(),
            files: Vec::new(),
            rights: Rights::default(),
            world: self.0.world,
        };
    }

    /// Takes a host away again; its credentials go with it.
    pub fn revoke_origin(&mut self, origin: &Origin) {
        self.0.http.retain(|rule| rule.origin != *origin);
        self.0.credentials.retain(|credential| credential.audience != *origin);
    }

    pub fn revoke_credential(&mut self, handle: &str) {
        self.0.credentials.retain(|credential| credential.handle != handle);
    }

    pub fn revoke_folder(&mut self, root: &str) {
        self.0.files.retain(|folder| folder.root != root);
    }

    /// Lowers what an input may carry; it never raises it.
    pub fn lower_input(&mut self, input: &str, class: PhiClass) {
        if let Some(known) = self.0.receives.get_mut(input) {
            *known = class.min(*known);
        }
    }
}

impl Deref for Request {
    type Target = Access;

    fn deref(&self) -> &Access {
        &self.0
    }
}

impl Deref for Granted {
    type Target = Access;

    fn deref(&self) -> &Access {
        &self.0
    }
}

fn wider_rule(rule: &HttpRule, granted: Option<&HttpRule>, world: World) -> Vec<String> {
    let origin = &rule.origin;
    let Some(granted) = granted else {
        return vec![format!(
            "It may now contact {}{}.",
            consent::place(origin),
            consent::doing(rule, world)
        )];
    };
    let mut wider = Vec::new();
    let new = rule.methods.iter().filter(|method| !granted.methods.contains(method));
    let new: Vec<_> = new.map(|method| method.as_str()).collect();
    if !new.is_empty() {
        wider.push(format!(
            "It may now send {} to {}.",
            new.join(", "),
            consent::place(origin)
        ));
    }
    for path in rule
        .read_only_post
        .iter()
        .filter(|path| !granted.read_only_post.contains(path))
    {
        wider.push(format!(
            "It may now send POST to {path} of {} while it only reads.",
            consent::place(origin)
        ));
    }
    for name in rule.public_ids.iter().filter(|name| !granted.public_ids.contains(name)) {
        wider.push(format!(
            "It may now send numbers as {name} to {} that look like those of patients.",
            consent::place(origin)
        ));
    }
    let unbounded = u32::MAX;
    if rule.requests_per_minute.unwrap_or(unbounded) > granted.requests_per_minute.unwrap_or(unbounded) {
        wider.push(match rule.requests_per_minute {
            Some(rate) => format!(
                "It may now send {rate} requests a minute to {}.",
                consent::place(origin)
            ),
            None => format!("It no longer limits how often it contacts {}.", consent::place(origin)),
        });
    }
    wider
}

fn wider_credential(credential: &Credential, granted: Option<&Credential>) -> Option<String> {
    let Credential { title, audience, .. } = credential;
    match granted {
        None => Some(format!("It now uses {title}, sent to {}.", consent::place(audience))),
        Some(known) if known.audience != *audience => Some(format!(
            "{title} is now sent to {} instead of {}.",
            consent::place(audience),
            consent::place(&known.audience)
        )),
        Some(known) if known.inject != credential.inject => {
            Some(format!("{title} is now sent in another place of each request."))
        }
        Some(_) => None,
    }
}

/// The part of a rule that was granted, or nothing.
fn narrowed(rule: &HttpRule, granted: &Granted) -> Option<HttpRule> {
    let known = granted.rule(&rule.origin)?;
    let rates = [rule.requests_per_minute, known.requests_per_minute];
    let methods: Vec<Method> = rule
        .methods
        .iter()
        .copied()
        .filter(|one| known.methods.contains(one))
        .collect();
    Some(HttpRule {
        methods,
        read_only_post: rule
            .read_only_post
            .iter()
            .filter(|path| known.read_only_post.contains(path))
            .cloned()
            .collect(),
        requests_per_minute: rates.into_iter().flatten().min(),
        public_ids: rule
            .public_ids
            .iter()
            .filter(|name| known.public_ids.contains(name))
            .cloned()
            .collect(),
        ..rule.clone()
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const BASE: &str = r#"
schema = 1
id = "pubmed"
version = "0.1.0"
world = "integration"
title = "PubMed"
purpose = "Searches PubMed."
licence = "Apache-2.0"
[receives]
query = "de-identified"
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
[[files]]
root = "literature"
title = "Folder for citations"
"#;

    fn request(text: &str) -> Request {
        Manifest::parse(text).unwrap().request()
    }

    fn changed(from: &str, to: &str) -> Request {
        assert!(BASE.contains(from), "{from}");
        request(&BASE.replace(from, to))
    }

    #[test]
    fn every_widening_is_named() {
        let granted = request(BASE).grant();
        assert!(request(BASE).is_within(&granted));
        for (from, to, sentence) in [
            (
                "\"de-identified\"",
                "\"phi\"",
                "It may now receive patient data as query.",
            ),
            (
                "query = \"de-identified\"",
                "query = \"none\"\ntext = \"phi\"",
                "It may now receive patient data as text.",
            ),
            (
                "methods = [\"GET\"]",
                "methods = [\"GET\", \"DELETE\"]",
                "It may now send DELETE to eutils.ncbi.nlm.nih.gov.",
            ),
            (
                "read-only-post = [",
                "read-only-post = [\"/entrez/eutils/epost.fcgi\", ",
                "It may now send POST to /entrez/eutils/epost.fcgi of eutils.ncbi.nlm.nih.gov while it only reads.",
            ),
            (
                "= 180",
                "= 600",
                "It may now send 600 requests a minute to eutils.ncbi.nlm.nih.gov.",
            ),
            (
                "requests-per-minute = 180\n",
                "",
                "It no longer limits how often it contacts eutils.ncbi.nlm.nih.gov.",
            ),
            (
                "{ query = \"api_key\" }",
                "{ header = \"x-api-key\" }",
                "NCBI API key is now sent in another place of each request.",
            ),
            (
                "title = \"Folder for citations\"",
                "title = \"Folder\"\nwrite = true",
                "It may now write to \"Folder\" too.",
            ),
            (
                "[[files]]",
                "[[files]]\nroot = \"notes\"\ntitle = \"Notes\"\n[[files]]",
                "It may now read files in \"Notes\".",
            ),
            (
                "[[credential]]",
                "[[http]]\norigin = \"https://example.org\"\n[[credential]]",
                "It may now contact example.org to read.",
            ),
            (
                "[[credential]]\nhandle",
                "[[credential]]\nhandle = \"other\"\ntitle = \"A password\"\naudience = \"https://eutils.ncbi.nlm.nih.gov\"\ninject = { header = \"x-key\" }\n[[credential]]\nhandle",
                "It now uses A password, sent to eutils.ncbi.nlm.nih.gov.",
            ),
            (
                "[receives]",
                "[source]\nmay-store = true\n[receives]",
                "Its documents may now be stored.",
            ),
        ] {
            let request = changed(from, to);
            assert_eq!(request.widening(&granted), [sentence], "{from}");
            assert!(!request.is_within(&granted), "{from}");
            // What is new is not had before somebody grants it; what was had stays.
            let had = request.granted(&granted);
            assert!(Request(had.clone()).is_within(&granted), "{from}: {had:?}");
        }
    }

    #[test]
    fn a_credential_that_goes_elsewhere_is_a_widening_and_is_not_had() {
        let granted = request(BASE).grant();
        let text = BASE
            .replace(
                "[[credential]]",
                "[[http]]\norigin = \"https://example.org\"\n[[credential]]",
            )
            .replace(
                "audience = \"https://eutils.ncbi.nlm.nih.gov\"",
                "audience = \"https://example.org\"",
            );
        let moved = request(&text);
        assert!(
            moved
                .widening(&granted)
                .contains(&"NCBI API key is now sent to example.org instead of eutils.ncbi.nlm.nih.gov.".to_owned())
        );
        assert_eq!(moved.granted(&granted).credentials, []);
    }

    #[test]
    fn another_world_is_a_widening_unless_it_reaches_nothing() {
        let granted = request(BASE).grant();
        let calculator = "schema = 1\nid = \"pubmed\"\nversion = \"1.0.0\"\nworld = \"calculator\"\ntitle = \"P\"\npurpose = \"P\"\nlicence = \"MIT\"\n";
        assert!(request(calculator).is_within(&granted));
        assert_eq!(
            request(BASE).widening(&request(calculator).grant())[0],
            "It becomes a plugin of the world integration instead of calculator."
        );
    }

    #[test]
    fn access_is_what_is_declared_and_granted() {
        let asked = request(BASE);
        let mut granted = asked.clone().grant();
        assert_eq!(asked.granted(&granted), *asked);
        granted.revoke_origin(&asked.http[0].origin);
        granted.revoke_folder("literature");
        granted.lower_input("query", PhiClass::None);
        let had = asked.granted(&granted);
        assert!(had.http.is_empty() && had.credentials.is_empty() && had.files.is_empty());
        assert_eq!(had.ceiling("query"), PhiClass::None);
        // A grant that the manifest does not ask for gives nothing either.
        let wide = changed("methods = [\"GET\"]", "methods = [\"GET\", \"POST\"]").grant();
        assert_eq!(asked.granted(&wide).http[0].methods, [Method::Get]);
        granted.lower_input("query", PhiClass::Phi);
        assert_eq!(granted.ceiling("query"), PhiClass::None);
    }

    #[test]
    fn a_grant_is_read_back_as_it_was_stored() {
        let granted = request(BASE).grant();
        let stored = serde_json::to_string(&granted).unwrap();
        assert_eq!(serde_json::from_str::<Granted>(&stored).unwrap(), granted);
    }
}
