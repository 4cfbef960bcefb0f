//! Bodies of documents.

use super::Citation;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceInfo {
    pub id: String,
    pub title: String,
    pub publisher: String,
    pub homepage: String,
    pub license: String,
    /// BCP 47.
    pub languages: Vec<String>,
    pub refresh_seconds: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceEntry {
    pub id: String,
    pub url: String,
    pub title: String,
    /// Milliseconds since the Unix epoch.
    pub modified: Option<u64>,
    pub revision: String,
    pub withdrawn: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcePage {
    pub entries: Vec<SourceEntry>,
    pub next: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSection {
    /// Headings from the outermost inwards.
    pub path: Vec<String>,
    pub anchor: Option<String>,
    /// CommonMark.
    pub body: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    pub mime_type: String,
    pub contents: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceBody {
    Sections(Vec<SourceSection>),
    Original(Attachment),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceDocument {
    pub entry: SourceEntry,
    /// BCP 47.
    pub language: String,
    pub citation: Citation,
    pub body: SourceBody,
}
