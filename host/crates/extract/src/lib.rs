//! Files to pages of typed blocks with word positions.
//!
//! [`extract`] reads one file in this process; [`child::run`] does the same in a child process with limits,
//! which is how anything a user uploaded must be read.

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "tests"))]

pub mod child;
mod detect;
mod docx;
mod error;
mod facts;
mod flow;
mod html;
mod layout;
mod markdown;
mod ocr;
mod pdf;
mod picture;
mod raised;
mod text;
mod tools;

use std::path::Path;

use api_types::Page;
use serde::{Deserialize, Serialize};

pub use detect::{Format, detect};
pub use error::ExtractError;
pub use tools::Tools;

/// A longer document is refused: nobody reads its citations, and its text alone fills memory.
pub const MAX_PAGES: u32 = 5_000;
/// Largest file read, in bytes. Uploads are limited to less; watched folders are not.
pub const MAX_BYTES: u64 = 256 << 20;
/// Most text taken from one file, in bytes. The longest clinical handbooks have some 10 MB.
pub const MAX_TEXT: u64 = 64 << 20;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extracted {
    pub pages: Vec<Page>,
    /// From the metadata, else the first heading.
    pub title: Option<String>,
    /// Date the document states or carries in its metadata, ISO 8601, possibly only year or year and month.
    pub date: Option<String>,
    /// Author, team or department that the document states.
    pub owner: Option<String>,
    /// Pages whose text was read from an image.
    pub ocr_pages: u32,
}

impl Extracted {
    fn from_pages(pages: Vec<Page>, stated: facts::Stated, ocr_pages: u32) -> Self {
        let found = facts::find(&pages, stated);
        Self {
            pages,
            title: found.title,
            date: found.date,
            owner: found.owner,
            ocr_pages,
        }
    }
}

#[cfg(test)]
impl Extracted {
    /// Kind and text of each block of the first page.
    fn first_page(mut self) -> Vec<(api_types::BlockKind, String)> {
        let page = self.pages.remove(0);
        page.blocks.into_iter().map(|b| (b.kind, b.text)).collect()
    }
}

/// Reads one file in this process. `progress` gets pages done and pages in all.
///
/// # Errors
/// See [`ExtractError`]; a file without any text is `Empty`.
pub fn extract(
    path: &Path,
    format: Format,
    tools: &Tools,
    progress: &mut dyn FnMut(u32, u32),
) -> Result<Extracted, ExtractError> {
    let bytes = std::fs::metadata(path).map_err(ExtractError::broken)?.len();
    if bytes == 0 {
        return Err(ExtractError::Empty);
    }
    if bytes > MAX_BYTES {
        return Err(ExtractError::too_large("the file size in bytes", MAX_BYTES));
    }
    let bytes = std::fs::read(path).map_err(ExtractError::broken)?;
    let extracted = match format {
        Format::Pdf => pdf::extract(&bytes, tools, progress),
        Format::Docx => docx::extract(&bytes),
        Format::Html => html::extract(&bytes),
        Format::Markdown => markdown::extract(&bytes),
        Format::Text => text::extract(&bytes),
        Format::Image => picture::extract(&bytes, tools, progress),
    }?;
    let empty = extracted
        .pages
        .iter()
        .flat_map(|p| &p.blocks)
        .all(|b| b.text.trim().is_empty());
    if empty { Err(ExtractError::Empty) } else { Ok(extracted) }
}
