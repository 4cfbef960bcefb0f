//! Tables without lines: text that stands side by side in rows rather than in columns of prose.

use super::{Segment, Zone, columns::extent};

/// A column of prose has lines at least this long; the cells of a table seldom have.
const PROSE_CHARS: u32 = 18;

type Sides = (Vec<Segment>, Vec<Segment>);

/// White space this high, in font sizes, ends a table: below it stands the foot of the page.
const FAR: f32 = 5.0;

/// The band as a table with what stands far above or below it, or its two sides unchanged when they read as columns.
pub(crate) fn from_band(left: Vec<Segment>, right: Vec<Segment>) -> Result<Vec<Zone>, Sides> {
    if left.iter().chain(&right).any(|s| s.ruled.is_some()) {
        return Err((left, right));
    }
    if left.iter().filter(|s| s.marker).count() * 4 >= left.len() * 3 {
        // Numbers and what they stand before: one list.
        return Ok(vec![Zone::Flow(left.into_iter().chain(right).collect())]);
    }
    let columns = split_columns(&left, &right);
    if columns.len() < 2 || !is_table(&columns, &left, &right) {
        return Err((left, right));
    }
    let mut all = left;
    all.extend(right);
    all.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let parts = all.chunk_by(|a, b| b.baseline - a.baseline < FAR * a.size.max(b.size));
    let zone = |part: &[Segment]| {
        let columns = split_columns(part, &[]);
        let lines = baselines(&mut part.iter().collect::<Vec<_>>(), &columns);
        if lines.iter().filter(|l| shares(l)).count() >= 2 {
            Zone::Table(rows(part.to_vec(), &columns))
        } else {
            Zone::Flow(part.to_vec())
        }
    };
    Ok(parts.map(zone).collect())
}

/// x ranges that hold all segments, separated by white space that runs the whole height.
fn split_columns(left: &[Segment], right: &[Segment]) -> Vec<(f32, f32)> {
    let mut ranges: Vec<(f32, f32, bool)> = left
        .iter()
        .chain(right)
        .map(|s| (s.rect.x0, s.rect.x1, s.marker))
        .collect();
    ranges.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut columns: Vec<(f32, f32, bool)> = Vec::new();
    for (x0, x1, marker) in ranges {
        match columns.last_mut() {
            // A column of bullets or numbers belongs to the text after it.
            Some(last) if x0 < last.1 + 3.0 => *last = (last.0, last.1.max(x1), last.2 && marker),
            _ => columns.push((x0, x1, marker)),
        }
    }
    let mut joined: Vec<(f32, f32)> = Vec::new();
    let mut pending: Option<f32> = None;
    for (x0, x1, marker) in columns {
        if marker {
            pending.get_or_insert(x0);
        } else {
            joined.push((pending.take().unwrap_or(x0), x1));
        }
    }
    if let (Some(_), Some(last)) = (pending, joined.last_mut()) {
        last.1 = f32::MAX;
    }
    joined
}

/// Baselines with the columns that have text on them.
fn baselines(all: &mut [&Segment], columns: &[(f32, f32)]) -> Vec<(f32, Vec<bool>)> {
    all.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let mut found: Vec<(f32, Vec<bool>)> = Vec::new();
    for segment in all {
        let Some(column) = column_of(segment, columns) else {
            continue;
        };
        match found.last_mut() {
            Some(last) if segment.baseline - last.0 < 0.3 * segment.size => last.1[column] = true,
            _ => {
                let mut filled = vec![false; columns.len()];
                filled[column] = true;
                found.push((segment.baseline, filled));
            }
        }
    }
    found
}

/// Text stands in more than one column of a line.
fn shares(line: &(f32, Vec<bool>)) -> bool {
    line.1.iter().filter(|filled| **filled).count() >= 2
}

fn column_of(segment: &Segment, columns: &[(f32, f32)]) -> Option<usize> {
    let x = segment.rect.x0 + 0.5;
    columns.iter().rposition(|c| x >= c.0)
}

fn is_table(columns: &[(f32, f32)], left: &[Segment], right: &[Segment]) -> bool {
    let mut all: Vec<&Segment> = left.iter().chain(right).collect();
    let lines = baselines(&mut all, columns);
    let shared = lines.iter().filter(|l| shares(l)).count();
    if shared < 2 {
        return false;
    }
    let prose = (0..columns.len())
        .filter(|&column| is_prose(&all, columns, column))
        .count();
    if prose >= 2 {
        return aligned_rows(left, right);
    }
    // Lists set side by side share baselines as well; each line then begins with a bullet.
    let bulleted = |side: &[Segment]| side.iter().filter(|s| s.marker).count() * 3 > side.len();
    if columns.len() == 2 && bulleted(left) && bulleted(right) {
        return false;
    }
    shared * 2 >= lines.len() || shared >= 3 && prose == 1
}

