use extract::{ExtractError, Format};

use crate::support::{PdfPage, docx, pdf, pdf_of, read, zip};

fn code(result: Result<extract::Extracted, ExtractError>) -> &'static str {
    result.map_or_else(|e| e.code(), |_| "read")
}

#[test]
fn an_empty_file_is_empty() {
    for name in ["a.pdf", "a.docx", "a.html", "a.md", "a.txt", "a.png"] {
        assert_eq!(code(read(name, b"")), "empty", "{name}");
    }
    assert_eq!(code(read("a.txt", b" \n\t ")), "empty");
    assert_eq!(code(read("a.pdf", &pdf(&[PdfPage::default()]))), "empty");
}

#[test]
fn bytes_that_are_no_document_are_broken() {
    let noise: Vec<u8> = (0..20_000_u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    assert_eq!(code(read("a.pdf", &noise)), "broken");
    assert_eq!(code(read("a.docx", &noise)), "broken");
    assert_eq!(code(read("a.png", &noise)), "broken");
    assert_eq!(code(read("a.pdf", &[b"%PDF-1.7\n", &noise[..]].concat())), "broken");
}

#[test]
fn a_truncated_file_ends_with_an_error_or_with_what_is_left() {
    let whole = pdf(&[PdfPage::default().text("F1", 10.0, 50.0, 700.0, "Wash hands")]);
    for length in (10..whole.len()).step_by(37) {
        let _ = read("a.pdf", &whole[..length]);
    }
    let whole = docx("<w:p><w:r><w:t>Wash hands</w:t></w:r></w:p>", &[]);
    for length in (10..whole.len()).step_by(17) {
        assert!(read("a.docx", &whole[..length]).is_err());
    }
}

#[test]
fn a_page_tree_that_bites_its_tail_ends() {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 1000000 >>",
        "<< /Type /Pages /Kids [2 0 R] /Count 5 /Parent 2 0 R >>",
    ];
    let objects: Vec<String> = objects.iter().map(|o| (*o).to_owned()).collect();
    assert!(read("a.pdf", &pdf_of(&objects, "")).is_err());
}

#[test]
fn too_many_pages_are_refused() {
    let objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{}] /Count 6000 >>", "3 0 R ".repeat(6_000)),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>".to_owned(),
    ];
    assert_eq!(code(read("a.pdf", &pdf_of(&objects, ""))), "too_large");
}

#[test]
fn a_pdf_with_a_password_says_so() {
    // The standard handler with a key check that the empty password fails.
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [] /Count 0 >>".to_owned(),
        format!(
            "<< /Filter /Standard /V 1 /R 2 /P -4 /O <{}> /U <{}> >>",
            "41".repeat(32),
            "42".repeat(32)
        ),
    ];
    let error = read(
        "a.pdf",
        &pdf_of(
            &objects,
            "/Encrypt 3 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]",
        ),
    )
    .unwrap_err();
    assert_eq!(error, ExtractError::Encrypted);
    assert!(error.to_string().contains("Remove the password and upload it again"));
}

#[test]
fn a_zip_bomb_is_refused() {
    let bomb = vec![b'a'; 200 << 20];
    let body = [
        b"<w:document><w:p><w:r><w:t>",
        &bomb[..],
        b"</w:t></w:r></w:p></w:document>",
    ]
    .concat();
    let file = zip(&[("word/document.xml", &body)]);
    assert!(file.len() < 1 << 20);
    assert_eq!(code(read("a.docx", &file)), "too_large");
}

#[test]
fn entities_are_not_expanded() {
    let mut document = r#"<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">"#.to_owned();
    for level in 1..40 {
        document += &format!(r#"<!ENTITY a{level} "&a{};&a{};">"#, level - 1, level - 1);
    }
    document += r#"<!ENTITY file SYSTEM "file:///etc/passwd">]><w:document><w:p><w:r><w:t>Wash &a39;&file;hands</w:t></w:r></w:p></w:document>"#;
    let found = read("a.docx", &zip(&[("word/document.xml", document.as_bytes())])).unwrap();
    assert_eq!(found.pages[0].blocks[0].text, "Wash hands");
}

#[test]
fn deep_nesting_does_not_exhaust_the_stack() {
    let html = format!("{}Wash hands", "<div><b><table><tr><td>".repeat(200_000));
    assert_eq!(code(read("a.html", html.as_bytes())), "read");
    let xml = format!(
        "<w:document>{}<w:p><w:r><w:t>Wash hands</w:t></w:r></w:p>",
        "<w:sdt>".repeat(500_000)
    );
    assert_eq!(
        code(read("a.docx", &zip(&[("word/document.xml", xml.as_bytes())]))),
        "read"
    );
}

#[test]
fn an_image_of_absurd_size_is_refused_before_it_is_decoded() {
    // A PNG header that promises 60,000 by 60,000 pixels.
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xea\x60\0\0\xea\x60\x08\x06\0\0\0".to_vec();
    png.extend_from_slice(&[0; 64]);
    assert!(["too_large", "broken"].contains(&code(read("a.png", &png))));
}

#[test]
fn a_format_has_a_name_both_ways() {
    for format in [
        Format::Pdf,
        Format::Docx,
        Format::Html,
        Format::Markdown,
        Format::Text,
        Format::Image,
    ] {
        assert_eq!(Format::parse(format.as_str()), Some(format));
    }
}
