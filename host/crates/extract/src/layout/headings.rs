//! Tells headings from body text by how the whole document is set.

use std::collections::HashMap;
use std::hash::Hash;

use api_types::BlockKind;

use super::text::{RawBlock, Shape};

/// How most of the text is set, and the sizes of headings.
pub(super) struct Headings {
    size: f32,
    bold: bool,
    family: u16,
    /// Styles of headings (half points, bold) from the largest to the smallest, with their levels.
    levels: Vec<((i32, bool), u8)>,
    /// Styles and typefaces that only headings have, or nearly so.
    kin: Vec<((i32, bool), u16)>,
}

/// A style is one of headings when so many of them have it.
const KIN: usize = 3;

/// Sizes that differ by less than this share belong to one level.
const SAME_LEVEL: f32 = 0.07;

impl Headings {
    pub fn learn<'a>(pages: impl Iterator<Item = &'a [RawBlock]> + Clone) -> Self {
        let blocks = pages.clone().flatten();
        let (size, bold) = most(blocks.clone().map(|b| (style(b), b.text.len()))).unwrap_or((22, false));
        let family = most(blocks.map(|b| (b.family, b.text.len()))).unwrap_or(0);
        let mut headings = Self {
            size: size as f32 / 2.0,
            bold,
            family,
            levels: Vec::new(),
            kin: Vec::new(),
        };
        let mut styles: Vec<(i32, bool)> = Vec::new();
        let mut used: HashMap<((i32, bool), u16), (usize, usize)> = HashMap::new();
        for page in pages {
            for (block, next) in page.iter().zip(followers(page)) {
                let count = used.entry((style(block), block.family)).or_default();
                count.1 += 1;
                if headings.is_heading(block, next) {
                    styles.push(style(block));
                    count.0 += 1;
                }
            }
        }
        let kin = used
            .into_iter()
            .filter(|(_, (heads, all))| *heads >= KIN && heads * 2 > *all);
        headings.kin = kin.map(|(look, _)| look).collect();
        styles.sort_unstable_by(|a, b| b.cmp(a));
        styles.dedup();
        let (mut level, mut first) = (0, None);
        for style in styles {
            let same = first
                .is_some_and(|(size, bold)| bold == style.1 && (size - style.0) as f32 <= SAME_LEVEL * size as f32);
            if !same {
                level += 1;
                first = Some(style);
            }
            headings.levels.push((style, level.min(6)));
        }
        headings
    }

    /// What kind of block each block of a page is.
    pub fn kinds(&self, page: &[RawBlock]) -> Vec<BlockKind> {
        page.iter()
            .zip(followers(page))
            .map(|(block, next)| self.kind(block, next))
            .collect()
    }

    fn kind(&self, block: &RawBlock, next: Option<&RawBlock>) -> BlockKind {
        if self.is_heading(block, next) || self.looks_like_others(block) {
            let level = self
                .levels
                .iter()
                .find(|(s, _)| *s == style(block))
                .map_or(6, |(_, level)| *level);
            return BlockKind::Heading { level };
        }
        match block.shape {
            Shape::Text => BlockKind::Paragraph,
            Shape::ListItem => BlockKind::ListItem,
            Shape::Table => BlockKind::Table,
            Shape::Watermark => BlockKind::Furniture,
        }
    }

    fn is_heading(&self, block: &RawBlock, next: Option<&RawBlock>) -> bool {
        let text = block.text.trim();
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        let numbered = block.shape == Shape::ListItem;
        // A title in a narrow column takes many lines.
        let (most_lines, most_chars) = if block.size > 1.4 * self.size {
            (8, 300)
        } else {
            (4, 200)
        };
        let short = block.lines <= most_lines && text.chars().count() <= most_chars;
        if !(numbered || block.shape == Shape::Text) || !short || letters < 2 {
            return false;
        }
        if numbered && !text.starts_with(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase()) {
            return false;
        }
        let sentence = text.ends_with(['.', ';', ',']) && !text.ends_with("...");
        if block.size >= 1.14 * self.size {
            return !sentence || block.size > 1.5 * self.size;
        }
        if self.is_box_title(block, next) && !sentence {
            return true;
        }
        // The line above a table may be smaller than the text.
        let least = if next.is_some_and(|n| n.shape == Shape::Table) {
            0.9
        } else {
            0.97
        };
        if sentence || block.lines > 2 || text.len() > 120 || block.size < least * self.size {
            return false;
        }
        let bolder = block.bold && !self.bold;
        let capitals = !numbered && letters >= 6 && !text.chars().any(char::is_lowercase);
        bolder || capitals || (!numbered && self.is_set_apart(block, next))
    }

    /// The title of a box of recommendations: small, but bold and in another typeface than the text or list below it.
    fn is_box_title(&self, block: &RawBlock, next: Option<&RawBlock>) -> bool {
        block.shape == Shape::Text
            && block.bold
            && !self.bold
            && block.family != self.family
            && block.size >= 0.75 * self.size
            && block.lines <= 3
            && block.text.starts_with(char::is_uppercase)
            && !block.text.starts_with("Fig")
            && next.is_some_and(|n| {
                n.family == self.family && (n.shape == Shape::ListItem || n.shape == Shape::Text && n.text.len() > 60)
            })
    }

    /// A short line set like the headings of the document, whatever follows it.
    fn looks_like_others(&self, block: &RawBlock) -> bool {
        matches!(block.shape, Shape::Text | Shape::ListItem)
            && block.lines <= 2
            && block.text.len() <= 160
            && block.text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
            && block.text.contains(char::is_lowercase)
            && !block.text.ends_with(['.', ';', ',', ':'])
            && !block.text.contains("://")
            && self.kin.contains(&(style(block), block.family))
    }

    /// A short line in another typeface than the body text that follows it.
    fn is_set_apart(&self, block: &RawBlock, next: Option<&RawBlock>) -> bool {
        let starts_well = block.text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
        let introduces = next.is_some_and(|n| match n.shape {
            Shape::Text => n.family == self.family && n.text.len() > 60,
            Shape::ListItem => n.family == self.family,
            Shape::Table => true,
            Shape::Watermark => false,
        });
        block.family != self.family
            && starts_well
            && introduces
            && !block.text.contains("://")
            && !block.text.ends_with(':')
    }
}

fn followers(page: &[RawBlock]) -> impl Iterator<Item = Option<&RawBlock>> {
    page.iter().skip(1).map(Some).chain(std::iter::once(None))
}

fn style(block: &RawBlock) -> (i32, bool) {
    ((block.size * 2.0).round() as i32, block.bold)
}

/// The value with the largest sum of weights; the smaller one of equals, so that the result never changes.
fn most<T: Eq + Hash + Ord + Copy>(weighted: impl Iterator<Item = (T, usize)>) -> Option<T> {
    let mut sums: HashMap<T, usize> = HashMap::new();
    for (value, weight) in weighted {
        *sums.entry(value).or_default() += weight;
    }
    sums.into_iter()
        .max_by_key(|(value, weight)| (*weight, std::cmp::Reverse(*value)))
        .map(|(value, _)| value)
}
