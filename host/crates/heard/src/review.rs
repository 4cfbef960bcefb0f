//! Readings in, verdict out.

use crate::doubts::{self, Parsed, partner};
use crate::pieces::{Kind, Piece, pieces};
use crate::question::{edited, verdict};
use crate::vocabulary::Vocabulary;
use crate::{Chip, Reading, Refusal, Review, Verdict};

/// Least mean confidence of a reading's words.
const UNCLEAR: f32 = 0.5;
/// Readings that must have heard something, where there are so many.
const ENOUGH: usize = 2;
/// A recogniser that is lost says the same words over and over: this many in a row, so often.
const LOOP: (usize, usize) = (3, 3);

/// Looks at the readings of one utterance, the best first. Offsets are into the returned text.
pub fn review(readings: &[Reading], vocabulary: &Vocabulary) -> Review {
    let all = readings.iter().map(|reading| Parsed::of(reading, vocabulary));
    // Of a short utterance one reading may be empty; what one alone has heard may be nothing but noise.
    let parsed: Vec<Parsed<'_>> = all.filter(|reading| !reading.pieces.is_empty()).collect();
    let enough = readings.len().min(ENOUGH);
    let Some(best) = parsed.first().filter(|_| parsed.len() >= enough) else {
        return Review {
            text: String::new(),
            chips: Vec::new(),
            verdict: Verdict::Refuse {
                reason: Refusal::Nothing,
            },
        };
    };
    let found = doubts::find(&parsed, vocabulary);
    let verdict = if is_lost(&best.pieces) {
        Verdict::Refuse {
            reason: Refusal::Unclear,
        }
    } else {
        verdict(best.text, &found, vocabulary)
    };
    let text = edited(best.text, &found.edits);
    let chips = chips(&text, vocabulary);
    Review { text, chips, verdict }
}

fn is_lost(pieces: &[Piece]) -> bool {
    let mean = pieces.iter().map(|piece| piece.confidence).sum::<f32>() / pieces.len() as f32;
    let (width, times) = LOOP;
    let repeats = (1..=width).any(|width| {
        pieces.windows(width * times).any(|window| {
            let (first, rest) = window.split_at(width);
            rest.iter().zip(first.iter().cycle()).all(|(a, b)| a.says_the_same(b))
        })
    });
    mean < UNCLEAR || repeats
}

pub(crate) fn chips(text: &str, vocabulary: &Vocabulary) -> Vec<Chip> {
    let chips = pieces(text, &[], vocabulary).into_iter().filter_map(|piece| {
        let alternatives = match piece.kind {
            Kind::Drug if piece.near.is_empty() => vocabulary.confusable(&piece.key),
            Kind::Drug => piece.near.iter().take(3).map(|near| near.name.clone()).collect(),
            _ => partner(&piece).into_iter().collect(),
        };
        Some(Chip {
            start: piece.start,
            end: piece.end,
            kind: piece.chip()?,
            alternatives,
        })
    });
    chips.collect()
}
