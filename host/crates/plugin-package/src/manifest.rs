//! `plugin.toml`: what a plugin is and what it asks for.

use std::collections::BTreeMap;
use std::fmt;

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::{Origin, Request, rules};

/// Version of the manifest format.
pub const SCHEMA: u32 = 1;

/// A checked manifest.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Manifest {
    pub(crate) schema: u32,
    /// Lower-kebab, at most 64 bytes.
    pub id: String,
    pub version: Version,
    pub world: World,
    pub title: String,
    /// Intended purpose, shown word for word when IT decides.
    pub purpose: String,
    /// SPDX expression.
    pub licence: String,
    /// Whether calculators and tools start enabled once installed.
    #[serde(default)]
    pub default: Switch,
    /// Single calculators or tools that start disabled.
    #[serde(default)]
    pub off: Vec<String>,
    /// Highest class of patient information each input may carry; an input that is not named: none.
    #[serde(default)]
    pub receives: BTreeMap<String, PhiClass>,
    #[serde(default)]
    pub http: Vec<HttpRule>,
    #[serde(default)]
    pub credential: Vec<Credential>,
    #[serde(default)]
    pub files: Vec<Folder>,
    #[serde(default)]
    pub config: Vec<Setting>,
    #[serde(default)]
    pub source: Rights,
    #[serde(default)]
    pub limits: Lower,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum World {
    Calculator,
    Scraper,
    Integration,
    ChatAdapter,
    EmbeddingAdapter,
}

impl World {
    pub const ALL: [Self; 5] = [
        Self::Calculator,
        Self::Scraper,
        Self::Integration,
        Self::ChatAdapter,
        Self::EmbeddingAdapter,
    ];

    /// As in `wit/worlds.wit`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Calculator => "calculator",
            Self::Scraper => "scraper",
            Self::Integration => "integration",
            Self::ChatAdapter => "chat-adapter",
            Self::EmbeddingAdapter => "embedding-adapter",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    #[default]
    On,
    Off,
}

/// How much of a patient a text may tell, in rising order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PhiClass {
    #[default]
    None,
    /// About a patient, without what identifies them.
    DeIdentified,
    Phi,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// RFC 9110, 9.2.1.
    #[must_use]
    pub fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head)
    }
}

/// One origin a plugin may talk to, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HttpRule {
    pub origin: Origin,
    /// What it is, for the consent sentence; the plugin's own title when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default = "only_get")]
    pub methods: Vec<Method>,
    /// Exact paths to which a POST changes nothing.
    #[serde(default)]
    pub read_only_post: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests_per_minute: Option<u32>,
    /// Query parameters that hold numbers of the public literature: up to 8 digits each, separated by commas. They look
    /// like record numbers of patients and are not taken for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub public_ids: Vec<String>,
}

fn only_get() -> Vec<Method> {
    vec![Method::Get]
}

/// A secret the host adds to requests; the plugin never sees its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Credential {
    pub handle: String,
    pub title: String,
    /// The only origin it is sent to; one of the manifest's `[[http]]` origins.
    pub audience: Origin,
    pub inject: Inject,
    #[serde(default)]
    pub required: bool,
}

/// Where the host puts a credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "InjectTable", into = "InjectTable")]
pub enum Inject {
    /// Query parameter of that name.
    Query(String),
    /// Header of that name, lower case; the value follows the prefix.
    Header { name: String, prefix: String },
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct InjectTable {
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix: Option<String>,
}

impl TryFrom<InjectTable> for Inject {
    type Error = String;

    fn try_from(table: InjectTable) -> Result<Self, String> {
        match table {
            InjectTable {
                query: Some(name),
                header: None,
                prefix: None,
            } => Ok(Self::Query(name)),
            InjectTable {
                query: None,
                header: Some(name),
                prefix,
            } => Ok(Self::Header {
                name: name.to_ascii_lowercase(),
                prefix: prefix.unwrap_or_default(),
            }),
            _ => Err(
                "inject is { query = \"NAME\" } or { header = \"NAME\", prefix = \"Bearer \" }, one of the two"
                    .to_owned(),
            ),
        }
    }
}

impl From<Inject> for InjectTable {
    fn from(inject: Inject) -> Self {
        let (query, header, prefix) = match inject {
            Inject::Query(name) => (Some(name), None, None),
            Inject::Header { name, prefix } => (None, Some(name), Some(prefix).filter(|text| !text.is_empty())),
        };
        Self { query, header, prefix }
    }
}

/// A folder of the user that IT or the user maps to a real one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Folder {
    pub root: String,
    pub title: String,
    #[serde(default)]
    pub write: bool,
}

/// A value that IT enters; the plugin reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Setting {
    pub key: String,
    pub title: String,
    #[serde(default)]
    pub default: String,
}

/// What may be done with the documents of a source; the default is nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Rights {
    pub may_store: bool,
    pub may_index: bool,
    pub may_quote: bool,
}

/// Limits below the host's; a larger value than the host's changes nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Lower {
    pub memory_mib: Option<u32>,
    pub deadline_ms: Option<u32>,
}

/// One thing wrong in a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Key or line it concerns.
    pub key: String,
    pub value: String,
    /// What it should be.
    pub allowed: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, value, allowed } = self;
        if value.is_empty() {
            write!(to, "{key}: {allowed}")
        } else {
            write!(to, "{key} is {value}: {allowed}")
        }
    }
}

/// Everything wrong in a manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ManifestError(pub Vec<Fault>);

impl fmt::Display for ManifestError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, fault) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { "; " };
            write!(to, "{comma}{fault}")?;
        }
        Ok(())
    }
}

impl Manifest {
    /// # Errors
    /// Each fault with its key, its value and what is allowed there.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let manifest: Self = toml::from_str(text).map_err(|error| ManifestError(vec![located(text, &error)]))?;
        let faults = rules::faults(&manifest);
        if faults.is_empty() {
            Ok(manifest)
        } else {
            Err(ManifestError(faults))
        }
    }

    /// What it asks for.
    #[must_use]
    pub fn request(&self) -> Request {
        Request::of(self)
    }

    /// Whether a calculator or tool starts enabled.
    #[must_use]
    pub fn starts_on(&self, name: &str) -> bool {
        self.default == Switch::On && !self.off.iter().any(|off| off == name)
    }
}

/// The line a syntax or type error is in, word for word: it shows key and value.
fn located(text: &str, error: &toml::de::Error) -> Fault {
    let message = error.message().trim_end().replace('\n', ", ");
    let Some(span) = error.span() else {
        return Fault {
            key: "plugin.toml".into(),
            value: String::new(),
            allowed: message,
        };
    };
    let start = text[..span.start.min(text.len())].rfind('\n').map_or(0, |at| at + 1);
    let number = text[..start].matches('\n').count() + 1;
    let line: String = text[start..]
        .lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(200)
        .collect();
    Fault {
        key: format!("line {number}"),
        value: if line.trim().is_empty() {
            String::new()
        } else {
            format!("`{}`", line.trim())
        },
        allowed: message,
    }
}
