//! Small files written by hand.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

/// One page of a PDF: content in PDF operators, extra entries of its dictionary.
#[derive(Default)]
pub struct PdfPage {
    pub content: String,
    pub entries: String,
}

impl PdfPage {
    /// Adds a line of text at `x`, `y` points from the lower left corner; font `F1` is regular, `F2` bold, `F3` another typeface.
    pub fn text(mut self, font: &str, size: f32, x: f32, y: f32, text: &str) -> Self {
        let text = text.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
        self.content += &format!("BT /{font} {size} Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET\n");
        self
    }

    /// Adds lines 12 points apart, in 10 point type.
    pub fn lines(mut self, x: f32, y: f32, lines: &[&str]) -> Self {
        for (index, line) in lines.iter().enumerate() {
            self = self.text("F1", 10.0, x, y - 12.0 * index as f32, line);
        }
        self
    }

    pub fn entry(mut self, entry: &str) -> Self {
        self.entries += entry;
        self
    }
}

pub fn pdf(pages: &[PdfPage]) -> Vec<u8> {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        String::new(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>".to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>".to_owned(),
    ];
    let mut kids = String::new();
    for page in pages {
        let number = objects.len() + 1;
        kids += &format!("{number} 0 R ");
        let entries = if page.entries.contains("/MediaBox") {
            page.entries.clone()
        } else {
            format!("/MediaBox [0 0 595 842] {}", page.entries)
        };
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R {entries} /Contents {} 0 R /Resources << /Font << /F1 3 0 R /F2 4 0 R /F3 5 0 R >> >> >>",
            number + 1
        ));
        objects.push(format!(
            "<< /Length {} >>\nstream\n{}\nendstream",
            page.content.len(),
            page.content
        ));
    }
    objects[1] = format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len());
    pdf_of(&objects, "")
}

/// A PDF file of numbered objects; `trailer` adds entries to the trailer.
pub fn pdf_of(objects: &[String], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", index + 1).as_bytes());
    }
    let start = file.len();
    file.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes());
    for offset in offsets {
        file.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    file.extend_from_slice(
        format!(
            "trailer << /Size {} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF",
            objects.len() + 1
        )
        .as_bytes(),
    );
    file
}

/// A zip of named parts.
#[must_use]
#[expect(clippy::unwrap_used, reason = "writing to memory does not fail")]
pub fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A DOCX with this body and optional further parts.
pub fn docx(body: &str, parts: &[(&str, &[u8])]) -> Vec<u8> {
    let document = format!(r#"<?xml version="1.0"?><w:document xmlns:w="w"><w:body>{body}</w:body></w:document>"#);
    let mut all: Vec<(&str, &[u8])> = vec![("word/document.xml", document.as_bytes())];
    all.extend_from_slice(parts);
    zip(&all)
}
