//! What may have been said instead of a text: itself with one thing that matters exchanged.

use voice_turn::speakable::cardinal;

use crate::align::Alignment;
use crate::doubts::{Edit, partner};
use crate::pieces::{Kind, Piece};
use crate::question::edited;
use crate::vocabulary::{Near, Vocabulary};

/// Names that are tried in the place of a name, and their least likeness to it or to what was heard there.
const NAMES: usize = 5;
const LIKE: f32 = 0.55;
/// Names that are tried in the place of words that sound like one.
const GARBLED: usize = 2;
/// Opposites that are one slip away.
const OPPOSITES: [(&str, &str); 17] = [
    ("increase", "decrease"),
    ("increased", "decreased"),
    ("raise", "reduce"),
    ("higher", "lower"),
    ("start", "stop"),
    ("started", "stopped"),
    ("continue", "discontinue"),
    ("above", "below"),
    ("before", "after"),
    ("more", "less"),
    ("high", "low"),
    ("greater", "fewer"),
    ("most", "least"),
    ("present", "absent"),
    ("normal", "abnormal"),
    ("until", "unless"),
    ("over", "under"),
];
/// After them "not" may stand.
const DENIED: [&str; 17] = [
    "is", "are", "was", "were", "does", "do", "did", "has", "have", "had", "should", "can", "may", "must", "will",
    "could", "would",
];
/// After them a word of [`DENIED`] asks.
const ASKING: [&str; 7] = ["what", "how", "when", "which", "where", "why", "who"];
/// After them "no" may stand.
const HAVING: [&str; 7] = ["has", "have", "had", "with", "show", "is", "are"];

/// Whether all that matters is the same in both: drugs, numbers, units, sides, negations and words with an opposite.
pub(crate) fn agree(a: &[Piece], b: &[Piece]) -> bool {
    let told = |piece: &&Piece| piece.kind != Kind::Word;
    let (a, b): (Vec<_>, Vec<_>) = (a.iter().filter(told).collect(), b.iter().filter(told).collect());
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.says_the_same(b))
}

/// Something else that was heard of the utterance.
pub(crate) struct Beside<'a> {
    pub text: &'a str,
    pub pieces: &'a [Piece],
}

/// The text with one thing that matters exchanged for what it is taken for, or for what sounds like it or like what
/// others have in its place; and with a name where others have words that sound like one.
pub(crate) fn rivals(text: &str, of: &[Piece], others: &[Beside<'_>], vocabulary: &Vocabulary) -> Vec<String> {
    let alignments: Vec<Alignment> = others.iter().map(|other| Alignment::of(of, other.pieces)).collect();
    let mut edits: Vec<Edit> = Vec::new();
    for (at, piece) in of.iter().enumerate() {
        let here = &text[piece.start..piece.end];
        let mut instead = match piece.kind {
            Kind::Drug => {
                let mut heard: Vec<String> = vec![piece.key.clone()];
                for (alignment, other) in alignments.iter().zip(others) {
                    let part = &other.pieces[alignment.beside(&(at..at + 1))];
                    if let (Some(first), Some(last)) = (part.first(), part.last()) {
                        heard.push(other.text[first.start..last.end].to_lowercase());
                    }
                }
                drugs(&piece.key, heard, vocabulary)
            }
            Kind::Number => numbers(piece, here),
            Kind::Negation => vec![bare(here)],
            Kind::Turn => opposite(&here.to_lowercase()).map(str::to_owned).into_iter().collect(),
            Kind::Word => denials(of, at, here),
            Kind::Side => {
                let sides = vocabulary.sides(&piece.key).into_iter().map(str::to_owned);
                partner(piece).into_iter().chain(sides).collect()
            }
            Kind::Unit => partner(piece).into_iter().collect(),
        };
        instead.sort();
        instead.dedup();
        instead.retain(|other| *other != piece.key);
        edits.extend(instead.into_iter().map(|other| Edit {
            start: piece.start,
            end: piece.end,
            text: match here.starts_with(char::is_uppercase) {
                true => capital(&other),
                false => other,
            },
        }));
    }
    for other in others {
        let alignment = Alignment::of(other.pieces, of);
        let garbled = other
            .pieces
            .iter()
            .enumerate()
            .filter(|(_, piece)| !piece.near.is_empty());
        for (at, piece) in garbled {
            let Some(part) = of.get(alignment.beside(&(at..at + 1))) else {
                continue;
            };
            let (Some(first), Some(last)) = (part.first(), part.last()) else {
                continue;
            };
            if part.iter().all(|piece| matches!(piece.kind, Kind::Word | Kind::Turn)) {
                edits.extend(piece.near.iter().take(GARBLED).map(|near| Edit {
                    start: first.start,
                    end: last.end,
                    text: near.name.clone(),
                }));
            }
        }
    }
    edits.into_iter().map(|edit| edited(text, &[edit])).collect()
}

/// Names that are mistaken for one, or sound like it or like what was heard in its place.
fn drugs(key: &str, mut heard: Vec<String>, vocabulary: &Vocabulary) -> Vec<String> {
    heard.sort();
    heard.dedup();
    let near = heard.iter().flat_map(|heard| {
        let letters: String = heard.chars().filter(|c| c.is_alphabetic()).collect();
        vocabulary.near(&letters, NAMES)
    });
    let mut near: Vec<Near> = near.filter(|near| near.likeness >= LIKE && near.name != key).collect();
    near.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then_with(|| a.name.cmp(&b.name)));
    let mut names: Vec<String> = Vec::new();
    for near in near {
        if names.len() < NAMES && !names.contains(&near.name) {
            names.push(near.name);
        }
    }
    names.extend(vocabulary.confusable(key));
    names
}

/// In digits or in words, as the number is.
fn numbers(piece: &Piece, here: &str) -> Vec<String> {
    let in_words = here.chars().all(|c| !c.is_ascii_digit());
    let others = partner(piece).into_iter();
    others
        .map(|other| match other.parse() {
            Ok(number) if in_words => cardinal(number),
            _ => other,
        })
        .collect()
}

/// A negation without itself: "does" for "doesn't".
fn bare(here: &str) -> String {
    here.to_lowercase().strip_suffix("n't").unwrap_or_default().to_owned()
}

fn opposite(word: &str) -> Option<&'static str> {
    OPPOSITES.iter().find_map(|(a, b)| match word {
        _ if word == *a => Some(*b),
        _ if word == *b => Some(*a),
        _ => None,
    })
}

/// A word with a negation after it, where one can stand.
fn denials(of: &[Piece], at: usize, here: &str) -> Vec<String> {
    let lower = here.to_lowercase();
    let is_denied = of.get(at + 1).is_none_or(|next| next.kind == Kind::Negation);
    let asks = at == 0 || ASKING.contains(&of[at - 1].key.as_str());
    let mut instead = Vec::new();
    if !is_denied && !asks && DENIED.contains(&lower.as_str()) {
        instead.push(format!("{here} not"));
    }
    if !is_denied && HAVING.contains(&lower.as_str()) {
        instead.push(format!("{here} no"));
    }
    instead
}

/// With a capital first letter.
#[must_use]
pub fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
