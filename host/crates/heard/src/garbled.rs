//! Drugs that came out as other words: an unknown word, or words of which several together sound like one name.

use crate::pieces::{Kind, Piece};
use crate::vocabulary::{Near, Vocabulary};

/// Words that one name may fall into.
const WIDEST: usize = 4;
/// Letters of the shortest window of ordinary words, and of the longest name.
const LETTERS: std::ops::RangeInclusive<usize> = 6..=24;
/// From here on a window with an unknown word may be the drug.
const UNKNOWN: f32 = 0.55;
/// From here on ordinary words together may be one.
const ORDINARY: f32 = 0.78;
/// From here on they may be one where a drug is missing, and one word alone.
const WANTED: f32 = 0.72;
const WANTED_WORD: f32 = 0.75;
/// An ordinary word is never taken for a drug without asking: below what is taken.
const ASKED: f32 = 0.75;
/// Ordinary words that were heard so surely are what they are, unless a drug is missing there.
const SURE: f32 = 0.75;
/// What each further word must add to the likeness.
const WIDER: f32 = 0.04;
/// What is offered.
const CANDIDATES: usize = 6;

struct Window {
    first: usize,
    count: usize,
    near: Vec<Near>,
    score: f32,
}

/// The pieces, with such words replaced by one drug each.
pub(crate) fn resolve(text: &str, pieces: Vec<Piece>, vocabulary: &Vocabulary) -> Vec<Piece> {
    let mut windows: Vec<Window> = Vec::new();
    for first in 0..pieces.len() {
        for count in 1..=WIDEST.min(pieces.len() - first) {
            windows.extend(window(text, &pieces, first, count, vocabulary));
        }
    }
    windows.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut taken: Vec<Window> = Vec::new();
    for window in windows {
        let apart =
            |other: &Window| window.first >= other.first + other.count || other.first >= window.first + window.count;
        if taken.iter().all(apart) {
            taken.push(window);
        }
    }
    taken.sort_by_key(|window| window.first);
    let mut out = Vec::with_capacity(pieces.len());
    let mut rest = pieces.into_iter().enumerate().peekable();
    let mut taken = taken.into_iter().peekable();
    while let Some((at, piece)) = rest.next() {
        let Some(window) = taken.next_if(|window| window.first == at) else {
            out.push(piece);
            continue;
        };
        let mut whole = Piece {
            kind: Kind::Drug,
            key: window.near.first().map(|near| near.name.clone()).unwrap_or_default(),
            near: window.near,
            ..piece
        };
        while let Some((_, part)) = rest.next_if(|(at, _)| *at < window.first + window.count) {
            whole.end = part.end;
            whole.confidence = whole.confidence.min(part.confidence);
            whole.known &= part.known;
        }
        out.push(whole);
    }
    out
}

fn window(text: &str, pieces: &[Piece], first: usize, count: usize, vocabulary: &Vocabulary) -> Option<Window> {
    let part = pieces.get(first..first + count)?;
    // A number or a "not" is never part of a name, however it sounds.
    if part.iter().any(|piece| !matches!(piece.kind, Kind::Word | Kind::Turn)) {
        return None;
    }
    let unknown = part.iter().any(|piece| !piece.known);
    let has_content = part
        .iter()
        .any(|piece| piece.kind == Kind::Word && !piece.is_function());
    let sure = part.iter().all(|piece| piece.confidence >= SURE);
    let is_wanted = !unknown && has_content && crate::cues::is_place_of_drug(pieces, first, count);
    if !unknown && !is_wanted && (count == 1 || !has_content || sure) {
        return None;
    }
    let letters = letters(text, part)?;
    if !unknown && !LETTERS.contains(&letters.len()) || letters.len() > *LETTERS.end() {
        return None;
    }
    let mut near = vocabulary.near(&letters, CANDIDATES);
    let likeness = near.first()?.likeness;
    let enough = match (unknown, is_wanted, count) {
        (true, ..) => UNKNOWN,
        (_, true, 1) => WANTED_WORD,
        (_, true, _) => WANTED,
        _ => ORDINARY,
    };
    if !unknown && count == 1 {
        near.iter_mut()
            .for_each(|near| near.likeness = near.likeness.min(ASKED));
    }
    (likeness >= enough).then(|| Window {
        first,
        count,
        near,
        score: likeness - WIDER * (count - 1) as f32,
    })
}

/// The letters of the pieces, in lower case.
fn letters(text: &str, part: &[Piece]) -> Option<String> {
    let mut all = String::new();
    for piece in part {
        let said = text.get(piece.start..piece.end)?.to_lowercase();
        all.extend(said.chars().filter(|c| c.is_alphabetic()));
    }
    Some(all)
}
