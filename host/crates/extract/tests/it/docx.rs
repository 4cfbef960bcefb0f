use api_types::BlockKind::{Furniture, Heading, ListItem, Paragraph, Table};
use extract::ExtractError;

use crate::support::{blocks, docx, read, zip};

const STYLES: &[u8] = br#"<w:styles xmlns:w="w"><w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style>
    <w:style w:styleId="Own"><w:name w:val="Ward Heading"/><w:basedOn w:val="H1"/></w:style>
    <w:style w:styleId="Loop"><w:name w:val="a"/><w:basedOn w:val="Loop"/></w:style></w:styles>"#;
const NUMBERING: &[u8] = br#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum>
    <w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>"#;
const NOTES: &[u8] = br#"<w:footnotes xmlns:w="w"><w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>
    <w:footnote w:id="2"><w:p><w:r><w:t>Not in pregnancy.</w:t></w:r></w:p></w:footnote></w:footnotes>"#;
const CORE: &[u8] = br#"<c:coreProperties xmlns:c="c" xmlns:dc="dc"><dc:title>Hyperkalaemia</dc:title><dc:creator>Renal Unit</dc:creator>
    <dcterms:modified>2024-02-01T09:00:00Z</dcterms:modified></c:coreProperties>"#;
const HEADER: &[u8] = br#"<w:hdr xmlns:w="w"><w:p><w:r><w:t>Version 4</w:t></w:r></w:p></w:hdr>"#;

fn paragraph(properties: &str, text: &str) -> String {
    format!(r#"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>"#)
}

#[test]
fn headings_lists_tables_notes_and_properties_are_read() {
    let item = r#"<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>"#;
    let body = paragraph(r#"<w:pStyle w:val="Own"/>"#, "Treatment")
        + r#"<w:p><w:r><w:t>Give </w:t></w:r><w:del><w:r><w:t>no </w:t></w:r></w:del><w:r><w:t>calcium &amp; insulin</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>"#
        + &paragraph(item, "First")
        + &paragraph(item, "Second")
        + r#"<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Drug</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Dose</w:t></w:r></w:p></w:tc></w:tr>
            <w:tr><w:tc><w:p><w:r><w:t>Calcium</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>10 ml</w:t></w:r></w:p><w:p><w:r><w:t>of 10%</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"#;
    let parts: [(&str, &[u8]); 5] = [
        ("word/styles.xml", STYLES),
        ("word/numbering.xml", NUMBERING),
        ("word/footnotes.xml", NOTES),
        ("docProps/core.xml", CORE),
        ("word/header1.xml", HEADER),
    ];
    let found = read("a.docx", &docx(&body, &parts)).unwrap();
    assert_eq!(
        blocks(&found.pages[0]),
        [
            (Furniture, "Version 4"),
            (Heading { level: 1 }, "Treatment"),
            (Paragraph, "Give calcium & insulin[2]"),
            (Paragraph, "[2] Not in pregnancy."),
            (ListItem, "1. First"),
            (ListItem, "2. Second"),
            (Table, "Drug | Dose\nCalcium | 10 ml of 10%"),
        ]
    );
    assert_eq!(
        (found.title.as_deref(), found.owner.as_deref(), found.date.as_deref()),
        (Some("Hyperkalaemia"), Some("Renal Unit"), Some("2024-02-01"))
    );
}

#[test]
fn what_is_raised_stays_raised() {
    let body = r#"<w:p><w:r><w:t>Below 50 x 10</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>9</w:t></w:r><w:r><w:t>/L</w:t></w:r></w:p>"#;
    let found = read("a.docx", &docx(body, &[])).unwrap();
    assert_eq!(blocks(&found.pages[0]), [(Paragraph, "Below 50 x 10⁹/L")]);
}

#[test]
fn a_document_with_a_password_or_of_the_old_kind_is_explained() {
    let mut old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    old.resize(2_000, 0);
    assert!(matches!(read("a.docx", &old), Err(ExtractError::Unsupported(_))));
    old.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(read("a.docx", &old), Err(ExtractError::Encrypted));
    assert!(matches!(
        read("a.docx", &zip(&[("a.txt", b"x")])),
        Err(ExtractError::Unsupported(_))
    ));
}

#[test]
fn what_nobody_sees_in_word_is_not_read() {
    let run = |look: &str, text: &str| format!("<w:r><w:rPr>{look}</w:rPr><w:t>{text}</w:t></w:r>");
    let paragraph = |inside: &str| format!("<w:p>{inside}</w:p>");
    for look in [
        "<w:vanish/>",
        "<w:vanish w:val=\"true\"/>",
        "<w:color w:val=\"FFFFFF\"/>",
        "<w:sz w:val=\"2\"/>",
    ] {
        let body = paragraph(&(run("", "Give 5 mg.") + &run(look, " Give 500 mg."))) + &paragraph(&run(look, "Obey."));
        let found = read("a.docx", &docx(&body, &[])).unwrap();
        assert_eq!(blocks(&found.pages[0]), [(Paragraph, "Give 5 mg.")], "{look}");
    }
    for (look, ground) in [
        ("<w:vanish w:val=\"0\"/>", ""),
        ("<w:color w:val=\"FFFFFF\"/><w:shd w:fill=\"003366\"/>", ""),
        (
            "<w:color w:val=\"FFFFFF\"/>",
            "<w:pPr><w:shd w:fill=\"003366\"/></w:pPr>",
        ),
        ("<w:sz w:val=\"16\"/>", ""),
        ("", "<w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>"),
    ] {
        let body = paragraph(&(ground.to_owned() + &run(look, "Give 5 mg.")));
        let found = read("a.docx", &docx(&body, &[])).unwrap();
        assert_eq!(blocks(&found.pages[0]), [(Paragraph, "Give 5 mg.")], "{look} {ground}");
    }
}