/// Most lines of a column of prose are long and reach across it.
pub(super) fn is_prose(all: &[&Segment], columns: &[(f32, f32)], column: usize) -> bool {
    let mut lines: Vec<(f32, f32, f32, u32)> = Vec::new();
    for segment in all.iter().filter(|s| column_of(s, columns) == Some(column)) {
        match lines.last_mut() {
            Some(line) if segment.baseline - line.0 < 0.3 * segment.size => {
                *line = (
                    line.0,
                    line.1.min(segment.rect.x0),
                    line.2.max(segment.rect.x1),
                    line.3 + segment.chars,
                );
            }
            _ => lines.push((segment.baseline, segment.rect.x0, segment.rect.x1, segment.chars)),
        }
    }
    let left = lines.iter().map(|l| l.1).fold(f32::MAX, f32::min);
    let width = lines.iter().map(|l| l.2).fold(0.0, f32::max) - left;
    let long = lines
        .iter()
        .filter(|l| l.3 >= PROSE_CHARS && l.2 - left > 0.6 * width)
        .count();
    lines.len() >= 3 && long * 10 >= lines.len() * 6
}

/// Two columns of wrapped text are a table when white space cuts both at the same heights again and again.
fn aligned_rows(left: &[Segment], right: &[Segment]) -> bool {
    let (a, b) = (paragraphs(left), paragraphs(right));
    let shared = a
        .iter()
        .filter(|top| b.iter().any(|other| (*top - other).abs() < 2.0))
        .count();
    shared >= 3 && shared * 10 >= a.len().max(b.len()) * 7
}

/// Baselines of first lines after a gap.
fn paragraphs(side: &[Segment]) -> Vec<f32> {
    let mut sorted: Vec<&Segment> = side.iter().collect();
    sorted.sort_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let mut tops = Vec::new();
    let mut last = f32::MIN;
    for segment in sorted {
        if segment.baseline - last > 1.6 * segment.size {
            tops.push(segment.baseline);
        }
        last = segment.baseline;
    }
    tops
}

fn rows(mut all: Vec<Segment>, columns: &[(f32, f32)]) -> Vec<Vec<Vec<Segment>>> {
    let lines = baselines(&mut all.iter().collect::<Vec<_>>(), columns);
    let starts = row_starts(&lines);
    all.sort_by(|a, b| a.baseline.total_cmp(&b.baseline).then(a.rect.x0.total_cmp(&b.rect.x0)));
    let mut rows: Vec<Vec<Vec<Segment>>> = vec![vec![Vec::new(); columns.len()]; starts.len().max(1)];
    for segment in all {
        let row = starts
            .iter()
            .rposition(|s| segment.baseline >= s - 0.3 * segment.size)
            .unwrap_or(0);
        if let Some(column) = column_of(&segment, columns) {
            rows[row][column].push(segment);
        }
    }
    rows
}

/// Baselines where rows begin: at wider gaps when lines within cells are closer than rows, else where the first column has text.
pub(super) fn row_starts(lines: &[(f32, Vec<bool>)]) -> Vec<f32> {
    let gaps: Vec<f32> = lines.windows(2).map(|w| w[1].0 - w[0].0).collect();
    let least = gaps.iter().copied().fold(f32::MAX, f32::min);
    let wide = gaps.iter().filter(|g| **g > 1.25 * least).count();
    let wrapped = lines.iter().any(|l| !l.1[0]);
    let by_gap = wrapped && wide > 0 && wide < gaps.len();
    let mut starts = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let gap = index
            .checked_sub(1)
            .and_then(|i| gaps.get(i))
            .copied()
            .unwrap_or(f32::MAX);
        let begins = if by_gap {
            gap > 1.25 * least
        } else {
            line.1[0] || !wrapped
        };
        if index == 0 || begins {
            starts.push(line.0);
        }
    }
    starts
}

/// Height and width of a table for the page, or nothing for an empty one.
pub(crate) fn place(rows: &[Vec<Vec<Segment>>]) -> Option<super::Rect> {
    extent(rows.iter().flatten().flatten())
}
