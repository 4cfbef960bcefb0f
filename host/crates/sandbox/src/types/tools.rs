//! Tools a model or a person may call.

use super::Citation;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Read,
    Write,
    Irreversible,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    pub name: String,
    pub title: String,
    pub description: String,
    pub effect: Effect,
    /// JSON Schema 2020-12, as text.
    pub input_schema: String,
    pub output_schema: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolCall {
    pub tool: String,
    /// JSON, already validated against `Tool::input_schema`.
    pub arguments: String,
    /// BCP 47.
    pub language: String,
    pub idempotency_key: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub summary: String,
    pub target: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub changes: Vec<Change>,
    /// Opaque to the host.
    pub state: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// CommonMark without HTML.
    Text(String),
    Citation(Citation),
    File {
        root: String,
        path: String,
    },
    /// JSON.
    Card(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolResult {
    pub content: Vec<Content>,
    pub structured: Option<String>,
}
