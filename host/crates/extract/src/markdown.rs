//! Markdown through pulldown-cmark.

use api_types::BlockKind;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::facts::Stated;
use crate::flow::Flow;
use crate::raised::superscript;
use crate::{ExtractError, Extracted, text};

pub(crate) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let source = text::decode(bytes, None)?;
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut reader = Reader::default();
    for event in Parser::new_ext(&source, options) {
        reader.event(event);
        if reader.flow.is_full() {
            break;
        }
    }
    Ok(Extracted::from_pages(reader.flow.finish()?, reader.stated, 0))
}

#[derive(Default)]
struct Reader {
    flow: Flow,
    stated: Stated,
    in_metadata: bool,
    in_code: bool,
    /// Between `<sup>` and `</sup>`.
    raised: bool,
    /// Open lists: the next number of an ordered one.
    lists: Vec<Option<u64>>,
}

impl Reader {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.in_metadata => self.metadata(&text),
            Event::Text(text) if self.in_code => self.flow.push_exact(&text),
            Event::Text(text) if self.raised => self.flow.push(&superscript(&text)),
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.flow.push(&text)
            }
            Event::SoftBreak => self.flow.push(" "),
            Event::HardBreak => self.flow.new_line(),
            Event::FootnoteReference(name) => self.flow.push(&format!("[{name}]")),
            Event::TaskListMarker(done) => self.flow.push(if done { "☑ " } else { "☐ " }),
            Event::Rule => self.flow.end(),
            Event::InlineHtml(tag) => match tag.trim().to_ascii_lowercase().as_str() {
                "<sup>" => self.raised = true,
                "</sup>" => self.raised = false,
                "<sub>" | "</sub>" => {}
                _ => self.flow.push(" "),
            },
            Event::Html(_) => self.flow.push(" "),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => self.flow.begin(BlockKind::Heading { level: level as u8 }),
            Tag::List(first) => {
                self.flow.end();
                self.lists.push(first);
            }
            Tag::Item => {
                self.flow.begin(BlockKind::ListItem);
                if let Some(Some(next)) = self.lists.last_mut() {
                    self.flow.push_marker(&format!("{next}. "));
                    *next += 1;
                }
            }
            // The first paragraph of an item is the item.
            Tag::Paragraph if self.flow.has_text() && self.lists.is_empty() => self.flow.begin(BlockKind::Paragraph),
            Tag::CodeBlock(_) => {
                self.flow.begin(BlockKind::Paragraph);
                self.in_code = true;
            }
            Tag::Table(_) => self.flow.begin_table(),
            Tag::TableCell => self.flow.begin_cell(),
            Tag::FootnoteDefinition(name) => {
                self.flow.begin(BlockKind::Paragraph);
                self.flow.push(&format!("[{name}] "));
            }
            Tag::MetadataBlock(_) => self.in_metadata = true,
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_)
            | TagEnd::Paragraph
            | TagEnd::Item
            | TagEnd::BlockQuote(_)
            | TagEnd::FootnoteDefinition
            | TagEnd::HtmlBlock => self.flow.end(),
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.flow.end();
            }
            TagEnd::List(_) => {
                self.flow.end();
                self.lists.pop();
            }
            TagEnd::TableCell => self.flow.end_cell(),
            TagEnd::TableHead | TagEnd::TableRow => self.flow.end_row(),
            TagEnd::Table => self.flow.end_table(),
            TagEnd::MetadataBlock(_) => self.in_metadata = false,
            _ => {}
        }
    }

    /// `key: value` lines before the text.
    fn metadata(&mut self, text: &str) {
        for (key, value) in text.lines().filter_map(|l| l.split_once(':')) {
            let value = value.trim().trim_matches(['"', '\'']).to_owned();
            match key.trim().to_ascii_lowercase().as_str() {
                _ if value.is_empty() => {}
                "title" => self.stated.title = Some(value),
                "author" | "owner" | "authors" | "department" => self.stated.author = Some(value),
                "date" | "effective" | "updated" | "version_date" => self.stated.date = Some(value),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_raised_stays_raised() {
        let found = extract(b"Below 50 x 10<sup>9</sup>/L of CO<sub>2</sub>").unwrap();
        assert_eq!(found.pages[0].blocks[0].text, "Below 50 x 10\u{2079}/L of CO2");
    }

    #[test]
    fn structure_and_front_matter_are_read() {
        let source = "---\ntitle: Hyperkalaemia\nowner: Renal Unit\ndate: 2024-02-01\n---\n# Treat\n\nGive *calcium*\nfirst.\n\n1. One\n2. Two\n   - inner\n\n| Drug | Dose |\n|---|---|\n| A | 5 mg |\n\n```\na  b\n```\n";
        let found = extract(source.as_bytes()).unwrap();
        let blocks: Vec<_> = found.pages[0]
            .blocks
            .iter()
            .map(|b| (b.kind, b.text.as_str()))
            .collect();
        assert_eq!(
            blocks,
            [
                (BlockKind::Heading { level: 1 }, "Treat"),
                (BlockKind::Paragraph, "Give calcium first."),
                (BlockKind::ListItem, "1. One"),
                (BlockKind::ListItem, "2. Two"),
                (BlockKind::ListItem, "inner"),
                (BlockKind::Table, "Drug | Dose\nA | 5 mg"),
                (BlockKind::Paragraph, "a  b"),
            ]
        );
        assert_eq!(
            (found.title.as_deref(), found.owner.as_deref(), found.date.as_deref()),
            (Some("Hyperkalaemia"), Some("Renal Unit"), Some("2024-02-01"))
        );
    }

    #[test]
    fn very_deep_nesting_is_read() {
        let found = extract(format!("{}deep", "> ".repeat(50_000)).as_bytes()).unwrap();
        assert!(found.pages[0].blocks[0].text.contains("deep"));
    }
}
