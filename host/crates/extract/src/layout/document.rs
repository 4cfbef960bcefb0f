//! Pages of a whole document: tells headings and running lines from body text.

use api_types::{Block, BlockKind, Page};

use super::headings::Headings;
use super::paragraphs::blocks;
use super::running::Running;
use super::spelling::Spelling;
use super::text::{RawBlock, Shape};
use super::{PlacedWord, Rect, Segment, Turn, columns, joins, ruled, segments};

/// Collects pages one after the other.
#[derive(Default)]
pub(crate) struct Assembly {
    spelling: Spelling,
    pages: Vec<RawPage>,
}

pub(super) struct RawPage {
    pub width: f32,
    pub height: f32,
    pub ocr: bool,
    pub blocks: Vec<RawBlock>,
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
        let kinds: Vec<Vec<BlockKind>> = self.pages.iter().map(|p| headings.kinds(&p.blocks)).collect();
        let running = Running::learn(&self.pages, &kinds);
        let mut pages = Vec::with_capacity(self.pages.len());
        for (index, (page, kinds)) in self.pages.into_iter().zip(kinds).enumerate() {
            let furniture = running.lines(&page, &kinds);
            let settled = |((raw, kind), furniture)| (raw, if furniture { BlockKind::Furniture } else { kind });
            let mut blocks = page.blocks.into_iter().zip(kinds).zip(furniture).map(settled).collect();
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
