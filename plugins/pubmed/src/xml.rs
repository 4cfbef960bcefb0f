//! A small tree of XML: what efetch answers, with its inline markup turned into text.

use entities::ENTITIES;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use voiceassist_plugin::{Error, lowered, raised, squeezed};

use crate::eutils::malformed;

/// PubMed nests 12 levels deep (its DTD, formulas included); more is not a record.
const DEEPEST: usize = 48;

#[derive(Debug, Default)]
pub struct Element {
    pub name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Node>,
}

#[derive(Debug)]
enum Node {
    Element(Element),
    Text(String),
}

/// # Errors
/// `unavailable` for anything that is not one whole, well-formed element: half an answer is none.
pub fn parse(text: &str) -> Result<Element, Error> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        match reader.read_event().map_err(|_| malformed())? {
            Event::Start(tag) => {
                if root.is_some() || open.len() >= DEEPEST {
                    return Err(malformed());
                }
                open.push(element(&tag)?);
            }
            Event::Empty(tag) => match open.last_mut() {
                Some(parent) => parent.children.push(Node::Element(element(&tag)?)),
                None if root.is_none() => root = Some(element(&tag)?),
                None => return Err(malformed()),
            },
            Event::End(_) => {
                let closed = open.pop().ok_or_else(malformed)?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(Node::Element(closed)),
                    None => root = Some(closed),
                }
            }
            Event::Text(piece) => push(&mut open, &piece.xml10_content())?,
            Event::CData(piece) => push(&mut open, &piece.xml10_content())?,
            Event::GeneralRef(reference) => push(&mut open, &resolved(&reference))?,
            Event::Eof if open.is_empty() => return root.ok_or_else(malformed),
            Event::Eof => return Err(malformed()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

fn push(open: &mut [Element], text: &str) -> Result<(), Error> {
    match open.last_mut() {
        Some(parent) => parent.children.push(Node::Text(text.into())),
        None if text.trim().is_empty() => {}
        None => return Err(malformed()),
    }
    Ok(())
}

fn element(tag: &BytesStart) -> Result<Element, Error> {
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|_| malformed())?;
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|_| malformed())?;
        attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(Element {
        name: tag.name().as_ref().to_owned(),
        attributes,
        children: Vec::new(),
    })
}

/// Entities of a DTD are never expanded; an unknown one stays as it was written.
fn resolved(reference: &BytesRef) -> String {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return c.into();
    }
    let written = format!("&{};", reference.xml10_content());
    match ENTITIES.iter().find(|known| known.entity == written) {
        Some(known) => known.characters.into(),
        None => written,
    }
}

impl Element {
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.elements().filter(move |element| element.name == name)
    }

    /// The first element reached by these names, one a level.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        let mut here = self;
        for name in path {
            here = here.elements().find(|element| element.name == *name)?;
        }
        Some(here)
    }

    pub fn text_at(&self, path: &[&str]) -> Option<String> {
        self.at(path).map(Self::text).filter(|text| !text.is_empty())
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        let mut found = self.attributes.iter().filter(|(given, _)| given == name);
        found.next().map(|(_, value)| value.as_str())
    }

    /// All text inside on one line; raised and lowered digits stay so, because 10 to the ninth is not 109.
    pub fn text(&self) -> String {
        let mut raw = String::new();
        self.gather(&mut raw);
        squeezed(&raw)
    }

    fn gather(&self, out: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Element(inner) if inner.name == "sup" => out.push_str(&raised(&inner.text())),
                Node::Element(inner) if inner.name == "sub" => out.push_str(&lowered(&inner.text())),
                Node::Element(inner) => inner.gather(out),
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn raised_numbers_keep_their_meaning() {
        let text = |xml: &str| parse(xml).unwrap().text();
        assert_eq!(
            text("<a>3.5 x 10<sup>9</sup>/L and CO<sub>2</sub></a>"),
            "3.5 x 10⁹/L and CO₂"
        );
        assert_eq!(text("<a>10<sup>-3</sup> to 10<sup>−6</sup></a>"), "10⁻³ to 10⁻⁶");
        assert_eq!(
            text("<a>T<sub>max</sub>, <i>E. coli</i> <b>x</b></a>"),
            "T_(max), E. coli x"
        );
    }

    #[test]
    fn entities_are_read_and_never_expanded_from_a_dtd() {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"cccccccc\">]><a>&#946;&amp;&lt;&ge;&b;</a>";
        assert_eq!(parse(bomb).unwrap().text(), "β&<≥&b;");
    }

    #[test]
    fn half_an_answer_is_none() {
        for wrong in [
            "",
            "<a><b></b>",
            "<a><b></a></b>",
            "<a/><b/>",
            "text",
            "<a>x</a>y",
            "<!DOCTYPE html><html><body><p>Down for maintenance<br></body></html>",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert!(parse(&format!("{}{}", "<a>".repeat(60), "</a>".repeat(60))).is_err());
    }
}
