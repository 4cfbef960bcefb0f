//! Words to segments.

use super::{PlacedWord, Rect, Segment, items::is_marker};

/// Widest gap, in font sizes, that words following each other in the file may leave and still be one segment:
/// justified text stretches spaces to about one em.
const NEXT_GAP: f32 = 1.0;
/// The same for words that only happen to stand side by side: two columns can be half an em apart.
const SIDE_GAP: f32 = 0.45;

pub(crate) fn segments(words: &[PlacedWord]) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for (index, word) in words.iter().enumerate() {
        match segments.last_mut() {
            Some(last) if follows(last, word, NEXT_GAP) => add(last, index, word),
            _ => segments.push(start(index, word)),
        }
    }
    let mut segments = merge(segments, words);
    for segment in &mut segments {
        drop_doubles(segment, words);
        settle(segment, words);
        segment.marker = segment.words.len() == 1
            && segment
                .words
                .first()
                .and_then(|&w| words.get(w as usize))
                .is_some_and(|w| is_marker(&w.text));
    }
    segments
}

/// How many segments have another one beside them. The segments come from top to bottom.
pub(crate) fn side_by_side(segments: &[Segment]) -> usize {
    let beside = |w: &&[Segment]| {
        let (a, b) = (&w[0].rect, &w[1].rect);
        !w[0].marker
            && !w[1].marker
            && a.overlap_y(b) > 0.5 * a.height().min(b.height())
            && (a.x1 < b.x0 || b.x1 < a.x0)
    };
    segments.windows(2).filter(beside).count()
}

fn start(index: usize, word: &PlacedWord) -> Segment {
    Segment {
        words: vec![index as u32],
        rect: word.rect,
        baseline: word.baseline,
        size: word.size,
        chars: word.text.chars().count() as u32,
        marker: false,
        ruled: None,
    }
}

fn follows(segment: &Segment, word: &PlacedWord, gap: f32) -> bool {
    let size = segment.size.max(word.size);
    let distance = word.rect.x0 - segment.rect.x1;
    distance > -0.4 * size && distance < gap * size && same_line(segment.baseline, segment.size, &segment.rect, word)
}

fn same_line(baseline: f32, size: f32, rect: &Rect, word: &PlacedWord) -> bool {
    let shift = (baseline - word.baseline).abs();
    // A superscript stands up to half a size higher and is clearly smaller.
    let smaller = size.min(word.size) < 0.85 * size.max(word.size);
    let allowed = if smaller { 0.55 } else { 0.2 };
    shift < allowed * size.max(word.size) && rect.overlap_y(&word.rect) > 0.0
}

fn add(segment: &mut Segment, index: usize, word: &PlacedWord) {
    // The larger type carries the line: a superscript must not move its baseline.
    if word.size > segment.size * 1.15 {
        segment.baseline = word.baseline;
        segment.size = word.size;
    }
    segment.words.push(index as u32);
    segment.rect.join(&word.rect);
    segment.chars += word.text.chars().count() as u32 + 1;
}

/// Joins segments that stand side by side on one line although the file does not write them one after the other.
fn merge(mut segments: Vec<Segment>, words: &[PlacedWord]) -> Vec<Segment> {
    segments.sort_by(|a, b| a.rect.y0.total_cmp(&b.rect.y0));
    let tallest = segments.iter().map(|s| s.rect.height()).fold(0.0, f32::max);
    let mut gone = vec![false; segments.len()];
    for index in 0..segments.len() {
        if gone[index] {
            continue;
        }
        // Grow the segment until no neighbour fits any more.
        while let Some(other) = neighbour(&segments, &gone, index, tallest) {
            gone[other] = true;
            for word in std::mem::take(&mut segments[other].words) {
                if let Some(placed) = words.get(word as usize) {
                    add(&mut segments[index], word as usize, placed);
                }
            }
            segments[index]
                .words
                .sort_by(|&a, &b| left(words, a).total_cmp(&left(words, b)));
        }
    }
    let mut kept = gone.iter();
    segments.retain(|_| kept.next().is_some_and(|gone| !gone));
    segments
}

/// A segment that stands beside this one; all are sorted from top to bottom.
fn neighbour(segments: &[Segment], gone: &[bool], index: usize, tallest: f32) -> Option<usize> {
    let current = segments.get(index)?;
    let from = segments.partition_point(|s| s.rect.y0 < current.rect.y0 - tallest);
    let near = segments
        .iter()
        .enumerate()
        .skip(from)
        .take_while(|(_, s)| s.rect.y0 <= current.rect.y1);
    near.filter(|(other, s)| *other != index && !gone[*other] && beside(current, s))
        .map(|(other, _)| other)
        .next()
}

fn left(words: &[PlacedWord], index: u32) -> f32 {
    words.get(index as usize).map_or(0.0, |w| w.rect.x0)
}

fn beside(a: &Segment, b: &Segment) -> bool {
    let size = a.size.max(b.size);
    let distance = (b.rect.x0 - a.rect.x1).max(a.rect.x0 - b.rect.x1);
    let shift = (a.baseline - b.baseline).abs();
    let smaller = a.size.min(b.size) < 0.85 * size;
    let allowed = if smaller { 0.5 } else { 0.15 };
    distance < SIDE_GAP * size && shift < allowed * size && a.rect.overlap_y(&b.rect) > 0.0
}

/// Most of the letters give the segment its size and baseline, not a large bullet or a small footnote mark.
fn settle(segment: &mut Segment, words: &[PlacedWord]) {
    let mut sizes: Vec<(f32, f32, usize)> = Vec::new();
    for word in segment.words.iter().filter_map(|&w| words.get(w as usize)) {
        match sizes.iter_mut().find(|s| (s.0 - word.size).abs() < 0.1) {
            Some(size) => size.2 += word.text.len(),
            None => sizes.push((word.size, word.baseline, word.text.len())),
        }
    }
    if let Some((size, baseline, _)) = sizes.into_iter().max_by_key(|s| s.2) {
        (segment.size, segment.baseline) = (size, baseline);
    }
}

/// Bold type is sometimes drawn by printing a word twice with a small shift.
fn drop_doubles(segment: &mut Segment, words: &[PlacedWord]) {
    if segment.words.len() < 2 {
        return;
    }
    let mut kept: Vec<u32> = Vec::with_capacity(segment.words.len());
    for &index in &segment.words {
        let Some(word) = words.get(index as usize) else {
            continue;
        };
        let double = kept.last().and_then(|&k| words.get(k as usize)).is_some_and(|last| {
            last.text == word.text
                && word.rect.x0 - last.rect.x0 < 0.4 * word.rect.width()
                && word.rect.x0 >= last.rect.x0 - 0.1
        });
        if !double {
            kept.push(index);
        }
    }
    segment.words = kept;
}
