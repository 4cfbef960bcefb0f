//! Tables drawn with lines: a grid of rulings gives the cells.

use super::lines::lines;
use super::segments::segments;
use super::{PlacedWord, Rect, lined};

/// Lines closer than this are one border, in points; double borders stand some 3 points apart.
pub(super) const SAME: f32 = 5.0;
/// How far a line may end before the one it meets.
pub(super) const REACH: f32 = 4.0;

/// An outer cell without a border at its side is at least this wide.
const EDGE: f32 = 20.0;

/// Baselines closer than this are one line.
const LEADING: f32 = 4.0;
/// Rows of a table without lines between its columns have at most so many lines on average.
const MOST_LINES: usize = 3;

/// A table with the words of each cell.
pub(crate) struct Ruled {
    pub rect: Rect,
    pub rows: Vec<Vec<Vec<PlacedWord>>>,
}

/// A line on one axis: its place, and where it begins and ends on the other axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bar {
    pub at: f32,
    pub from: f32,
    pub to: f32,
}

/// Takes the words of ruled tables out of `words`. Lines are in the same frame as the words.
pub(crate) fn take(words: &mut Vec<PlacedWord>, rulings: &[Rect]) -> Vec<Ruled> {
    let (mut across, mut down) = (Vec::new(), Vec::new());
    for r in rulings {
        if r.width() >= r.height() {
            across.push(Bar {
                at: (r.y0 + r.y1) / 2.0,
                from: r.x0,
                to: r.x1,
            });
        } else {
            down.push(Bar {
                at: (r.x0 + r.x1) / 2.0,
                from: r.y0,
                to: r.y1,
            });
        }
    }
    let (across, down) = (joined(across), joined(down));
    let mut tables = Vec::new();
    for (across, down) in grids(&across, &down) {
        tables.extend(table(&across, &down, words));
    }
    let alone: Vec<Bar> = across
        .into_iter()
        .filter(|bar| !down.iter().any(|other| meet(bar, other)))
        .collect();
    tables.extend(lined::take(words, &alone));
    tables
}

/// Joins pieces of one line: borders are often drawn cell by cell.
fn joined(mut bars: Vec<Bar>) -> Vec<Bar> {
    bars.sort_by(|a, b| a.at.total_cmp(&b.at).then(a.from.total_cmp(&b.from)));
    let mut lines: Vec<Bar> = Vec::new();
    for bar in bars {
        let same = lines
            .iter_mut()
            .rev()
            .take_while(|l| bar.at - l.at < SAME)
            .find(|l| bar.at - l.at < 1.5 && bar.from <= l.to + REACH && bar.to >= l.from - REACH);
        match same {
            Some(line) => {
                line.from = line.from.min(bar.from);
                line.to = line.to.max(bar.to);
            }
            None => lines.push(bar),
        }
    }
    lines
}

fn meet(across: &Bar, down: &Bar) -> bool {
    down.at > across.from - REACH
        && down.at < across.to + REACH
        && across.at > down.from - REACH
        && across.at < down.to + REACH
}

/// Groups of lines that hang together.
fn grids(across: &[Bar], down: &[Bar]) -> Vec<(Vec<Bar>, Vec<Bar>)> {
    let mut group_of_down: Vec<usize> = (0..down.len()).collect();
    let mut group_of_across = vec![usize::MAX; across.len()];
    for (a, bar) in across.iter().enumerate() {
        for (d, other) in down.iter().enumerate() {
            if !meet(bar, other) {
                continue;
            }
            let (old, new) = (group_of_down[d], group_of_across[a]);
            if new == usize::MAX {
                group_of_across[a] = old;
            } else if old != new {
                group_of_down
                    .iter_mut()
                    .chain(&mut group_of_across)
                    .filter(|g| **g == old)
                    .for_each(|g| *g = new);
            }
        }
    }
    let mut groups: Vec<usize> = group_of_across.iter().copied().filter(|g| *g != usize::MAX).collect();
    groups.sort_unstable();
    groups.dedup();
    let pick = |bars: &[Bar], of: &[usize], group| {
        bars.iter()
            .zip(of)
            .filter(|(_, g)| **g == group)
            .map(|(b, _)| *b)
            .collect::<Vec<_>>()
    };
    groups
        .into_iter()
        .map(|g| (pick(across, &group_of_across, g), pick(down, &group_of_down, g)))
        .collect()
}

/// Distinct places of lines.
fn places(bars: impl Iterator<Item = f32>) -> Vec<f32> {
    let mut all: Vec<f32> = bars.collect();
    all.sort_by(f32::total_cmp);
    all.dedup_by(|a, b| *a - *b < SAME);
    all
}

