//! Reading order: finds gutters between columns, reads what spans them first, then column by column.

use super::{Rect, Segment, Zone, tables};

/// Regions are split at most this deep; a page of real text needs three or four levels.
const DEPTH: u32 = 12;
/// Height of a usual line, in points.
const LINE: f32 = 12.0;

/// Orders the segments of one page into zones.
pub(crate) fn zones(segments: Vec<Segment>) -> Vec<Zone> {
    let mut zones = Vec::new();
    order(segments, DEPTH, &mut zones);
    zones
}

fn order(region: Vec<Segment>, depth: u32, out: &mut Vec<Zone>) {
    if region.is_empty() {
        return;
    }
    let mut region = region;
    region.sort_by(|a, b| a.rect.y0.total_cmp(&b.rect.y0));
    let gutter = if depth == 0 { None } else { best_gutter(&region) };
    let Some(x) = gutter else {
        out.push(Zone::Flow(region));
        return;
    };
    let mut mixed: Vec<Segment> = Vec::new();
    for band in bands(&region, x) {
        let take = |indices: Vec<usize>| {
            indices
                .into_iter()
                .filter_map(|i| region.get(i).cloned())
                .collect::<Vec<_>>()
        };
        match band {
            Band::Across(segments) => mixed.extend(take(segments)),
            Band::Split { left, right, .. } => {
                let (left, mut right) = (take(left), take(right));
                mixed.extend(banner(&left, &mut right));
                order(std::mem::take(&mut mixed), depth - 1, out);
                match tables::from_band(left, right) {
                    Ok(zones) => out.extend(zones),
                    Err((left, right)) => {
                        order(left, depth - 1, out);
                        order(right, depth - 1, out);
                    }
                }
            }
        }
    }
    order(mixed, depth - 1, out);
}

/// A stretch of a region from top to bottom; indices of segments.
enum Band {
    /// Segments that cross the gutter, and what stands beside or between them without forming columns.
    Across(Vec<usize>),
    Split {
        left: Vec<usize>,
        right: Vec<usize>,
        /// Text side by side, in points of line height.
        amount: f32,
    },
}

fn crosses(segment: &Segment, x: f32) -> bool {
    segment.rect.x0 < x && segment.rect.x1 > x + 1.0
}

/// Lines that cross the gutter one below the other.
struct Barrier {
    top: f32,
    bottom: f32,
    first: usize,
    last: usize,
}

/// Cuts a region, sorted from top to bottom, into bands: the segments across `x`, and what is between them.
fn bands(region: &[Segment], x: f32) -> Vec<Band> {
    let mut barriers: Vec<Barrier> = Vec::new();
    for (index, segment) in region.iter().enumerate().filter(|(_, s)| crosses(s, x)) {
        let (top, bottom) = core(&segment.rect);
        match barriers.last_mut() {
            Some(last) if top <= last.bottom => {
                last.bottom = last.bottom.max(bottom);
                last.last = index;
            }
            _ => barriers.push(Barrier {
                top,
                bottom,
                first: index,
                last: index,
            }),
        }
    }
    // Slot 2k is the space above barrier k, slot 2k + 1 the barrier itself.
    let mut slots: Vec<Vec<usize>> = vec![Vec::new(); barriers.len() * 2 + 1];
    for (index, segment) in region.iter().enumerate() {
        let (top, bottom) = core(&segment.rect);
        let slot = match barriers.iter().position(|b| top < b.bottom) {
            Some(k) if bottom > barriers[k].top => 2 * k + 1,
            Some(k) => 2 * k,
            None => 2 * barriers.len(),
        };
        slots[slot].push(index);
    }
    let mut bands = Vec::new();
    for (slot, mut members) in slots.into_iter().enumerate() {
        if slot % 2 == 1 {
            bands.push(Band::Across(members));
            continue;
        }
        let above = (slot / 2).checked_sub(1).and_then(|k| region.get(barriers[k].last));
        let below = barriers.get(slot / 2).and_then(|b| region.get(b.first));
        if let Some(tail) = above.and_then(|above| last_line(region, above, &members, x)) {
            bands.push(Band::Across(vec![tail]));
            members.retain(|m| *m != tail);
        }
        if !members.is_empty() {
            bands.push(band(region, members, x, above, below));
        }
    }
    bands
}

/// The short last line of a paragraph that runs across the gutter.
fn last_line(region: &[Segment], above: &Segment, members: &[usize], x: f32) -> Option<usize> {
    let &first = members.first()?;
    let line = &region[first];
    let alone = members
        .iter()
        .all(|&m| m == first || region[m].baseline - line.baseline > 0.4 * line.size);
    (alone && line.rect.x1 < x && runs_on(above, line)).then_some(first)
}

/// Two lines follow each other without a gap, in the same type and from about the same margin.
fn runs_on(above: &Segment, below: &Segment) -> bool {
    let step = below.baseline - above.baseline;
    let same_size = (above.size - below.size).abs() < 0.05 * above.size;
    same_size && step > 0.0 && step < 1.45 * above.size && (above.rect.x0 - below.rect.x0).abs() < 2.5 * above.size
}

