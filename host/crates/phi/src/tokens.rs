//! Words and numbers of a plain text, with what the word lists know about each.

use crate::lexicon::{self, Marks};
use crate::normal::Normal;

/// How a token is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// "smith"
    Lower,
    /// "Smith", "McDonald", "O'Brien"
    Capital,
    /// "SMITH", "ICU", "ROSs"
    Upper,
    /// A capital alone: "J"
    Initial,
    /// Has a digit, or capitals after small letters: "12B", "mRNA", "dimA".
    Number,
    /// A single character that is neither letter, digit nor space.
    Mark(u8),
}

/// Offsets are bytes of the plain text. A possessive "'s" is left outside.
pub(crate) struct Token {
    pub start: usize,
    pub end: usize,
    pub shape: Shape,
    pub marks: Marks,
    /// White space before it: 0 none, 1 blanks or one line break, 2 an empty line or a tab.
    pub gap: u8,
    /// "'s" or "'" follows.
    pub possessive: bool,
    /// Written with accents or with letters of another script.
    pub foreign: bool,
}

impl Token {
    pub fn is(&self, marks: Marks) -> bool {
        self.marks & marks != 0
    }

    pub fn is_mark(&self, mark: u8) -> bool {
        self.shape == Shape::Mark(mark)
    }

    /// Written as names are: capital, all capitals, or an initial.
    pub fn is_proper(&self) -> bool {
        matches!(self.shape, Shape::Capital | Shape::Upper | Shape::Initial)
    }
}

/// The words of a text with their surroundings; the rules for names and places are methods in their modules.
/// All take token numbers and answer `false` or nothing beyond the end.
pub(crate) struct Words<'a> {
    pub text: &'a str,
    pub tokens: &'a [Token],
}

impl Words<'_> {
    pub fn get(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at)
    }

    pub fn before(&self, at: usize) -> Option<&Token> {
        at.checked_sub(1).and_then(|before| self.tokens.get(before))
    }

    pub fn word(&self, at: usize) -> &str {
        self.get(at).map_or("", |token| &self.text[token.start..token.end])
    }

    pub fn lower(&self, at: usize) -> String {
        self.word(at).to_ascii_lowercase()
    }

    pub fn long(&self, at: usize, letters: usize) -> bool {
        self.word(at).len() >= letters
    }

    pub fn has(&self, at: usize, marks: Marks) -> bool {
        self.get(at).is_some_and(|token| token.is(marks))
    }

    pub fn has_gap(&self, at: usize, gap: u8) -> bool {
        self.get(at).is_some_and(|token| token.gap == gap)
    }

    pub fn full_stop(&self, at: usize) -> bool {
        self.get(at).is_some_and(|token| token.is_mark(b'.') && token.gap == 0)
    }

    pub fn comma(&self, at: usize) -> bool {
        self.get(at).is_some_and(|token| token.is_mark(b',') && token.gap == 0)
    }

    /// An initial after a blank.
    pub fn initial(&self, at: usize) -> bool {
        self.get(at)
            .is_some_and(|token| token.shape == Shape::Initial && token.gap == 1)
    }

    /// The token after a word, over the full stop of an abbreviation.
    pub fn after_full_stop(&self, at: usize) -> usize {
        if self.full_stop(at + 1) { at + 2 } else { at + 1 }
    }
}

pub(crate) fn tokens(normal: &Normal) -> Vec<Token> {
    let text: &str = &normal.text;
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len() / 5);
    let mut lower = String::with_capacity(32);
    let (mut at, mut gap) = (0, 2);
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii_whitespace() {
            let from = at;
            while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
                at += 1;
            }
            let blank = &bytes[from..at];
            gap = if blank.contains(&b'\t') || blank.iter().filter(|b| **b == b'\n').count() > 1 {
                2
            } else {
                1
            };
            continue;
        }
        let end = if in_word(byte) { word_end(bytes, at) } else { at + 1 };
        let shape = shape(&bytes[at..end]);
        let marks = if matches!(shape, Shape::Mark(_) | Shape::Number) {
            0
        } else {
            lower.clear();
            lower.push_str(&text[at..end]);
            lower.make_ascii_lowercase();
            lexicon::marks(&lower)
        };
        let after = bytes.get(end..).unwrap_or_default();
        let possessive = matches!(shape, Shape::Lower | Shape::Capital | Shape::Upper | Shape::Initial)
            && matches!(after, [b'\'', b's' | b'S', rest @ ..] if !rest.first().is_some_and(|b| in_word(*b)));
        out.push(Token {
            start: at,
            end,
            shape,
            marks,
            gap,
            possessive,
            foreign: normal.is_foreign(at, end),
        });
        at = if possessive { end + 2 } else { end };
        gap = 0;
    }
    out
}

fn in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// A word runs on over an apostrophe or hyphen between letters ("O'Brien", "Cedars-Sinai"), not over the "'s" of a possessive.
fn word_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    loop {
        while bytes.get(at).is_some_and(|b| in_word(*b)) {
            at += 1;
        }
        match bytes.get(at..) {
            Some([b'\'', b's' | b'S', rest @ ..]) if !rest.first().is_some_and(|b| in_word(*b)) => return at,
            Some([b'\'' | b'-', next, ..])
                if next.is_ascii_alphabetic() && at > from && bytes[at - 1].is_ascii_alphabetic() =>
            {
                at += 1
            }
            _ => return at,
        }
    }
}

fn shape(word: &[u8]) -> Shape {
    match word {
        [] => Shape::Mark(b' '),
        [one] if !in_word(*one) => Shape::Mark(*one),
        [one] if one.is_ascii_uppercase() => Shape::Initial,
        _ if word.iter().any(u8::is_ascii_digit) => Shape::Number,
        _ if word[0].is_ascii_uppercase() && capitals(word) * 2 > word.len() => Shape::Upper,
        _ if word[0].is_ascii_uppercase() => Shape::Capital,
        _ if capitals(word) > 0 => Shape::Number,
        _ => Shape::Lower,
    }
}

fn capitals(word: &[u8]) -> usize {
    word.iter().filter(|b| b.is_ascii_uppercase()).count()
}
