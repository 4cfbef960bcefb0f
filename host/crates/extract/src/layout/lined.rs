//! Tables with lines between their rows only: white space that runs through the rows gives the columns.

use super::ruled::{Bar, REACH, Ruled, SAME};
use super::segments::segments;
use super::tables::{is_prose, row_starts};
use super::{PlacedWord, Rect};

/// White space between columns is at least this wide, in font sizes.
const GUTTER: f32 = 0.8;
/// Shorter lines are underlines and places to write on, in points.
const SHORTEST: f32 = 100.0;
/// Lines with more text between them on average may divide columns of prose.
const MOST_LINES: usize = 3;
/// How far above its first line the head of a table may stand, in font sizes.
const HEAD: f32 = 2.5;
/// How far below the line above it a row may begin, in font sizes.
const PADDING: f32 = 1.5;

/// Free stretch of the x axis.
type Gap = (f32, f32);

/// What stands between two lines.
struct Band {
    top: f32,
    bottom: f32,
}

/// Neighbouring rows, and the white space that runs through all of them.
struct Run {
    bands: Vec<Band>,
    gaps: Vec<Gap>,
}

/// Takes the words of such tables out of `words`; `bars` meet no line that runs down.
pub(super) fn take(words: &mut Vec<PlacedWord>, bars: &[Bar]) -> Vec<Ruled> {
    let mut rest: Vec<Bar> = bars.iter().copied().filter(|b| b.to - b.from >= SHORTEST).collect();
    let mut tables = Vec::new();
    while let Some(first) = rest.first().copied() {
        let same = |b: &mut Bar| (b.from - first.from).abs() < REACH && (b.to - first.to).abs() < REACH;
        let mut group: Vec<Bar> = rest.extract_if(.., same).collect();
        group.sort_by(|a, b| a.at.total_cmp(&b.at));
        group.dedup_by(|a, b| a.at - b.at < SAME);
        for run in runs(&group, words) {
            tables.extend(table(&run, first, words));
        }
    }
    tables
}

/// Rows one below the other, as long as white space runs through all of them.
fn runs(group: &[Bar], words: &[PlacedWord]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut held: Vec<&PlacedWord> = Vec::new();
    let mut bands: Vec<Band> = Vec::new();
    for pair in group.windows(2) {
        let (top, bottom) = (pair[0].at, pair[1].at);
        let own: Vec<&PlacedWord> = words.iter().filter(|w| within(w, pair[0], top, bottom)).collect();
        let is_row = own.iter().any(|w| w.rect.y0 - top < PADDING * w.size)
            && !begins_apart(&own)
            && (has_row(&own) || !bands.is_empty() && own.iter().all(|w| bottom - top < 2.0 * HEAD * w.size));
        if !is_row || gaps(&[held.as_slice(), &own].concat()).is_empty() {
            end_run(&mut bands, &mut held, &mut runs);
        }
        if is_row && has_row(&own) || !bands.is_empty() {
            bands.push(Band { top, bottom });
            held.extend(own);
        }
    }
    end_run(&mut bands, &mut held, &mut runs);
    runs
}

fn end_run(bands: &mut Vec<Band>, held: &mut Vec<&PlacedWord>, runs: &mut Vec<Run>) {
    let (bands, held) = (std::mem::take(bands), std::mem::take(held));
    if bands.len() >= 2 {
        runs.push(Run {
            bands,
            gaps: gaps(&held),
        });
    }
}

fn within(word: &PlacedWord, bar: Bar, top: f32, bottom: f32) -> bool {
    let (x, y) = (word.rect.middle_x(), word.rect.middle_y());
    x > bar.from && x < bar.to && y > top && y < bottom
}

/// Stretches that no word covers, wide enough to part columns.
pub(super) fn gaps(words: &[&PlacedWord]) -> Vec<Gap> {
    let mut spans: Vec<(f32, f32, f32)> = words.iter().map(|w| (w.rect.x0, w.rect.x1, w.size)).collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut found = Vec::new();
    let mut end = spans.first().map_or(0.0, |s| s.1);
    for (x0, x1, size) in spans {
        if x0 - end > GUTTER * size {
            found.push((end, x0));
        }
        end = end.max(x1);
    }
    found
}

/// A heading or paragraph stands above what could be a row.
fn begins_apart(words: &[&PlacedWord]) -> bool {
    let Some(first) = words.iter().min_by(|a, b| a.baseline.total_cmp(&b.baseline)) else {
        return false;
    };
    let (line, rest): (Vec<&PlacedWord>, Vec<&PlacedWord>) = words
        .iter()
        .copied()
        .partition(|w| w.baseline - first.baseline < 0.3 * w.size);
    let next = rest.iter().map(|w| w.baseline).fold(f32::MAX, f32::min);
    !rest.is_empty() && !has_row(&line) && next - first.baseline > PADDING * first.size.min(rest[0].size)
}

/// A wide gap stands between two words of one line.
fn has_row(words: &[&PlacedWord]) -> bool {
    gaps(words).iter().any(|gap| {
        let left = || words.iter().filter(|w| w.rect.x1 <= gap.0 + 0.1);
        words
            .iter()
            .filter(|w| w.rect.x0 >= gap.1 - 0.1)
            .any(|w| left().any(|l| (l.baseline - w.baseline).abs() < 0.3 * w.size))
    })
}

