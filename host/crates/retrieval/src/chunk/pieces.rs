//! Parts of blocks that are never cut further.

use std::ops::Range;

use api_types::BlockKind;

use super::{TARGET_WORDS, WHOLE_WORDS};
use crate::sentences;

/// A table up to this long stays whole.
const WHOLE_TABLE_WORDS: usize = 300;
/// Longest header row repeated in a heading, in characters.
const HEADER_CHARS: usize = 200;

#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Indices into the pages and the page's blocks.
    pub page: usize,
    pub block: usize,
    /// In the block's text, without surrounding white space.
    pub range: Range<usize>,
    pub words: usize,
    /// Header row of the table this is a later part of.
    pub table_header: Option<String>,
}

impl Piece {
    pub fn whole(page: usize, block: usize, text: &str) -> Self {
        Self::part(page, block, text, trim(text, 0..text.len()))
    }

    fn part(page: usize, block: usize, text: &str, range: Range<usize>) -> Self {
        let words = words(&text[range.clone()]);
        Self {
            page,
            block,
            range,
            words,
            table_header: None,
        }
    }
}

/// The parts of a block, in order; none for a blank one.
pub(super) fn cut(page: usize, block: usize, kind: BlockKind, text: &str) -> Vec<Piece> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    let whole = Piece::whole(page, block, text);
    let limit = if kind == BlockKind::Table {
        WHOLE_TABLE_WORDS
    } else {
        WHOLE_WORDS
    };
    if whole.words <= limit {
        return vec![whole];
    }
    let units = if kind == BlockKind::Table {
        rows(text)
    } else {
        sentences::split(text)
    };
    let units: Vec<Range<usize>> = units.into_iter().flat_map(|unit| split_long(text, unit)).collect();
    let mut pieces: Vec<Piece> = balance(text, &units, whole.words)
        .into_iter()
        .map(|range| Piece::part(page, block, text, range))
        .collect();
    if kind == BlockKind::Table {
        let header: String = text
            .trim_start()
            .lines()
            .next()
            .unwrap_or_default()
            .trim()
            .chars()
            .take(HEADER_CHARS)
            .collect();
        for piece in pieces.iter_mut().skip(1) {
            piece.table_header = Some(header.clone());
        }
    }
    pieces
}

/// Joins units to parts of about equal length near the aim, so that no part is a short left-over.
fn balance(text: &str, units: &[Range<usize>], total: usize) -> Vec<Range<usize>> {
    let parts = total.div_ceil(TARGET_WORDS).max(1);
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut open = None;
    let mut done = 0;
    for unit in units {
        let count = words(&text[unit.clone()]);
        // The share in which the unit's middle falls when the block is cut into equal ones.
        let share = ((2 * done + count) * parts / (2 * total.max(1))).min(parts - 1);
        done += count;
        match ranges.last_mut().filter(|_| open == Some(share)) {
            Some(range) => range.end = unit.end,
            None => ranges.push(unit.clone()),
        }
        open = Some(share);
    }
    ranges
}

/// A unit as it is, or cut between words when it is longer than a passage, as in text without punctuation.
fn split_long(text: &str, unit: Range<usize>) -> Vec<Range<usize>> {
    let starts: Vec<usize> = word_starts(&text[unit.clone()])
        .map(|start| unit.start + start)
        .collect();
    if starts.len() <= WHOLE_WORDS {
        return vec![unit];
    }
    let cuts: Vec<usize> = starts.iter().step_by(TARGET_WORDS).copied().collect();
    let ends = cuts.iter().skip(1).copied().chain(std::iter::once(unit.end));
    cuts.iter()
        .zip(ends)
        .map(|(&start, end)| trim(text, start..end))
        .collect()
}

fn rows(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let mut rows = Vec::new();
    for row in text.split_inclusive('\n') {
        let range = trim(text, start..start + row.len());
        if !range.is_empty() {
            rows.push(range);
        }
        start += row.len();
    }
    rows
}

fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let slice = &text[range.clone()];
    let start = range.start + (slice.len() - slice.trim_start().len());
    start..start + slice.trim().len()
}

pub(super) fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

fn word_starts(text: &str) -> impl Iterator<Item = usize> {
    let mut before = true;
    text.char_indices().filter_map(move |(at, c)| {
        let starts = before && !c.is_whitespace();
        before = c.is_whitespace();
        starts.then_some(at)
    })
}