fn band(region: &[Segment], members: Vec<usize>, x: f32, above: Option<&Segment>, below: Option<&Segment>) -> Band {
    let (left, right): (Vec<usize>, Vec<usize>) = members.iter().partition(|&&m| region[m].rect.middle_x() < x);
    let pick = |side: &[usize]| side.iter().map(|&m| &region[m]).collect::<Vec<_>>();
    let (amount, rows) = side_by_side(&pick(&left), &pick(&right));
    // Wide spaces of justified lines stand above each other now and then; the paragraph goes on above and below.
    let first = left
        .iter()
        .map(|&m| &region[m])
        .min_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let last = left
        .iter()
        .map(|&m| &region[m])
        .max_by(|a, b| a.baseline.total_cmp(&b.baseline));
    let joins = |a: Option<&Segment>, b: Option<&Segment>| matches!((a, b), (Some(a), Some(b)) if runs_on(a, b));
    let river = rows <= 3 && (joins(above, first) || joins(last, below));
    if amount > 0.0 && !river {
        Band::Split { left, right, amount }
    } else {
        Band::Across(members)
    }
}

/// Takes a heading from above the right column that stands higher than the left one: it belongs to both.
fn banner(left: &[Segment], right: &mut Vec<Segment>) -> Vec<Segment> {
    let top = left.iter().map(|s| s.rect.y0).fold(f32::MAX, f32::min);
    let below = right
        .iter()
        .filter(|s| s.rect.y1 > top)
        .map(|s| s.size)
        .fold(0.0, f32::max);
    let is_banner = |s: &Segment| s.rect.y1 <= top && s.size >= 1.2 * below;
    if below == 0.0 || right.iter().any(|s| s.rect.y1 <= top && !is_banner(s)) {
        return Vec::new();
    }
    right.extract_if(.., |s| is_banner(s)).collect()
}

/// The middle of a line: descenders and generous font boxes of neighbouring lines overlap.
fn core(rect: &Rect) -> (f32, f32) {
    let trim = (rect.height() * 0.25).min(LINE / 2.0);
    (rect.y0 + trim, rect.y1 - trim)
}

/// How much text two groups have next to each other: points of line height, and rows; 0 when they do not form columns.
fn side_by_side(left: &[&Segment], right: &[&Segment]) -> (f32, usize) {
    let (a, b) = (extent(left.iter().copied()), extent(right.iter().copied()));
    let (Some(a), Some(b)) = (a, b) else { return (0.0, 0) };
    if b.x0 <= a.x1 - 1.0 || left.iter().all(|s| s.marker) {
        return (0.0, 0);
    }
    let (top, bottom) = (a.y0.max(b.y0), a.y1.min(b.y1));
    let within = |group: &[&Segment]| -> (usize, f32) {
        let inside = || {
            group
                .iter()
                .filter(|s| s.rect.middle_y() > top && s.rect.middle_y() < bottom)
        };
        let mut rows: Vec<(f32, f32)> = inside()
            .filter(|s| s.ruled.is_none())
            .map(|s| (s.baseline, s.size))
            .collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        rows.dedup_by(|a, b| (a.0 - b.0).abs() < 0.5 * b.1);
        // A ruled table weighs as much as text of its height.
        let tables: f32 = inside().filter(|s| s.ruled.is_some()).map(|s| s.rect.height()).sum();
        (
            rows.len() + (tables / LINE).ceil() as usize,
            rows.iter().map(|r| r.1).sum::<f32>() + tables,
        )
    };
    let ((left_rows, left_height), (right_rows, right_height)) = (within(left), within(right));
    let rows = left_rows.max(right_rows);
    if left_rows.min(right_rows) < 1 || rows < 2 {
        (0.0, 0)
    } else {
        (left_height.min(right_height), rows)
    }
}

pub(super) fn extent<'a>(group: impl IntoIterator<Item = &'a Segment>) -> Option<Rect> {
    let mut all: Option<Rect> = None;
    for segment in group {
        all.get_or_insert(segment.rect).join(&segment.rect);
    }
    all
}

/// The x that separates the most text standing side by side.
fn best_gutter(region: &[Segment]) -> Option<f32> {
    let mut candidates: Vec<f32> = Vec::new();
    for segment in region {
        let gap = 0.5 * segment.size;
        let beside = region.iter().any(|other| {
            other.rect.x1 + gap <= segment.rect.x0 && other.rect.overlap_y(&segment.rect) > 0.3 * segment.rect.height()
        });
        if beside {
            candidates.push(segment.rect.x0 - 1.5);
        }
    }
    candidates.sort_by(f32::total_cmp);
    candidates.dedup_by(|a, b| (*a - *b).abs() < 1.0);
    let mut best: Option<(f32, f32)> = None;
    for x in candidates {
        let amount = |band: &Band| {
            if let Band::Split { amount, .. } = band {
                *amount
            } else {
                0.0
            }
        };
        let score: f32 = bands(region, x).iter().map(amount).sum();
        if score > best.map_or(0.0, |b| b.1) {
            best = Some((x, score));
        }
    }
    best.map(|b| b.0)
}
