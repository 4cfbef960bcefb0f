//! Segments of one column to lines, and what a line begins with.

use super::items::{self, Start};
use super::{PlacedWord, Rect, Segment};

#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub words: Vec<u32>,
    pub rect: Rect,
    pub baseline: f32,
    pub size: f32,
    /// More than half of the characters are bold.
    pub bold: bool,
    /// Typeface of most of the words; 0 when unknown or mixed.
    pub family: u16,
    /// What could be a bullet or number before an item.
    pub start: Option<Start>,
    /// Left edge of the text after a bullet or number, when the line begins an item.
    pub item: Option<f32>,
}

/// Lines from top to bottom; segments on one baseline become one line.
pub(crate) fn lines(mut flow: Vec<Segment>, words: &[PlacedWord]) -> Vec<Line> {
    flow.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let mut rows: Vec<Vec<Segment>> = Vec::new();
    for segment in flow {
        let place = rows
            .iter()
            .rposition(|row| row.iter().any(|s| on_one_line(s, &segment)));
        // Only the last few rows can hold the segment: they are sorted by baseline.
        match place {
            Some(at) if at + 4 >= rows.len() => rows[at].push(segment),
            _ => rows.push(vec![segment]),
        }
    }
    let mut lines: Vec<Line> = rows.into_iter().map(|row| line(row, words)).collect();
    items::settle(&mut lines, words);
    lines
}

fn on_one_line(a: &Segment, b: &Segment) -> bool {
    let shift = (a.baseline - b.baseline).abs();
    let small = a.rect.height().min(b.rect.height());
    shift < 0.25 * a.size.max(b.size) || (a.rect.overlap_y(&b.rect) > 0.6 * small && shift < 0.55 * a.size.max(b.size))
}

fn line(mut row: Vec<Segment>, words: &[PlacedWord]) -> Line {
    row.sort_by(|a, b| a.rect.x0.total_cmp(&b.rect.x0));
    let mut rect = Rect::NOTHING;
    let (mut baseline, mut size, mut weight) = (0.0, 0.0, 0);
    for segment in &row {
        rect.join(&segment.rect);
        // Most of the characters decide: a bullet may be set in another size.
        if segment.chars > weight {
            (baseline, size, weight) = (segment.baseline, segment.size, segment.chars);
        }
    }
    let words_in: Vec<u32> = row.into_iter().flat_map(|s| s.words).collect();
    let (mut bold, mut all) = (0, 0);
    for word in words_in.iter().filter_map(|&w| words.get(w as usize)) {
        all += word.text.len();
        bold += if word.bold { word.text.len() } else { 0 };
    }
    let family = family(&words_in, words);
    let start = items::start(&words_in, words);
    Line {
        words: words_in,
        rect,
        baseline,
        size,
        bold: bold * 2 > all,
        family,
        start,
        item: None,
    }
}

fn family(line: &[u32], words: &[PlacedWord]) -> u16 {
    let mut families: Vec<u16> = line
        .iter()
        .filter_map(|&w| words.get(w as usize))
        .map(|w| w.family)
        .collect();
    families.sort_unstable();
    let longest = families.chunk_by(|a, b| a == b).max_by_key(|run| run.len());
    longest
        .filter(|run| run.len() * 2 > families.len())
        .map_or(0, |run| run[0])
}
