//! What kind of file this is, from its first bytes and its name.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Pdf,
    Docx,
    Html,
    Markdown,
    Text,
    /// PNG, JPEG or TIFF.
    Image,
}

impl Format {
    /// The name used between parent and child.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::Text => "text",
            Self::Image => "image",
        }
    }

    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [
            Self::Pdf,
            Self::Docx,
            Self::Html,
            Self::Markdown,
            Self::Text,
            Self::Image,
        ]
        .into_iter()
        .find(|f| f.as_str() == name)
    }
}

/// The format of a file from its name and its first bytes (1,024 are enough), or nothing when it cannot be read.
///
/// The bytes win over the name: a PDF named `.txt` is a PDF.
#[must_use]
pub fn detect(file_name: &str, head: &[u8]) -> Option<Format> {
    let extension = file_name
        .rsplit_once('.')
        .map(|(_, e)| e.to_ascii_lowercase())
        .unwrap_or_default();
    // Readers accept rubbish before the header within the first kilobyte.
    if head
        .iter()
        .take(1024)
        .collect::<Vec<_>>()
        .windows(5)
        .any(|w| w.iter().copied().eq(b"%PDF-"))
    {
        return Some(Format::Pdf);
    }
    let image = [&b"\x89PNG\r\n\x1a\n"[..], b"\xff\xd8\xff", b"II*\0", b"MM\0*"];
    if image.iter().any(|magic| head.starts_with(magic)) {
        return Some(Format::Image);
    }
    if head.starts_with(b"PK") {
        return (extension == "docx").then_some(Format::Docx);
    }
    match extension.as_str() {
        "pdf" => Some(Format::Pdf),
        "docx" => Some(Format::Docx),
        "png" | "jpg" | "jpeg" | "tif" | "tiff" => Some(Format::Image),
        _ if is_binary(head) => None,
        "html" | "htm" | "xhtml" => Some(Format::Html),
        "md" | "markdown" => Some(Format::Markdown),
        "txt" | "text" => Some(Format::Text),
        "" if looks_like_html(head) => Some(Format::Html),
        "" => Some(Format::Text),
        _ => None,
    }
}

fn looks_like_html(head: &[u8]) -> bool {
    let start: Vec<u8> = head
        .iter()
        .skip_while(|b| b.is_ascii_whitespace())
        .take(14)
        .map(u8::to_ascii_lowercase)
        .collect();
    start.starts_with(b"<!doctype html") || start.starts_with(b"<html")
}

fn is_binary(head: &[u8]) -> bool {
    let utf16 = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    !utf16 && head.iter().take(1024).filter(|b| **b == 0).count() > 0 && !crate::text::looks_like_utf16(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_win_over_the_name() {
        assert_eq!(detect("notes.txt", b"\n%PDF-1.7 ..."), Some(Format::Pdf));
        assert_eq!(detect("scan.pdf", b"\x89PNG\r\n\x1a\n...."), Some(Format::Image));
        assert_eq!(detect("a.docx", b"PK\x03\x04"), Some(Format::Docx));
        assert_eq!(detect("a.zip", b"PK\x03\x04"), None);
        assert_eq!(detect("README", b"plain words"), Some(Format::Text));
        assert_eq!(detect("page", b"  <!DOCTYPE html><p>"), Some(Format::Html));
        assert_eq!(detect("tool.exe", b"MZ\0\0"), None);
        assert_eq!(detect("notes.txt", b"\0\x01\x02\x03"), None);
    }
}
