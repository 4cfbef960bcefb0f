//! Segments of one column to lines, and what a line begins with.

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
    /// Left edge of the text after a bullet or number, when the line begins with one.
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
    rows.into_iter().map(|row| line(row, words)).collect()
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
    let item = item_start(&words_in, words);
    Line {
        words: words_in,
        rect,
        baseline,
        size,
        bold: bold * 2 > all,
        family,
        item,
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

fn item_start(line: &[u32], words: &[PlacedWord]) -> Option<f32> {
    let first = words.get(*line.first()? as usize)?;
    let second = words.get(*line.get(1)? as usize)?;
    let gap = second.rect.x0 - first.rect.x1;
    // "A. Smith" and "1. May" in running text leave a plain space; a list leaves a tab or at least a wide one.
    let wide = gap > 0.4 * first.size;
    let sure = is_bullet(&first.text) || (is_marker(&first.text) && wide) || is_number(&first.text);
    sure.then_some(second.rect.x0)
}

/// A bullet, or a number or letter with a full stop or bracket.
pub(crate) fn is_marker(text: &str) -> bool {
    if is_bullet(text) {
        return true;
    }
    let Some(core) = text.strip_suffix(['.', ')', ':']) else {
        return false;
    };
    let core = core.strip_prefix('(').unwrap_or(core);
    let digits = !core.is_empty() && core.len() <= 3 && core.bytes().all(|b| b.is_ascii_digit());
    let letter = core.len() == 1 && core.bytes().all(|b| b.is_ascii_alphabetic());
    let roman = !core.is_empty() && core.len() <= 5 && core.bytes().all(|b| b"ivxIVX".contains(&b));
    let section = core.len() <= 8
        && core.contains('.')
        && core
            .split('.')
            .all(|p| p.len() <= 2 && !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
    digits || letter || roman || section
}

fn is_number(text: &str) -> bool {
    text.len() <= 4
        && text
            .strip_suffix(['.', ')'])
            .is_some_and(|n| !n.is_empty() && n.len() <= 2 && n.bytes().all(|b| b.is_ascii_digit()))
}

pub(crate) fn is_bullet(text: &str) -> bool {
    let mut chars = text.chars();
    let (Some(first), None) = (chars.next(), chars.next()) else {
        return false;
    };
    matches!(
        first,
        '•' | '●'
            | '○'
            | '◦'
            | '■'
            | '□'
            | '▪'
            | '▫'
            | '◆'
            | '◇'
            | '–'
            | '—'
            | '-'
            | '*'
            | '‣'
            | '⁃'
            | '·'
            | '❏'
            | '❑'
            | '❒'
            | '☐'
            | '☑'
            | '☒'
            | '✓'
            | '✔'
            | '➢'
            | '►'
            | '▶'
            | '→'
            | '»'
            | 'o'
    ) || ('\u{e000}'..='\u{f8ff}').contains(&first)
}
