//! English text to the phonemes of the voice, in the alphabet of misaki and Kokoro.
//!
//! The rules of misaki 0.9.4 (hexgrad, Apache-2.0) as hibari has them, without a tagger: words of several readings are
//! read as they mostly are, and stress follows the lexicon. Words it does not have are read by hibari's small network.

mod lexicon;
mod stress;
mod unknown;

use std::path::Path;

use lexicon::Lexicon;
use unknown::Unknown;

use crate::SpeechError;

const VOWELS: &str = "AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ";
const CONSONANTS: &str = "bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθ";
/// Marks that are spoken as a pause or a tone.
const MARKS: &str = ";:,.!?—…\"“”()";
/// Marks that end what a word's sound depends on.
const PAUSES: &str = ";:,.!?—…";

pub(crate) struct Phonemizer {
    lexicon: Lexicon,
    unknown: Unknown,
}

/// A word or a mark of the text, as it is said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Spoken {
    pub phonemes: String,
    /// Bytes of the text up to its end.
    pub end: usize,
    pub is_word: bool,
    /// Nothing stands between this and the one before.
    pub joined: bool,
}

/// What follows a word.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Nothing,
    Vowel,
    Consonant,
}

impl Phonemizer {
    pub fn load(models: &Path) -> Result<Self, SpeechError> {
        Ok(Self {
            lexicon: Lexicon::load(models)?,
            unknown: Unknown::load(models)?,
        })
    }

    /// # Errors
    /// The text has digits, or the network failed.
    pub fn say(&self, text: &str) -> Result<Vec<Spoken>, SpeechError> {
        if text.contains(|c: char| c.is_ascii_digit()) {
            return Err(SpeechError::Digits);
        }
        let mut pieces = split(text);
        let mut next = Next::Nothing;
        // What a word sounds like can depend on the word after it.
        for at in (0..pieces.len()).rev() {
            let first = at.checked_sub(1).is_none_or(|before| !pieces[before].is_word);
            let piece = &mut pieces[at];
            if piece.is_word {
                piece.phonemes = match self.lexicon.word(piece.text, first, next) {
                    Some(phonemes) => phonemes,
                    None => self.unknown.word(piece.text)?,
                };
                piece.phonemes = piece.phonemes.replace('ɾ', "T").replace('ʔ', "t");
            }
            next = follows(&piece.phonemes).unwrap_or(next);
        }
        Ok(pieces
            .into_iter()
            .map(|piece| Spoken {
                phonemes: piece.phonemes,
                end: piece.end,
                is_word: piece.is_word,
                joined: piece.joined,
            })
            .collect())
    }
}

fn follows(phonemes: &str) -> Option<Next> {
    phonemes.chars().find_map(|c| match c {
        c if PAUSES.contains(c) => Some(Next::Nothing),
        c if VOWELS.contains(c) => Some(Next::Vowel),
        c if CONSONANTS.contains(c) => Some(Next::Consonant),
        _ => None,
    })
}

struct Piece<'a> {
    text: &'a str,
    phonemes: String,
    end: usize,
    is_word: bool,
    joined: bool,
}

/// Words of letters, with apostrophes inside and the points of an abbreviation, and the marks between them.
fn split(text: &str) -> Vec<Piece<'_>> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let begin = at;
        let joined = begin > 0 && !text[..begin].ends_with(char::is_whitespace);
        if c.is_alphabetic() {
            at += word_length(&text[at..]);
            pieces.push(Piece {
                text: &text[begin..at],
                phonemes: String::new(),
                end: at,
                is_word: true,
                // Parts of "beta-blocker" are words of their own.
                joined: joined && !text[..begin].ends_with('-'),
            });
        } else {
            at += c.len_utf8();
            let mark = if matches!(c, '–' | '-') && !joined { '—' } else { c };
            if MARKS.contains(mark) {
                pieces.push(Piece {
                    text: &text[begin..at],
                    phonemes: mark.to_string(),
                    end: at,
                    is_word: false,
                    joined,
                });
            }
        }
    }
    pieces
}

fn word_length(text: &str) -> usize {
    let mut end = 0;
    let mut letters = 0;
    for (at, c) in text.char_indices() {
        let after = at + c.len_utf8();
        let more = text[after..].starts_with(char::is_alphabetic);
        // "e.g." and "U.S." are single letters with points.
        let point = c == '.' && letters == 1 && (more || text[..at].contains('.'));
        if c.is_alphabetic() {
            letters += 1;
        } else if (matches!(c, '\'' | '’') && more) || point {
            letters = 0;
        } else {
            break;
        }
        end = after;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_split_into_words_and_marks() {
        let found: Vec<(&str, bool)> = split("Don’t stop, e.g. a beta-blocker (yes).")
            .iter()
            .map(|piece| (piece.text, piece.joined))
            .collect();
        assert_eq!(
            found,
            [
                ("Don’t", false),
                ("stop", false),
                (",", true),
                ("e.g.", false),
                ("a", false),
                ("beta", false),
                ("blocker", false),
                ("(", false),
                ("yes", true),
                (")", true),
                (".", true),
            ]
        );
    }

    #[test]
    fn what_follows_is_a_sound_or_a_pause() {
        assert!(follows("ˈæpᵊl") == Some(Next::Vowel));
        assert!(follows("hˈWs") == Some(Next::Consonant));
        assert!(follows(",") == Some(Next::Nothing));
        assert!(follows("\"").is_none());
    }
}
