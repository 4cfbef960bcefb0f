//! Pages of a whole document: tells headings and running lines from body text.

use std::collections::HashMap;

use api_types::{Block, BlockKind, Page};

use super::headings::Headings;
use super::paragraphs::blocks;
use super::spelling::Spelling;
use super::text::{RawBlock, Shape};
use super::{PlacedWord, Rect, Segment, Turn, columns, joins, ruled, segments};

/// Share of the page height at its top and bottom where running lines stand.
const MARGIN: f32 = 0.09;

/// Collects pages one after the other.
#[derive(Default)]
pub(crate) struct Assembly {
    spelling: Spelling,
    pages: Vec<RawPage>,
}

struct RawPage {
    width: f32,
    height: f32,
    ocr: bool,
    blocks: Vec<RawBlock>,
}

impl Assembly {
    /// Adds a page. `frames` are its words by direction of writing, the main one first; sizes are in points as displayed.
    /// `rulings` finds straight lines in the frame of the main words; it is asked only where text stands side by side.
    pub fn page(
        &mut self,
        width: f32,
        height: f32,
        ocr: bool,
        frames: Vec<(Turn, Vec<PlacedWord>)>,
        rulings: &dyn Fn() -> Vec<Rect>,
    ) {
        let mut all = Vec::new();
        for (index, (turn, mut words)) in frames.into_iter().enumerate() {
            self.spelling.learn(words.iter().map(|w| w.text.as_str()));
            let mut parts = segments::segments(&words);
            let mut tables = Vec::new();
            if index == 0 && segments::side_by_side(&parts) >= 3 {
                tables = ruled::take(&mut words, &rulings());
            }
            if !tables.is_empty() {
                parts = segments::segments(&words);
                parts.extend(
                    tables
                        .iter()
                        .enumerate()
                        .map(|(index, table)| Segment::of_table(index, table.rect)),
                );
            }
            let mut read = blocks(columns::zones(parts), &words, &tables, &self.spelling);
            if turn == Turn::Slanted {
                read.iter_mut().for_each(|b| b.shape = Shape::Watermark);
            }
            all.append(&mut read);
        }
        self.pages.push(RawPage {
            width,
            height,
            ocr,
            blocks: all,
        });
    }

    pub fn finish(self) -> Vec<Page> {
        let headings = Headings::learn(self.pages.iter().map(|p| p.blocks.as_slice()));
        let running = running_lines(&self.pages);
        let last = self.pages.len();
        let mut pages = Vec::with_capacity(last);
        for (index, page) in self.pages.into_iter().enumerate() {
            let kinds = headings.kinds(&page.blocks);
            let settled = |(raw, kind): (RawBlock, BlockKind)| {
                let furniture = is_running(&raw, page.height, &running, last);
                (raw, if furniture { BlockKind::Furniture } else { kind })
            };
            let mut blocks = page.blocks.into_iter().zip(kinds).map(settled).collect();
            joins::running_lines_last(&mut blocks, page.height);
            let finished = |(mut raw, kind): (RawBlock, BlockKind)| {
                raw.restore_hyphens(&self.spelling);
                Block {
                    kind,
                    text: raw.text,
                    words: raw.words,
                }
            };
            let blocks = joins::across_columns(blocks, &self.spelling)
                .into_iter()
                .map(finished)
                .collect();
            pages.push(Page {
                number: index as u32 + 1,
                width: page.width,
                height: page.height,
                ocr: page.ocr,
                blocks,
            });
        }
        pages
    }
}

fn in_margin(block: &RawBlock, height: f32) -> bool {
    block.lines <= 3 && (block.rect.y1 < height * MARGIN || block.rect.y0 > height * (1.0 - MARGIN))
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

/// Patterns that stand in the margins of several pages, with the number of pages.
fn running_lines(pages: &[RawPage]) -> HashMap<String, usize> {
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
    counts
}

fn is_running(block: &RawBlock, height: f32, running: &HashMap<String, usize>, pages: usize) -> bool {
    if !in_margin(block, height) {
        return false;
    }
    let text = pattern(&block.text);
    let page_number = matches!(
        text.as_str(),
        "#" | "-#-" | "page#" | "page#of#" | "#of#" | "#/#" | "page#/#" | "p.#" | "|page#" | "#|page"
    );
    let roman = !text.is_empty() && text.len() <= 5 && text.bytes().all(|b| b"ivx".contains(&b));
    let repeats = running.get(&text).copied().unwrap_or(0);
    page_number || roman || (pages >= 2 && repeats >= 3.min(pages))
}
