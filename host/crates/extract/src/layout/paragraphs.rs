//! Lines of one column to paragraphs and list items, cells to the rows of a table.

use super::lines::{Line, lines};
use super::ruled::{Ruled, split_rows};
use super::spelling::Spelling;
use super::text::{RawBlock, Shape, Text};
use super::{PlacedWord, Rect, Segment, Zone, segments::segments, tables};

pub(crate) fn blocks(zones: Vec<Zone>, words: &[PlacedWord], ruled: &[Ruled], spelling: &Spelling) -> Vec<RawBlock> {
    let mut out = Vec::new();
    for zone in zones {
        match zone {
            Zone::Flow(flow) => around_tables(flow, words, ruled, spelling, &mut out),
            Zone::Table(rows) => out.extend(table_block(rows, words, spelling)),
        }
    }
    out
}

/// Reads a column with ruled tables in it: what stands higher than a table comes before it.
fn around_tables(
    flow: Vec<Segment>,
    words: &[PlacedWord],
    ruled: &[Ruled],
    spelling: &Spelling,
    out: &mut Vec<RawBlock>,
) {
    let (mut tables, mut flow): (Vec<Segment>, Vec<Segment>) = flow.into_iter().partition(|s| s.ruled.is_some());
    tables.sort_by(|a, b| a.rect.y0.total_cmp(&b.rect.y0));
    for table in tables {
        let above = flow
            .extract_if(.., |s| s.rect.middle_y() < table.rect.middle_y())
            .collect();
        flow_blocks(above, words, spelling, out);
        out.extend(
            table
                .ruled
                .and_then(|index| ruled.get(index))
                .and_then(|t| ruled_block(t, spelling)),
        );
    }
    flow_blocks(flow, words, spelling, out);
}

fn ruled_block(table: &Ruled, spelling: &Spelling) -> Option<RawBlock> {
    let mut text = Text::default();
    let rows = table.rows.iter().flat_map(|row| split_rows(row));
    for row in rows.filter(|r| r.iter().any(|c| !c.is_empty())) {
        text.begin_row();
        let used = row.iter().rposition(|cell| !cell.is_empty()).unwrap_or(0);
        for (column, cell) in row.iter().take(used + 1).enumerate() {
            text.begin_cell(column);
            for line in lines(segments(cell), cell) {
                text.line(&line.words, cell, spelling);
            }
        }
    }
    let size = table
        .rows
        .iter()
        .flatten()
        .flatten()
        .map(|w| w.size)
        .fold(0.0, f32::max);
    text.block(Shape::Table, table.rect, size, false, table.rows.len() as u32)
}

fn flow_blocks(flow: Vec<Segment>, words: &[PlacedWord], spelling: &Spelling, out: &mut Vec<RawBlock>) {
    let lines = lines(flow, words);
    let pitch = usual_pitch(&lines);
    let right = lines.iter().map(|l| l.rect.x1).fold(0.0, f32::max);
    let left = lines.iter().map(|l| l.rect.x0).fold(f32::MAX, f32::min);
    let column = (left, right);
    let mut current: Vec<Line> = Vec::new();
    for line in lines {
        if current
            .last()
            .is_some_and(|last| begins_block(&current, last, &line, pitch, column))
        {
            out.extend(text_block(&current, words, spelling));
            current.clear();
        }
        current.push(line);
    }
    out.extend(text_block(&current, words, spelling));
}

/// Median distance of baselines of neighbouring lines, in font sizes; 1.2 when there is nothing to measure.
fn usual_pitch(lines: &[Line]) -> f32 {
    let mut pitches: Vec<f32> = lines
        .windows(2)
        .filter(|w| (w[0].size - w[1].size).abs() < 0.1 * w[0].size)
        .map(|w| (w[1].baseline - w[0].baseline) / w[1].size.max(1.0))
        .filter(|p| *p > 0.8 && *p < 2.6)
        .collect();
    pitches.sort_by(f32::total_cmp);
    // The lower third: paragraphs of one or two lines would make the gap between them look usual.
    pitches.get(pitches.len() / 3).copied().unwrap_or(1.2).max(1.0)
}

fn begins_block(block: &[Line], last: &Line, line: &Line, pitch: f32, column: (f32, f32)) -> bool {
    let size = last.size.max(line.size);
    if (last.size - line.size).abs() > 0.1 * size || line.item.is_some() {
        return true;
    }
    let step = (line.baseline - last.baseline) / size.max(1.0);
    if step > 1.28 * pitch || step < -0.5 {
        return true;
    }
    if last.bold != line.bold {
        return true;
    }
    let full = last.rect.x1 > column.1 - 0.15 * (column.1 - column.0);
    let first = &block[0];
    // A heading on a line of its own; a full line that happens to be a long name goes on.
    if block.len() <= 2 && last.family != line.family && !full {
        return true;
    }
    if let Some(text) = first.item {
        let hangs = (line.rect.x0 - text).abs() < 0.6 * size || line.rect.x0 > text;
        // Back at the margin: the next paragraph, unless this list does not indent its wrapped lines.
        return !hangs && (block.len() > 1 && block[1].rect.x0 - line.rect.x0 > 0.6 * size || !full);
    }
    let indented = line.rect.x0 - last.rect.x0 > 0.8 * size && line.rect.x0 - last.rect.x0 < 5.0 * size;
    // Centred lines shift as well, but to both sides.
    let centred = ((line.rect.x0 + line.rect.x1) - (last.rect.x0 + last.rect.x1)).abs() < 1.2 * size;
    indented && !centred && (block.len() == 1 || (last.rect.x0 - block[1].rect.x0).abs() < 0.5 * size)
}

fn text_block(lines: &[Line], words: &[PlacedWord], spelling: &Spelling) -> Option<RawBlock> {
    let first = lines.first()?;
    let mut text = Text::default();
    let mut rect = Rect::NOTHING;
    let (mut bold, mut chars) = (0, 0);
    for line in lines {
        rect.join(&line.rect);
        text.line(&line.words, words, spelling);
        chars += line.words.len();
        bold += if line.bold { line.words.len() } else { 0 };
    }
    let shape = if first.item.is_some() {
        Shape::ListItem
    } else {
        Shape::Text
    };
    let mut block = text.block(shape, rect, first.size, bold * 2 > chars, lines.len() as u32)?;
    block.family = first.family;
    Some(block)
}

fn table_block(rows: Vec<Vec<Vec<Segment>>>, words: &[PlacedWord], spelling: &Spelling) -> Option<RawBlock> {
    let rect = tables::place(&rows)?;
    let size = rows.iter().flatten().flatten().map(|s| s.size).fold(0.0, f32::max);
    let count = rows.len() as u32;
    let mut text = Text::default();
    for row in rows.into_iter().filter(|r| r.iter().any(|c| !c.is_empty())) {
        text.begin_row();
        let used = row.iter().rposition(|cell| !cell.is_empty()).unwrap_or(0);
        for (column, cell) in row.into_iter().take(used + 1).enumerate() {
            text.begin_cell(column);
            for line in lines(cell, words) {
                text.line(&line.words, words, spelling);
            }
        }
    }
    text.block(Shape::Table, rect, size, false, count)
}
