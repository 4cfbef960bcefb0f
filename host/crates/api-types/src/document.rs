use serde::{Deserialize, Serialize};

use crate::pages::Page;

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentStatus {
    Queued,
    Extracting,
    Embedding,
    Ready,
    /// See `reason`; uploading a corrected file under the same name replaces it.
    Failed,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentSource {
    Upload,
    WatchedFolder,
    Demo,
    /// A file of the caller's Nextcloud.
    Nextcloud,
    /// Published, read by a scraper plugin.
    Guideline,
}

/// Why a file could not be read.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FailureReason {
    /// Stable code: `encrypted`, `too_large`, `unsupported`, `broken`, `empty`, `timeout`, `memory`, `internal`.
    pub code: String,
    /// What happened and what to do, for people.
    pub message: String,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DocumentInfo {
    pub id: String,
    /// From the document's own metadata or first heading, else the file name.
    pub title: String,
    pub file_name: String,
    pub media_type: String,
    pub bytes: i64,
    pub source: DocumentSource,
    /// Folder in the caller's Nextcloud files, such as `/Protocols`.
    pub folder: Option<String>,
    /// As in a citation: where the reader's browser must confirm that it may read the file before its text is shown.
    #[serde(default)]
    pub browser_check: Option<String>,
    pub status: DocumentStatus,
    /// 0 to 1 within the whole of reading and embedding.
    pub progress: f32,
    pub reason: Option<FailureReason>,
    pub pages: i64,
    pub passages: i64,
    /// Pages whose text was read from an image.
    pub ocr_pages: i64,
    /// ISO 639-3 code; only `eng` is searched by meaning as well as by words.
    pub language: Option<String>,
    /// Date the document itself states, ISO 8601, possibly partial.
    pub source_date: Option<String>,
    /// Author or department the document itself states.
    pub source_owner: Option<String>,
    /// Shown on every passage and answer, such as `FICTIONAL`.
    pub watermark: Option<String>,
    pub added_at: i64,
    pub updated_at: i64,
    /// The caller may delete it.
    pub can_delete: bool,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DocumentList {
    pub documents: Vec<DocumentInfo>,
    /// For `after`: where the next page begins. None on the last.
    #[serde(default)]
    pub next: Option<String>,
}

/// The form of an upload: files, each in a field named `file` and with its file name.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UploadForm {
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>, format = Binary, min_items = 1))]
    pub file: Vec<Vec<u8>>,
}

/// What became of each file of an upload.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UploadedFile {
    pub file_name: String,
    pub outcome: UploadOutcome,
    pub document: Option<DocumentInfo>,
    pub reason: Option<FailureReason>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UploadOutcome {
    Added,
    /// The same name with other content: a new version replaces the old one.
    Replaced,
    /// The same bytes were there already.
    Unchanged,
    Refused,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UploadResult {
    pub files: Vec<UploadedFile>,
}

/// The extracted text of a document, page by page, for formats that the browser cannot show itself.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DocumentText {
    pub document: DocumentInfo,
    pub pages: Vec<Page>,
}

/// A line of a passage on its page: the rectangle to mark.
///
/// `rect` is left, top, right, bottom in PDF points, origin at the top left of the displayed page.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LineBox {
    pub page: u32,
    /// Byte range in the passage's text.
    pub start: u32,
    pub end: u32,
    pub rect: [f32; 4],
}

/// Which part of which block of a page a part of a passage is.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BlockSpan {
    pub page: u32,
    /// Index into the page's `blocks`.
    pub block: u32,
    /// Byte range in the block's text.
    pub start: u32,
    pub end: u32,
    /// Byte offset in the passage's text at which this part begins.
    pub passage_start: u32,
}

/// A passage as opened from a citation.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PassageView {
    pub id: String,
    pub document: DocumentInfo,
    pub heading: Option<String>,
    pub text: String,
    pub page: u32,
    /// Differs from `page` when the passage runs on to another page.
    pub page_end: u32,
    /// Size of `page` in points; 0 without geometry.
    pub page_width: f32,
    pub page_height: f32,
    pub lines: Vec<LineBox>,
    pub spans: Vec<BlockSpan>,
}
