//! What of a question was checked, as it is shown: the words that matter, each with what else it may have been.

use serde::{Deserialize, Serialize};

/// What a word that matters is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChipName {
    Drug,
    Number,
    Unit,
    Side,
    Negation,
}

/// One of them, in the text that was heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeardChip {
    /// Bytes of the text, at character boundaries.
    pub start: u32,
    pub end: u32,
    pub kind: ChipName,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<String>,
}

/// What becomes of the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictName {
    /// It is asked as it stands.
    Clear,
    /// The user is asked what was meant.
    Asked,
    /// It was not understood well enough to be asked.
    Refused,
}
