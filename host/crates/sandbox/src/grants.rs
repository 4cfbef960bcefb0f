//! What a plugin is, and what it was granted.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// What a component exports decides what it may import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

    /// Its name in `wit/worlds.wit`.
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

impl fmt::Display for World {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Imports that answer. Whatever else a component imports is there, but says `denied`.
///
/// Clocks, random, log and progress need no grant: they carry nothing out of the host but the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    pub http: bool,
    pub config: bool,
    pub keyvalue: bool,
    /// Handles.
    pub credentials: BTreeSet<String>,
    /// Names of folders, and whether they may be written.
    pub files: BTreeMap<String, bool>,
}
