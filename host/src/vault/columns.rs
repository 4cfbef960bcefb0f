//! What is sealed: the one list, after which existing rows are sealed and sealed ones get a new key.
//!
//! A column that is sealed by its store and missing here would keep its old key for ever; the test
//! `no_planted_word_is_in_any_file_of_the_data_folder` and the check before a key is destroyed both find one.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Bytes,
}

/// A part of a table's primary key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Text(&'static str),
    Number(&'static str),
}

impl Part {
    pub fn name(self) -> &'static str {
        match self {
            Self::Text(name) | Self::Number(name) => name,
        }
    }
}

#[derive(Debug)]
pub struct Column {
    pub table: &'static str,
    pub column: &'static str,
    pub kind: Kind,
    /// In the order of the primary key. Joined by `/` it names the row in what the value is bound to.
    pub key: &'static [Part],
}

impl Column {
    pub fn name(&self) -> String {
        format!("{}.{}", self.table, self.column)
    }
}

const ID: &[Part] = &[Part::Text("id")];
const USER: &[Part] = &[Part::Text("user_id")];
const EVENT: &[Part] = &[Part::Text("message_id"), Part::Number("sequence")];
const PAGE: &[Part] = &[Part::Text("version_id"), Part::Number("number")];
const WINDOW: &[Part] = &[Part::Text("passage_id"), Part::Number("window_number")];
const SECRET: &[Part] = &[Part::Text("plugin_id"), Part::Text("handle")];
const VALUE: &[Part] = &[
    Part::Text("plugin_id"),
    Part::Text("bucket"),
    Part::Text("owner"),
    Part::Text("name"),
];

const fn text(table: &'static str, column: &'static str, key: &'static [Part]) -> Column {
    let kind = Kind::Text;
    Column {
        table,
        column,
        kind,
        key,
    }
}

const fn bytes(table: &'static str, column: &'static str, key: &'static [Part]) -> Column {
    let kind = Kind::Bytes;
    Column {
        table,
        column,
        kind,
        key,
    }
}

pub const COLUMNS: &[Column] = &[
    text("conversations", "title", ID),
    text("messages", "request", ID),
    text("messages", "question", ID),
    text("messages", "answer", ID),
    text("messages", "heard", ID),
    text("answer_events", "event", EVENT),
    text("versions", "title", ID),
    text("pages", "blocks", PAGE),
    text("passages", "heading", ID),
    text("passages", "text", ID),
    bytes("vectors", "vector", WINDOW),
    text("plugin_secrets", "secret", SECRET),
    bytes("plugin_values", "value", VALUE),
    text("plugin_proposals", "arguments", ID),
    text("plugin_proposals", "plan", ID),
    text("clinical_contexts", "facts", ID),
    text("context_reveals", "reason", ID),
    text("second_factors", "secret", USER),
    text("legal_holds", "reason", ID),
];
