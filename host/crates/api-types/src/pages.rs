use serde::{Deserialize, Serialize};

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// A title or section heading; `level` 1 is the outermost.
    Heading {
        level: u8,
    },
    Paragraph,
    ListItem,
    /// A whole table, one row a line, cells separated by ` | `.
    Table,
    /// Running header, footer or page number: shown, never searched.
    Furniture,
}

/// Where one word of a block stands on its page.
///
/// Rectangles are in PDF points, origin at the top left of the page as displayed (rotation applied), y downwards.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// Byte range in the block's text.
    pub start: u32,
    pub end: u32,
    /// left, top, right, bottom.
    pub rect: [f32; 4],
}

/// One block of a page in reading order.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Block {
    pub kind: BlockKind,
    pub text: String,
    /// Empty for formats without a page geometry, and when served to a client.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    pub words: Vec<Word>,
}

/// One page of an extracted document. Formats without pages (HTML, Markdown, text) have exactly one.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Counts from 1.
    pub number: u32,
    /// Size in points as displayed; 0 when the format has no geometry.
    pub width: f32,
    pub height: f32,
    /// The text was read from an image.
    pub ocr: bool,
    pub blocks: Vec<Block>,
}