fn table(across: &[Bar], down: &[Bar], words: &mut Vec<PlacedWord>) -> Option<Ruled> {
    let (ys, xs) = (places(across.iter().map(|b| b.at)), places(down.iter().map(|b| b.at)));
    let (&top, &bottom, &left, &right) = (ys.first()?, ys.last()?, xs.first()?, xs.last()?);
    // Lines above and below without borders at the sides still bound the outer cells.
    let left = across.iter().map(|b| b.from).fold(left, f32::min);
    let right = across.iter().map(|b| b.to).fold(right, f32::max);
    let width = right - left;
    // A line that separates rows crosses at least half of the table; shorter ones split merged cells.
    let long = across.iter().filter(|b| (b.to - b.from) > 0.45 * width).map(|b| b.at);
    let rows = places(long.chain([top, bottom]));
    if rows.len() < 3 {
        return None;
    }
    let inside = |w: &PlacedWord| {
        let (x, y) = (w.rect.middle_x(), w.rect.middle_y());
        x > left && x < right && y > top && y < bottom
    };
    let mut down = down.to_vec();
    let outer = usize::from(xs[0] - left > EDGE) + usize::from(right - xs[xs.len() - 1] > EDGE);
    if xs.len() + outer < 3 {
        let held: Vec<&PlacedWord> = words.iter().filter(|w| inside(w)).collect();
        down.extend(gutters(&held, &rows)?.into_iter().map(|at| Bar {
            at,
            from: top,
            to: bottom,
        }));
    }
    let cells: Vec<Vec<Rect>> = rows
        .windows(2)
        .map(|r| row_cells(r[0], r[1], left, right, &down))
        .collect();
    let cell_of = |w: &PlacedWord| {
        let row = rows
            .windows(2)
            .position(|r| w.rect.middle_y() >= r[0] && w.rect.middle_y() < r[1])?;
        Some((
            row,
            cells[row].iter().rposition(|c| w.rect.middle_x() >= c.x0).unwrap_or(0),
        ))
    };
    let mut filled: Vec<(usize, usize)> = words.iter().filter(|w| inside(w)).filter_map(cell_of).collect();
    filled.sort_unstable();
    filled.dedup();
    let rows_used = filled
        .iter()
        .filter(|f| f.1 > 0 || cells[f.0].len() > 1)
        .map(|f| f.0)
        .collect::<std::collections::BTreeSet<_>>()
        .len();
    let all: usize = cells.iter().map(Vec::len).sum();
    // Charts and forms of empty boxes are grids as well.
    if rows_used < 2 || filled.len() * 4 < all || !filled.iter().any(|f| f.1 > 0) {
        return None;
    }
    let mut table: Vec<Vec<Vec<PlacedWord>>> = cells.iter().map(|r| vec![Vec::new(); r.len()]).collect();
    for word in words.extract_if(.., |w| inside(w)) {
        if let Some((row, column)) = cell_of(&word) {
            table[row][column].push(word);
        }
    }
    Some(Ruled {
        rect: Rect {
            x0: left,
            y0: top,
            x1: right,
            y1: bottom,
        },
        rows: table,
    })
}

/// Where white space runs through all rows of a table whose columns have no lines between them.
fn gutters(words: &[&PlacedWord], rows: &[f32]) -> Option<Vec<f32>> {
    let mut baselines: Vec<f32> = words.iter().map(|w| w.baseline).collect();
    baselines.sort_by(f32::total_cmp);
    baselines.dedup_by(|a, b| *a - *b < LEADING);
    // Lines far apart frame sections of a page, not rows.
    if rows.len() < 4 || baselines.len() > MOST_LINES * (rows.len() - 1) {
        return None;
    }
    let found: Vec<f32> = lined::gaps(words).iter().map(|gap| (gap.0 + gap.1) / 2.0).collect();
    (!found.is_empty()).then_some(found)
}

/// Cells of one row: only the lines that run through it separate them.
fn row_cells(top: f32, bottom: f32, left: f32, right: f32, down: &[Bar]) -> Vec<Rect> {
    let middle = (top + bottom) / 2.0;
    let inner = down
        .iter()
        .filter(|b| b.from < middle && b.to > middle)
        .map(|b| b.at)
        .filter(|x| *x > left + SAME && *x < right - SAME);
    let mut edges = places(inner);
    edges.insert(0, left);
    edges.push(right);
    edges
        .windows(2)
        .map(|e| Rect {
            x0: e[0],
            y0: top,
            x1: e[1],
            y1: bottom,
        })
        .collect()
}

/// The rows that one row between lines holds: each begins with a number or letter at the same place, and has text beside it.
pub(crate) fn split_rows(row: &[Vec<PlacedWord>]) -> Vec<Vec<Vec<PlacedWord>>> {
    let Some((first, others)) = row.split_first() else {
        return vec![row.to_vec()];
    };
    let lines = lines(segments(first), first);
    let left = lines
        .first()
        .filter(|l| l.item.is_some())
        .map_or(f32::MIN, |l| l.rect.x0);
    let starts: Vec<f32> = lines
        .iter()
        .filter(|l| l.item.is_some() && (l.rect.x0 - left).abs() < 3.0)
        .map(|l| l.rect.y0 - 0.2 * l.size)
        .collect();
    let part_of = |w: &PlacedWord| starts.iter().rposition(|s| w.rect.middle_y() > *s).unwrap_or(0);
    let beside = |part: usize| others.iter().flatten().any(|w| part_of(w) == part);
    if starts.len() < 2 || !(0..starts.len()).all(beside) {
        return vec![row.to_vec()];
    }
    let mut parts = vec![vec![Vec::new(); row.len()]; starts.len()];
    for (column, cell) in row.iter().enumerate() {
        for word in cell {
            parts[part_of(word)][column].push(word.clone());
        }
    }
    parts
}
