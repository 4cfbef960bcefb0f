//! Running lines: what stands at the edge of pages and is no part of their text.

use std::collections::HashMap;
use std::sync::LazyLock;

use api_types::BlockKind;
use regex::Regex;

use super::document::RawPage;
use super::text::{RawBlock, Shape};

/// Share of the page height at its top and bottom where running lines stand.
const MARGIN: f32 = 0.09;
/// A shorter heading may well open a sentence.
const TITLE_CHARS: usize = 12;

/// What a line at the edge says when it is about the document: its page, its version, its date, its rights.
#[expect(clippy::unwrap_used, reason = "constant pattern, compiled in the tests")]
static ABOUT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(\bpage \d+|\b\d+ (of|/) \d+\W*$|\bversion:? \d|\bv\d+\.\d|©|\bcopyright\b|\b(19|20)\d\d-\d\d-\d\d\b)",
    )
    .unwrap()
});

/// What is known of a whole document.
pub(super) struct Running {
    /// Patterns that stand in the margins, with the number of pages.
    counts: HashMap<String, usize>,
    pages: usize,
    /// Lower case.
    title: Option<String>,
}

impl Running {
    pub fn learn(pages: &[RawPage], kinds: &[Vec<BlockKind>]) -> Self {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for page in pages {
            let mut found: Vec<String> = page
                .blocks
                .iter()
                .filter(|b| in_margin(b, page.height))
                .map(|b| pattern(&b.text))
                .collect();
            found.sort_unstable();
            found.dedup();
            for text in found {
                *counts.entry(text).or_default() += 1;
            }
        }
        let headings = pages
            .iter()
            .zip(kinds)
            .flat_map(|(page, kinds)| page.blocks.iter().zip(kinds));
        let first = headings
            .map(|(block, kind)| (&block.text, kind))
            .find(|(_, k)| matches!(k, BlockKind::Heading { .. }));
        let title = first
            .map(|(text, _)| text.to_lowercase())
            .filter(|t| t.len() >= TITLE_CHARS);
        Self {
            counts,
            pages: pages.len(),
            title,
        }
    }

    /// Which blocks of a page are running lines.
    pub fn lines(&self, page: &RawPage, kinds: &[BlockKind]) -> Vec<bool> {
        let margin = |b: &RawBlock| in_margin(b, page.height);
        let mut found: Vec<bool> = page
            .blocks
            .iter()
            .zip(kinds)
            .map(|(block, kind)| {
                let heading = matches!(kind, BlockKind::Heading { .. });
                margin(block)
                    && (self.repeats(block) || !heading && self.is_about(block) && stands_alone(block, &page.blocks))
            })
            .collect();
        // No text stands beyond a running line.
        for (index, block) in page.blocks.iter().enumerate() {
            let small = |other: &RawBlock| block.lines == 1 && block.size <= 1.25 * other.size;
            let beyond = |other: &RawBlock| {
                let above = other.rect.y1 < page.height / 2.0 && block.rect.y1 <= other.rect.y0 + 1.0;
                let below = other.rect.y0 > page.height / 2.0 && block.rect.y0 >= other.rect.y1 - 1.0;
                (above || below) && small(other)
            };
            let is_text = matches!(kinds.get(index), Some(BlockKind::Paragraph | BlockKind::ListItem));
            let outside = page
                .blocks
                .iter()
                .zip(&found)
                .any(|(other, running)| *running && beyond(other));
            if is_text && margin(block) && outside {
                found[index] = true;
            }
        }
        found
    }

    fn repeats(&self, block: &RawBlock) -> bool {
        let text = pattern(&block.text);
        let page_number = matches!(
            text.as_str(),
            "#" | "-#-" | "page#" | "page#of#" | "#of#" | "#/#" | "page#/#" | "p.#" | "|page#" | "#|page"
        );
        let roman = !text.is_empty() && text.len() <= 5 && text.bytes().all(|b| b"ivx".contains(&b));
        let repeats = self.counts.get(&text).copied().unwrap_or(0);
        page_number || roman || (self.pages >= 2 && repeats >= 3.min(self.pages))
    }

    /// A line that nothing repeats, as in a document of one page, but that names the document or one of its pages.
    fn is_about(&self, block: &RawBlock) -> bool {
        let named = self
            .title
            .as_ref()
            .is_some_and(|t| block.text.to_lowercase().starts_with(t.as_str()));
        block.shape == Shape::Text
            && block.lines == 1
            && !block.text.ends_with(['.', ':', ';', ','])
            && (named || ABOUT.is_match(&block.text))
    }
}

fn in_margin(block: &RawBlock, height: f32) -> bool {
    block.lines <= 3 && (block.rect.y1 < height * MARGIN || block.rect.y0 > height * (1.0 - MARGIN))
}

/// White space of a line's height lies between a line and the text above and below it.
fn stands_alone(block: &RawBlock, page: &[RawBlock]) -> bool {
    page.iter().filter(|other| !std::ptr::eq(*other, block)).all(|other| {
        let beside = other.rect.x1 <= block.rect.x0 || block.rect.x1 <= other.rect.x0;
        beside || other.rect.overlap_y(&block.rect) < -0.8 * block.size
    })
}

/// The text without what changes from page to page.
fn pattern(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        match c {
            '0'..='9' => {
                if !out.ends_with('#') {
                    out.push('#');
                }
            }
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}
