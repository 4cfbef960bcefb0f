//! DOCX: a zip of XML parts.

mod body;
mod numbering;
mod package;
mod xml;

use api_types::{Block, BlockKind};
use quick_xml::events::Event;

use crate::facts::Stated;
use crate::flow::Flow;
use crate::{ExtractError, Extracted};
use package::Package;

pub(crate) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        // Word keeps a file with a password in an older container.
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let encrypted = bytes.windows(name.len()).any(|w| w == name);
        return Err(if encrypted {
            ExtractError::Encrypted
        } else {
            ExtractError::Unsupported("a Word file older than 2007".to_owned())
        });
    }
    let mut package = Package::open(bytes)?;
    let main = package
        .find("word/document", ".xml")
        .ok_or_else(|| ExtractError::Unsupported("not a Word document".to_owned()))?;
    let document = package
        .read(&main)?
        .ok_or_else(|| ExtractError::Broken("no document part".to_owned()))?;
    let styles = body::styles(&package.read("word/styles.xml")?.unwrap_or_default());
    let numbering = numbering::read(&package.read("word/numbering.xml")?.unwrap_or_default());
    let notes = body::notes(&package.read("word/footnotes.xml")?.unwrap_or_default());
    let mut flow = Flow::default();
    for part in package.all("word/header") {
        furniture(&package.read(&part)?.unwrap_or_default(), &mut flow);
    }
    body::read(&document, &styles, numbering, &notes, &mut flow)?;
    for part in package.all("word/footer") {
        furniture(&package.read(&part)?.unwrap_or_default(), &mut flow);
    }
    let stated = properties(&package.read("docProps/core.xml")?.unwrap_or_default());
    Ok(Extracted::from_pages(flow.finish()?, stated, 0))
}

/// Headers and footers, each once: Word keeps one per section and for first and even pages.
fn furniture(part: &str, flow: &mut Flow) {
    for text in body::plain_paragraphs(part) {
        flow.add_once(Block {
            kind: BlockKind::Furniture,
            text,
            words: Vec::new(),
        });
    }
}

fn properties(part: &str) -> Stated {
    let mut stated = Stated::default();
    let mut open = String::new();
    xml::walk(part, |event| match event {
        Event::Start(tag) => open = tag.local_name().as_ref().to_owned(),
        Event::End(_) => open.clear(),
        event => {
            let Some(text) = xml::text(event) else { return };
            let field = match open.as_str() {
                "title" => &mut stated.title,
                "creator" => &mut stated.author,
                "modified" => &mut stated.date,
                _ => return,
            };
            field.get_or_insert_default().push_str(&text);
        }
    });
    let clean = |field: Option<String>| field.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    Stated {
        title: clean(stated.title),
        author: clean(stated.author),
        date: clean(stated.date),
    }
}
