//! A reading as pieces: what matters, each under one key for all its spellings, and the words between.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::vocabulary::{Near, Vocabulary, unit};
use crate::words::{Word, words};
use crate::{ChipKind, HeardWord, number};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Drug,
    Number,
    Unit,
    /// Left, right, both; and hypo- or hyper-, the sides of normal.
    Side,
    Negation,
    /// A word with an opposite that is one slip away: above, stop.
    Turn,
    Word,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Piece {
    pub kind: Kind,
    pub key: String,
    pub start: usize,
    pub end: usize,
    /// That of its least sure word.
    pub confidence: f32,
    /// For a drug that was not heard by its name: what it sounds like, nearest first; the key is the nearest.
    pub near: Vec<Near>,
    /// Whether all its words are in a dictionary.
    pub known: bool,
}

impl Piece {
    pub fn is_function(&self) -> bool {
        self.kind == Kind::Word && FUNCTION.contains(&self.key.as_str())
    }

    pub fn says_the_same(&self, other: &Self) -> bool {
        self.kind == other.kind && self.key == other.key
    }

    pub fn chip(&self) -> Option<ChipKind> {
        match self.kind {
            Kind::Drug => Some(ChipKind::Drug),
            Kind::Number => Some(ChipKind::Number),
            Kind::Unit => Some(ChipKind::Unit),
            Kind::Side => Some(ChipKind::Side),
            Kind::Negation => Some(ChipKind::Negation),
            Kind::Turn | Kind::Word => None,
        }
    }
}

/// Something that matters in a text, under one value for all its spellings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Item {
    pub kind: ChipKind,
    pub value: String,
}

/// What matters in a text, in order. Only names in the lexicon are drugs here.
pub fn items(text: &str, vocabulary: &Vocabulary) -> Vec<Item> {
    let pieces = exact(text, &[], vocabulary);
    let items = pieces.into_iter().filter_map(|piece| {
        let kind = piece.chip()?;
        Some(Item { kind, value: piece.key })
    });
    items.collect()
}

/// Words that a reading may exchange for one another without saying anything else.
const FUNCTION: [&str; 41] = [
    "a", "an", "the", "is", "are", "was", "were", "be", "been", "of", "in", "on", "at", "with", "by", "it", "its",
    "this", "that", "has", "have", "had", "her", "his", "she", "he", "him", "i", "you", "we", "they", "them", "their",
    "from", "as", "do", "does", "did", "s", "over", "will",
];
const NEGATIONS: [&str; 14] = [
    "not", "no", "without", "never", "none", "neither", "nor", "cannot", "denies", "denied", "deny", "denying", "non",
    "nothing",
];
const TURNS: [&str; 37] = [
    "increase",
    "increased",
    "raise",
    "decrease",
    "decreased",
    "reduce",
    "reduced",
    "lower",
    "higher",
    "start",
    "started",
    "stop",
    "stopped",
    "hold",
    "continue",
    "restart",
    "resume",
    "above",
    "below",
    "under",
    "before",
    "after",
    "more",
    "less",
    "high",
    "low",
    "until",
    "unless",
    "except",
    "greater",
    "fewer",
    "least",
    "most",
    "absent",
    "present",
    "normal",
    "abnormal",
];
/// After "right" they make it no side.
const NO_SIDE: [&str; 4] = ["away", "now", "here", "there"];

static TURNING: LazyLock<HashSet<&str>> = LazyLock::new(|| TURNS.into_iter().collect());

/// The pieces of a reading. Words that sound like a drug, alone or several together, are one, with what it may be.
pub(crate) fn pieces(text: &str, heard: &[HeardWord], vocabulary: &Vocabulary) -> Vec<Piece> {
    let pieces = exact(text, heard, vocabulary);
    crate::garbled::resolve(text, pieces, vocabulary)
}

/// The pieces, with only such drugs as are spelled as in the lexicon, in one word or by chance in two or three.
fn exact(text: &str, heard: &[HeardWord], vocabulary: &Vocabulary) -> Vec<Piece> {
    let words = words(text, heard);
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let (kind, key, count) = next(&words[at..], pieces.last(), vocabulary);
        let part = &words[at..at + count];
        let known = !matches!(kind, Kind::Word | Kind::Side) || part.iter().all(|word| vocabulary.knows(&word.lower));
        pieces.push(Piece {
            kind,
            key,
            start: part.first().map_or(0, |word| word.start),
            end: part.last().map_or(0, |word| word.end),
            confidence: part.iter().map(|word| word.confidence).fold(1.0, f32::min),
            near: Vec::new(),
            known,
        });
        at += count;
    }
    pieces
}

/// The piece at the beginning of `words`, which are not none, and of how many words it is.
fn next(words: &[Word], before: Option<&Piece>, vocabulary: &Vocabulary) -> (Kind, String, usize) {
    let word = words[0].lower.as_str();
    let following = |at: usize| words.get(at).map_or("", |word| word.lower.as_str());
    let is_after = |kind: Kind| before.is_some_and(|piece| piece.kind == kind);
    if is_after(Kind::Number) && matches!(word, "am" | "pm") {
        return (Kind::Unit, word.to_owned(), 1);
    }
    if is_after(Kind::Number) && matches!(word, "/" | "over") && number::number(&words[1..]).is_some() {
        return (Kind::Word, "over".to_owned(), 1);
    }
    if let Some(found) = measure(word, following(1), before) {
        return found;
    }
    if let Some((key, count)) = number::number(words) {
        return (Kind::Number, key, count);
    }
    if word == "left" || word == "right" && !NO_SIDE.contains(&following(1)) {
        return (Kind::Side, word.to_owned(), 1);
    }
    if word.starts_with("bilateral") {
        return (Kind::Side, "bilateral".to_owned(), 1);
    }
    if NEGATIONS.contains(&word) || word.ends_with("n't") {
        return (Kind::Negation, "not".to_owned(), 1);
    }
    for count in 1..=words.len().min(3) {
        let joined: String = words[..count].iter().map(|word| word.lower.as_str()).collect();
        if let Some(key) = vocabulary.drug(&joined).filter(|_| count == 1 || joined.len() >= 6) {
            return (Kind::Drug, key, count);
        }
    }
    if word.len() > 6 && (word.starts_with("hypo") || word.starts_with("hyper")) {
        return (Kind::Side, word.to_owned(), 1);
    }
    let bare = [Some(word), word.strip_suffix('d'), word.strip_suffix("ed")];
    if let Some(word) = bare.into_iter().flatten().rfind(|word| TURNING.contains(word)) {
        return (Kind::Turn, word.to_owned(), 1);
    }
    let singular = word.strip_suffix('s').filter(|bare| bare.len() > 3);
    (Kind::Word, singular.unwrap_or(word).to_owned(), 1)
}

/// A unit, or the "per" between two.
fn measure(word: &str, following: &str, before: Option<&Piece>) -> Option<(Kind, String, usize)> {
    let after = |kind: Kind| before.is_some_and(|piece| piece.kind == kind);
    if matches!(word, "/" | "per") && after(Kind::Unit) {
        return Some((Kind::Unit, "/".to_owned(), 1));
    }
    if word == "mm" && following == "hg" {
        return Some((Kind::Unit, "mmhg".to_owned(), 2));
    }
    if word == "second" && after(Kind::Number) {
        return Some((Kind::Unit, "s".to_owned(), 1));
    }
    let unit =
        unit(word).filter(|_| word.chars().count() > 1 || word == "%" || after(Kind::Number) || after(Kind::Unit))?;
    Some((Kind::Unit, unit.to_owned(), 1))
}
