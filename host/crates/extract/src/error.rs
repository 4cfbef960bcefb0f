//! Why a file could not be read, in words that tell a person what to do.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "code", content = "detail", rename_all = "snake_case")]
pub enum ExtractError {
    #[error("This file is protected with a password. Remove the password and upload it again.")]
    Encrypted,
    /// The detail is for the log: it may quote a parser and never goes to a client.
    #[error(
        "This file is damaged or is not what its name says. Open it on your computer, save it again and upload the new copy."
    )]
    Broken(String),
    /// The detail names the kind of file.
    #[error("This kind of file cannot be read ({0}). Upload PDF, DOCX, HTML, Markdown, plain text, PNG, JPEG or TIFF.")]
    Unsupported(String),
    #[error("No text was found in this file. If it is a picture of text, upload a sharper scan.")]
    Empty,
    #[error("This file is too large: {what} is limited to {limit}. Split it and upload the parts.")]
    TooLarge { what: String, limit: u64 },
    #[error("Reading this file took too long and was stopped. Split it and upload the parts.")]
    Timeout,
    #[error("Reading this file needed too much memory and was stopped. Split it or save it again in a simpler form.")]
    Memory,
    #[error("Reading was cancelled.")]
    Cancelled,
    /// A program or library that reading needs is missing; the detail tells what to install.
    #[error("{0}")]
    Tool(String),
}

impl ExtractError {
    /// Stable code of `api_types::FailureReason`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted",
            Self::Broken(_) => "broken",
            Self::Unsupported(_) => "unsupported",
            Self::Empty => "empty",
            Self::TooLarge { .. } => "too_large",
            Self::Timeout => "timeout",
            Self::Memory => "memory",
            Self::Cancelled | Self::Tool(_) => "internal",
        }
    }

    pub(crate) fn broken(cause: impl std::fmt::Display) -> Self {
        Self::Broken(cause.to_string())
    }

    pub(crate) fn too_large(what: &str, limit: u64) -> Self {
        Self::TooLarge {
            what: what.to_owned(),
            limit,
        }
    }
}
