//! Pages of a whole document: tells headings and running lines from body text.

use std::collections::HashMap;

use api_types::{Block, BlockKind, Page};

use super::paragraphs::{RawBlock, Shape, blocks};
use super::spelling::Spelling;
use super::{PlacedWord, Rect, Segment, columns, ruled, segments};

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
        frames: Vec<Vec<PlacedWord>>,
        rulings: &dyn Fn() -> Vec<Rect>,
    ) {
        let mut all = Vec::new();
        for (index, mut words) in frames.into_iter().enumerate() {
            self.spelling.learn(words.iter().map(|w| w.text.as_str()));
            let mut parts = segments::segments(&words);
            let mut tables = Vec::new();
            if index == 0 && segments::side_by_side(&parts) >= 3 {
                tables = ruled::take(&mut words, &rulings());
            }
            if !tables.is_empty() {
                parts = segments::segments(&words);
            }
            parts.extend(
                tables
                    .iter()
                    .enumerate()
                    .map(|(index, table)| Segment::of_table(index, table.rect)),
            );
            all.extend(blocks(columns::zones(parts), &words, &tables, &self.spelling));
        }
        self.pages.push(RawPage {
            width,
            height,
            ocr,
            blocks: all,
        });
    }

    pub fn finish(self) -> Vec<Page> {
        let body = body_style(&self.pages);
        let running = running_lines(&self.pages);
        let levels = heading_levels(&self.pages, body);
        let last = self.pages.len();
        self.pages
            .into_iter()
            .enumerate()
            .map(|(index, page)| {
                let height = page.height;
                let blocks = page.blocks.into_iter().map(|raw| {
                    let kind = if is_running(&raw, height, &running, last) {
                        BlockKind::Furniture
                    } else {
                        kind(&raw, body, &levels)
                    };
                    Block {
                        kind,
                        text: raw.text,
                        words: raw.words,
                    }
                });
                Page {
                    number: index as u32 + 1,
                    width: page.width,
                    height: page.height,
                    ocr: page.ocr,
                    blocks: blocks.collect(),
                }
            })
            .collect()
    }
}

#[derive(Clone, Copy)]
struct Style {
    size: f32,
    bold: bool,
}

fn rounded(size: f32) -> i32 {
    (size * 2.0).round() as i32
}

/// The style most of the characters are set in.
fn body_style(pages: &[RawPage]) -> Style {
    let mut weights: HashMap<(i32, bool), usize> = HashMap::new();
    for block in pages.iter().flat_map(|p| &p.blocks) {
        *weights.entry((rounded(block.size), block.bold)).or_default() += block.text.len();
    }
    let most = weights
        .into_iter()
        .max_by_key(|(style, weight)| (*weight, -style.0))
        .map(|(style, _)| style);
    most.map_or(
        Style {
            size: 11.0,
            bold: false,
        },
        |(size, bold)| Style {
            size: size as f32 / 2.0,
            bold,
        },
    )
}

fn looks_like_heading(block: &RawBlock, body: Style) -> bool {
    let text = block.text.trim();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    if block.shape == Shape::Table || block.lines > 4 || text.chars().count() > 200 || letters < 2 {
        return false;
    }
    let ends_a_sentence = text.ends_with(['.', ';', ',']) && !text.ends_with("...");
    let larger = block.size >= 1.14 * body.size;
    let bolder = block.bold && !body.bold && block.size >= 0.97 * body.size;
    let numbered = block.shape == Shape::ListItem;
    if numbered && !text.starts_with(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase()) {
        return false;
    }
    let capitals = block.lines <= 2
        && letters >= 6
        && !text.chars().any(char::is_lowercase)
        && block.size >= 0.97 * body.size
        && !numbered;
    (larger && (!ends_a_sentence || block.size > 1.5 * body.size))
        || (!ends_a_sentence && block.lines <= 2 && text.len() <= 120 && (bolder || capitals))
}

/// Styles of headings from the largest to the smallest; the place is the level.
fn heading_levels(pages: &[RawPage], body: Style) -> Vec<(i32, bool)> {
    let mut styles: Vec<(i32, bool)> = pages
        .iter()
        .flat_map(|p| &p.blocks)
        .filter(|b| looks_like_heading(b, body))
        .map(|b| (rounded(b.size), b.bold))
        .collect();
    styles.sort_unstable_by(|a, b| b.cmp(a));
    styles.dedup();
    styles
}

fn kind(block: &RawBlock, body: Style, levels: &[(i32, bool)]) -> BlockKind {
    if looks_like_heading(block, body) {
        let style = (rounded(block.size), block.bold);
        let place = levels.iter().position(|l| *l == style).unwrap_or(5);
        return BlockKind::Heading {
            level: (place + 1).min(6) as u8,
        };
    }
    match block.shape {
        Shape::Text => BlockKind::Paragraph,
        Shape::ListItem => BlockKind::ListItem,
        Shape::Table => BlockKind::Table,
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
