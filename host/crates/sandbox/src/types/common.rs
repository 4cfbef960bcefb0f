//! Vocabulary of every world.

/// A number with its UCUM unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    pub value: f64,
    pub unit: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coding {
    pub system: String,
    pub code: String,
    pub display: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    pub id: String,
    pub title: String,
    pub publisher: Option<String>,
    pub authors: Vec<String>,
    pub published: Option<String>,
    pub url: Option<String>,
    pub doi: Option<String>,
    pub pmid: Option<String>,
    pub locator: Option<String>,
    pub license: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    InvalidInput,
    NotFound,
    AuthRequired,
    Denied,
    Conflict,
    RateLimited,
    Unavailable,
    Unsupported,
    Internal,
}

/// A plugin's own refusal. `message` is cut at 4 KiB.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginError {
    pub kind: ErrorKind,
    pub code: Option<String>,
    pub message: String,
    pub retry_after_ms: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Info,
    Low,
    Moderate,
    High,
    Critical,
}

impl PluginError {
    /// What an import without a grant answers.
    #[must_use]
    pub fn denied() -> Self {
        Self {
            kind: ErrorKind::Denied,
            code: None,
            message: "not granted".to_owned(),
            retry_after_ms: None,
        }
    }
}
