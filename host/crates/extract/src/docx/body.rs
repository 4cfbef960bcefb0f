//! Paragraphs, lists, tables and notes of a DOCX.

use std::collections::HashMap;

use api_types::BlockKind;
use quick_xml::events::{BytesStart, Event};

use super::{numbering::Numbering, xml};
use crate::ExtractError;
use crate::flow::Flow;
use crate::raised::superscript;

/// Heading level of a paragraph style, 0 for a style of list items.
pub(super) type Styles = HashMap<String, u8>;

/// Styles that mean a heading or a list, by the names and outline levels that Word gives its own.
pub(super) fn styles(part: &str) -> Styles {
    let mut found = Styles::new();
    let mut parents: HashMap<String, String> = HashMap::new();
    let mut id = String::new();
    xml::walk(part, |event| {
        let Event::Start(tag) = event else { return };
        let value = || xml::attribute(tag, "val");
        match tag.local_name().as_ref() {
            "style" => id = xml::attribute(tag, "styleId").unwrap_or_default(),
            "name" => {
                if let Some(level) = value().and_then(|n| level_of(&n)) {
                    found.insert(id.clone(), level);
                }
            }
            "basedOn" => parents.extend(value().map(|parent| (id.clone(), parent))),
            "outlineLvl" => {
                if let Some(level) = value().and_then(|l| l.parse::<u8>().ok()).filter(|l| *l < 9) {
                    found.entry(id.clone()).or_insert((level + 1).min(6));
                }
            }
            _ => {}
        }
    });
    for (id, parent) in &parents {
        let mut ancestor = Some(parent);
        // A cycle of styles ends after as many steps as a sane file has levels.
        for _ in 0..10 {
            let Some(name) = ancestor else { break };
            if let Some(level) = found.get(name).copied() {
                found.entry(id.clone()).or_insert(level);
                break;
            }
            ancestor = parents.get(name);
        }
    }
    found
}

fn level_of(name: &str) -> Option<u8> {
    let name = name.to_ascii_lowercase();
    if let Some(level) = name.strip_prefix("heading ").and_then(|l| l.parse::<u8>().ok()) {
        return Some(level.clamp(1, 6));
    }
    match name.as_str() {
        "title" => Some(1),
        "subtitle" => Some(2),
        _ if name.starts_with("list ") => Some(0),
        _ => None,
    }
}

/// Text of footnotes by id.
pub(super) fn notes(part: &str) -> HashMap<String, String> {
    let mut notes: HashMap<String, String> = HashMap::new();
    let (mut id, mut in_text) = (None, false);
    xml::walk(part, |event| match event {
        Event::Start(tag) => match tag.local_name().as_ref() {
            // Separator lines are notes with a type.
            "footnote" => id = xml::attribute(tag, "id").filter(|_| xml::attribute(tag, "type").is_none()),
            "t" => in_text = true,
            _ => {}
        },
        Event::End(tag) => match tag.local_name().as_ref() {
            "t" => in_text = false,
            "p" => notes.entry(id.clone().unwrap_or_default()).or_default().push(' '),
            _ => {}
        },
        event => {
            if let (true, Some(id), Some(text)) = (in_text, &id, xml::text(event)) {
                notes.entry(id.clone()).or_default().push_str(&text);
            }
        }
    });
    notes
}

pub(super) fn plain_paragraphs(part: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    let mut in_text = false;
    xml::walk(part, |event| match event {
        Event::Start(tag) if tag.local_name().as_ref() == "t" => in_text = true,
        Event::End(tag) => match tag.local_name().as_ref() {
            "t" => in_text = false,
            "p" => paragraphs.push(String::new()),
            _ => {}
        },
        event => {
            if let (true, Some(text), Some(last)) = (in_text, xml::text(event), paragraphs.last_mut()) {
                last.push_str(&text);
            }
        }
    });
    paragraphs
        .into_iter()
        .map(|p| p.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|p| !p.is_empty())
        .collect()
}

pub(super) fn read(
    part: &str,
    styles: &Styles,
    numbering: Numbering,
    notes: &HashMap<String, String>,
    flow: &mut Flow,
) -> Result<(), ExtractError> {
    let mut body = Body {
        styles,
        numbering,
        notes,
        flow,
        in_text: false,
        raised: false,
        look: Look::default(),
        skip: 0,
        paragraph: Paragraph::default(),
        span: 1,
        cited: Vec::new(),
    };
    xml::walk(part, |event| body.event(event));
    Ok(())
}

struct Body<'a> {
    styles: &'a Styles,
    numbering: Numbering,
    notes: &'a HashMap<String, String>,
    flow: &'a mut Flow,
    in_text: bool,
    /// The open run stands above the line.
    raised: bool,
    look: Look,
    /// Depth within an element being left out.
    skip: u32,
    paragraph: Paragraph,
    /// Columns that the open cell spans.
    span: usize,
    /// Footnotes that the open paragraph or table refers to.
    cited: Vec<String>,
}

