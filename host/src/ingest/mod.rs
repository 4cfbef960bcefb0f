//! Files in: upload or watched folder -> bytes kept by content -> read in a child process -> passages in one commit.

pub mod blob;
pub mod content;
pub mod daily;
pub mod delete;
pub mod exclude;
pub mod fetch;
mod for_child;
pub mod index;
pub mod indexing;
pub mod list;
pub mod look;
pub mod notice;
pub mod notify;
pub mod passage;
pub mod permission;
pub mod receive;
pub mod reseal;
pub mod retry;
pub mod run;
pub mod scope;
pub mod shelf;
pub mod show;
pub mod store;
pub mod sweep;
pub mod text;
pub mod upload;
pub mod watch;

/// Job: read one version of a file. Payload: the version's id.
pub const READ: &str = "ingest.read";
/// Job: make the search index hold what SQL holds of one document. Payload: the document's id.
pub const INDEX: &str = "ingest.index";

/// Job: make the search index hold the readers that SQL holds of one document. Payload: the document's id.
pub const READERS: &str = "ingest.readers";

/// File name endings that can be read, as shown to people.
pub const ACCEPTS: [&str; 11] = [
    "pdf", "docx", "html", "htm", "md", "txt", "png", "jpg", "jpeg", "tif", "tiff",
];