fn table(run: &Run, bar: Bar, words: &mut Vec<PlacedWord>) -> Option<Ruled> {
    let (first, last) = (run.bands.first()?, run.bands.last()?);
    let cuts: Vec<f32> = run.gaps.iter().map(|gap| (gap.0 + gap.1) / 2.0).collect();
    let top = head(words, bar, first.top, &run.gaps);
    let column_of = |w: &PlacedWord| cuts.iter().filter(|cut| w.rect.middle_x() > **cut).count();
    let held: Vec<PlacedWord> = words
        .iter()
        .filter(|w| within(w, bar, top, last.bottom))
        .cloned()
        .collect();
    let mut starts: Vec<f32> = run.bands.iter().map(|band| band.top).collect();
    if top < first.top {
        starts.insert(0, top);
    }
    let bands: Vec<Vec<(f32, Vec<bool>)>> = run
        .bands
        .iter()
        .map(|band| {
            let inside = held.iter().filter(|w| within(w, bar, band.top, band.bottom));
            baselines(inside, &column_of, cuts.len() + 1)
        })
        .collect();
    let lines: usize = bands.iter().map(Vec::len).sum();
    if lines > MOST_LINES * bands.len() && is_text(&held, &cuts) {
        return None;
    }
    if !one_row_each(&bands) {
        // The lines only set off the head and the foot.
        let inner = bands.iter().flat_map(|lines| row_starts(lines).into_iter().skip(1));
        starts.extend(inner.map(|baseline| baseline - 0.9 * held.first().map_or(0.0, |w| w.size)));
        starts.sort_by(f32::total_cmp);
    }
    let mut rows = vec![vec![Vec::new(); cuts.len() + 1]; starts.len()];
    for word in words.extract_if(.., |w| within(w, bar, top, last.bottom)) {
        let row = starts.iter().rposition(|s| word.rect.middle_y() > *s).unwrap_or(0);
        let column = column_of(&word);
        rows[row][column].push(word);
    }
    Some(Ruled {
        rect: Rect {
            x0: bar.from,
            y0: top,
            x1: bar.to,
            y1: last.bottom,
        },
        rows,
    })
}

/// Where a table begins whose head has no line above it.
fn head(words: &[PlacedWord], bar: Bar, top: f32, gaps: &[Gap]) -> f32 {
    let (mut found, mut below) = (top, top);
    loop {
        let reach = if below < top { HEAD / 2.0 } else { HEAD };
        let near = |w: &&PlacedWord| within(w, bar, below - reach * w.size, below);
        let Some(lowest) = words.iter().filter(near).map(|w| w.baseline).max_by(f32::total_cmp) else {
            return found;
        };
        let on_line = |w: &&PlacedWord| within(w, bar, f32::MIN, below) && (w.baseline - lowest).abs() < 0.3 * w.size;
        let line: Vec<&PlacedWord> = words.iter().filter(on_line).collect();
        let (left, right) = (
            |gap: &Gap| line.iter().any(|w| w.rect.x1 < gap.0 + 1.0),
            |gap: &Gap| line.iter().any(|w| w.rect.x0 > gap.1 - 1.0),
        );
        let clear = |gap: &Gap| line.iter().all(|w| w.rect.x1 < gap.0 + 1.0 || w.rect.x0 > gap.1 - 1.0);
        if line.is_empty() || !gaps.iter().all(clear) {
            return found;
        }
        below = line.iter().map(|w| w.rect.y0).fold(below, f32::min) - 0.5;
        if gaps.iter().any(|gap| left(gap) && right(gap)) {
            found = below;
        }
    }
}

/// Baselines with the columns that have text on them.
fn baselines<'a>(
    words: impl Iterator<Item = &'a PlacedWord>,
    column_of: &dyn Fn(&PlacedWord) -> usize,
    columns: usize,
) -> Vec<(f32, Vec<bool>)> {
    let mut sorted: Vec<&PlacedWord> = words.collect();
    sorted.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let mut lines: Vec<(f32, Vec<bool>)> = Vec::new();
    for word in sorted {
        if lines.last().is_none_or(|l| word.baseline - l.0 > 0.3 * word.size) {
            lines.push((word.baseline, vec![false; columns]));
        }
        if let Some(line) = lines.last_mut() {
            line.1[column_of(word)] = true;
        }
    }
    lines
}

/// Lines part single rows, not the head from many rows: text of a cell runs without a break, and cells do not all end together.
fn one_row_each(bands: &[Vec<(f32, Vec<bool>)>]) -> bool {
    let unbroken = |lines: &Vec<(f32, Vec<bool>)>| {
        let columns = lines.first().map_or(0, |l| l.1.len());
        (0..columns).all(|column| {
            let filled: Vec<bool> = lines.iter().map(|l| l.1[column]).collect();
            filled.chunk_by(|a, b| a == b).filter(|run| run[0]).count() <= 1
        })
    };
    let mut tall = bands.iter().filter(|lines| lines.len() >= MOST_LINES).peekable();
    let even = tall.peek().is_some() && tall.all(|lines| lines.iter().all(|l| l.1.iter().all(|filled| *filled)));
    bands.len() >= 3 && bands.iter().all(unbroken) && !even
}

/// Columns of prose between lines that divide a page.
fn is_text(words: &[PlacedWord], cuts: &[f32]) -> bool {
    let parts = segments(words);
    let edges: Vec<f32> = std::iter::once(f32::MIN).chain(cuts.iter().copied()).collect();
    let columns: Vec<(f32, f32)> = edges.iter().map(|x| (*x, *x)).collect();
    let mut all: Vec<_> = parts.iter().collect();
    all.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    (0..columns.len())
        .filter(|&column| is_prose(&all, &columns, column))
        .count()
        >= 2
}