/// What tells whether anybody sees the open run.
#[derive(Default)]
struct Look {
    /// Hidden by its own words, or too small for eyes: one point at most.
    gone: bool,
    white: bool,
    /// The run or its paragraph has a ground of its own.
    shaded: bool,
}

#[derive(Default)]
struct Paragraph {
    heading: Option<u8>,
    list: Option<String>,
    level: u8,
    styled_list: bool,
}

impl Body<'_> {
    fn event(&mut self, event: &Event<'_>) {
        if self.skip > 0 {
            match event {
                Event::Start(_) => self.skip += 1,
                Event::End(_) => self.skip -= 1,
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag.local_name().as_ref()),
            event if self.in_text && !self.is_hidden() && !self.flow.is_full() => {
                if let Some(text) = xml::text(event) {
                    match self.raised {
                        true => self.flow.push(&superscript(&text)),
                        false => self.flow.push(&text),
                    }
                }
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>) {
        let value = || xml::attribute(tag, "val");
        match tag.local_name().as_ref() {
            // Deleted and moved text, and the second version of a drawing for old programs.
            "del" | "moveFrom" | "Fallback" => self.skip = 1,
            "p" => {
                self.flow.begin(BlockKind::Paragraph);
                self.paragraph = Paragraph::default();
                self.look = Look::default();
            }
            "pStyle" => match value().and_then(|id| self.styles.get(&id).copied()) {
                Some(0) => self.paragraph.styled_list = true,
                level => self.paragraph.heading = level,
            },
            "outlineLvl" => {
                let level = value().and_then(|l| l.parse::<u8>().ok()).filter(|l| *l < 9);
                self.paragraph.heading = level.map(|l| (l + 1).min(6)).or(self.paragraph.heading);
            }
            "ilvl" => self.paragraph.level = value().and_then(|l| l.parse().ok()).unwrap_or(0),
            "numId" => self.paragraph.list = value().filter(|id| id != "0"),
            "r" => {
                self.raised = false;
                (self.look.gone, self.look.white) = (false, false);
            }
            "vanish" => self.look.gone = value().is_none_or(|v| !matches!(v.as_str(), "0" | "false" | "off")),
            "sz" => {
                self.look.gone |= value()
                    .and_then(|v| v.parse::<u32>().ok())
                    .is_some_and(|halves| halves <= 2)
            }
            "color" => self.look.white = value().is_some_and(|v| v.eq_ignore_ascii_case("FFFFFF")),
            "shd" | "highlight" => self.look.shaded = true,
            "vertAlign" => self.raised = value().is_some_and(|v| v == "superscript"),
            "t" => {
                if !self.is_hidden() {
                    self.begin_text();
                }
                self.in_text = true;
            }
            "tab" | "ptab" => self.flow.push(" "),
            "br" | "cr" => self.flow.new_line(),
            "noBreakHyphen" => self.flow.push("-"),
            "footnoteReference" => self.cite(tag),
            "tbl" => self.flow.begin_table(),
            "tc" => {
                self.flow.begin_cell();
                self.span = 1;
            }
            "gridSpan" => self.span = value().and_then(|s| s.parse().ok()).unwrap_or(1),
            _ => {}
        }
    }

    /// White on white; in a table the ground may come from the table's style.
    fn is_hidden(&self) -> bool {
        let on_white = !self.look.shaded && !self.flow.in_table();
        self.look.gone || self.look.white && on_white
    }

    /// The kind of a paragraph is known when its first text comes.
    fn begin_text(&mut self) {
        if self.flow.has_text() || self.flow.in_table() {
            return;
        }
        let paragraph = std::mem::take(&mut self.paragraph);
        if let Some(level) = paragraph.heading {
            self.flow.begin(BlockKind::Heading { level });
        } else if let Some(list) = &paragraph.list {
            self.flow.begin(BlockKind::ListItem);
            let marker = self.numbering.next(list, paragraph.level);
            self.flow.push_marker(&marker);
        } else if paragraph.styled_list {
            self.flow.begin(BlockKind::ListItem);
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "t" => self.in_text = false,
            "p" => {
                self.flow.end();
                self.add_notes();
            }
            "tc" => {
                self.flow.end_cell();
                self.flow.skip_cells(self.span.saturating_sub(1));
            }
            "tr" => self.flow.end_row(),
            "tbl" => {
                self.flow.end_table();
                self.add_notes();
            }
            _ => {}
        }
    }

    fn cite(&mut self, tag: &BytesStart<'_>) {
        let Some(id) = xml::attribute(tag, "id") else { return };
        if self.notes.get(&id).is_some_and(|n| !n.trim().is_empty()) {
            self.flow.push(&format!("[{id}]"));
            self.cited.push(id);
        }
    }

    /// Footnotes follow what refers to them: this format has no foot of a page.
    fn add_notes(&mut self) {
        if self.flow.in_table() {
            return;
        }
        for id in std::mem::take(&mut self.cited) {
            if let Some(note) = self.notes.get(&id) {
                self.flow.begin(BlockKind::Paragraph);
                self.flow.push(&format!("[{id}] {note}"));
                self.flow.end();
            }
        }
    }
}
