//! Automatic numbers of list items.

use std::collections::HashMap;

use quick_xml::events::Event;

use super::xml;

#[derive(Default)]
pub(super) struct Numbering {
    /// Abstract list of a list.
    lists: HashMap<String, String>,
    /// Number format by abstract list and level.
    formats: HashMap<(String, u8), String>,
    counts: HashMap<String, [u32; 9]>,
}

pub(super) fn read(part: &str) -> Numbering {
    let mut numbering = Numbering::default();
    let (mut list, mut level) = (String::new(), 0);
    xml::walk(part, |event| {
        let Event::Start(tag) = event else { return };
        match tag.local_name().as_ref() {
            "abstractNum" => list = xml::attribute(tag, "abstractNumId").unwrap_or_default(),
            "num" => list = xml::attribute(tag, "numId").unwrap_or_default(),
            "lvl" => level = xml::attribute(tag, "ilvl").and_then(|l| l.parse().ok()).unwrap_or(0),
            "numFmt" => {
                if let Some(format) = xml::attribute(tag, "val") {
                    numbering.formats.entry((list.clone(), level)).or_insert(format);
                }
            }
            "abstractNumId" => {
                if let Some(target) = xml::attribute(tag, "val") {
                    numbering.lists.insert(list.clone(), target);
                }
            }
            _ => {}
        }
    });
    numbering
}

impl Numbering {
    /// The marker of the next item of a list, empty for bullets.
    pub fn next(&mut self, list: &str, level: u8) -> String {
        let level = level.min(8);
        let counts = self.counts.entry(list.to_owned()).or_default();
        counts[level as usize] += 1;
        counts[level as usize + 1..].fill(0);
        let number = counts[level as usize];
        let format = self.lists.get(list).and_then(|l| self.formats.get(&(l.clone(), level)));
        match format.map(String::as_str) {
            Some("decimal" | "decimalZero" | "lowerRoman" | "upperRoman" | "ordinal") => format!("{number}. "),
            Some("lowerLetter") => letter(b'a', number),
            Some("upperLetter") => letter(b'A', number),
            _ => String::new(),
        }
    }
}

fn letter(first: u8, number: u32) -> String {
    let offset = ((number.max(1) - 1) % 26) as u8;
    format!("{}. ", (first + offset) as char)
}
