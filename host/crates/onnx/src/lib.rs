//! Local models: files with hashes, tokenizer, rten sessions.
//!
//! Everything runs on this machine's CPU; nothing here opens a connection.

mod dynamic;
mod embedder;
mod files;
mod protobuf;
mod session;
mod threads;
mod windows;

pub use dynamic::Products;
pub use embedder::Embedder;
pub use files::{MODEL, MODEL_SHA256, TOKENIZER, TOKENIZER_SHA256, read as read_pinned};
pub use session::{Array, Session};

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum OnnxError {
    #[error("the model file {path} cannot be read ({source}); run `cargo xtask setup` to fetch it")]
    Missing { path: PathBuf, source: std::io::Error },
    #[error(
        "the model file {path} has the wrong content (sha256 {found}, expected {expected}); \
         delete it and run `cargo xtask setup` to fetch it again"
    )]
    Checksum {
        path: PathBuf,
        found: String,
        expected: &'static str,
    },
    #[error("the model file {path} cannot be loaded: {reason}")]
    Load { path: PathBuf, reason: String },
    #[error("the text cannot be split into word pieces: {0}")]
    Tokenize(String),
    #[error("the model failed: {0}")]
    Run(String),
}
