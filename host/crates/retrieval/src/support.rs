//! No source, no sentence: does a passage support a sentence?
//!
//! A sentence that stands in the passage word for word is supported. Any other is aligned with the one to three
//! sentences of the passage it resembles most, and must not say anything these do not say: no new number, unit,
//! limit, negation, drug, name or other word with a meaning of its own; nothing that turns or bounds the source's
//! claim may be left out; nothing may change places with its like.

mod compare;

use std::ops::Range;

use crate::tokens::{Kind, Token, tokens};
use crate::{sentences, verbatim};
use compare::agree;

pub use crate::caveats::caveats;

/// The part of the passage that supports the sentence, in bytes of the passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supported {
    pub quote: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The passage is about something else.
    NoSupport,
    Number,
    Unit,
    Limit,
    Negation,
    Exception,
    Modal,
    /// A word with an opposite differs.
    Polarity,
    Drug,
    Name,
    /// A word the passage does not have.
    NewWord,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    pub reason: Reason,
    /// The words that gave rise to it.
    pub detail: String,
}

/// Share of a sentence's meaningful words that the source must hold.
const COVERAGE: f32 = 0.75;

/// Cosine below which a reworded sentence is taken to be about something else.
const UNRELATED: f32 = 0.3;

/// Whether `passage` supports `sentence`. `similarity` is the cosine of their embeddings, when there is one.
pub fn check(sentence: &str, passage: &str, similarity: Option<f32>) -> Result<Supported, Unsupported> {
    let source = sentences::split(passage);
    let mut quote: Option<Range<usize>> = None;
    for part in sentences::split(sentence) {
        let found = one(bare(&sentence[part]), passage, &source, similarity)?;
        quote = Some(match quote {
            Some(q) => q.start.min(found.start)..q.end.max(found.end),
            None => found,
        });
    }
    quote
        .map(|quote| Supported { quote })
        .ok_or_else(|| unsupported(Reason::NoSupport, ""))
}

fn unsupported(reason: Reason, detail: &str) -> Unsupported {
    Unsupported {
        reason,
        detail: detail.to_owned(),
    }
}

/// A sentence without its bullet, list number and reference marks.
pub fn bare(sentence: &str) -> &str {
    let text = sentence.trim_start_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '•' | '▪' | '‣' | '◦' | '●' | '○' | '■' | '□' | '❑' | '❏' | '☐' | '*' | '\u{f0b7}'
            )
    });
    let text = text
        .strip_prefix("- ")
        .or_else(|| text.strip_prefix("– "))
        .unwrap_or(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let text = if (1..=2).contains(&digits) {
        text[digits..]
            .strip_prefix(". ")
            .or_else(|| text[digits..].strip_prefix(") "))
            .unwrap_or(text)
    } else {
        lettered(text).unwrap_or(text)
    };
    text.trim()
}

/// What follows a letter that numbers an item: "a. Wash hands", "B. Staff are trained", but not "E. coli grew".
fn lettered(text: &str) -> Option<&str> {
    let letter = text.chars().next().filter(char::is_ascii_alphabetic)?;
    let rest = text[1..].strip_prefix(". ").or_else(|| text[1..].strip_prefix(") "))?;
    (letter.is_ascii_lowercase() || rest.starts_with(char::is_uppercase)).then_some(rest)
}

fn one(
    sentence: &str,
    passage: &str,
    source: &[Range<usize>],
    similarity: Option<f32>,
) -> Result<Range<usize>, Unsupported> {
    if let Some(found) = whole_sentences(sentence, passage, source) {
        return Ok(found);
    }
    let said = tokens(sentence);
    let mut windows = windows(&said, passage, source);
    windows.sort_by(|a, b| b.1.total_cmp(&a.1));
    let best = windows.first().map_or(0.0, |w| w.1);
    // A sentence that one sentence covers is judged by single sentences only: repeated text must not lend it words.
    let single = windows.iter().filter(|w| w.2 == 1).map(|w| w.1).fold(0.0, f32::max);
    windows.retain(|w| w.2 == 1 || w.1 > single);
    let mut refused = None;
    for (window, coverage, _) in windows.into_iter().take(4) {
        if coverage < best - 0.1 || coverage <= 0.0 {
            break;
        }
        match agree(sentence, &said, &passage[window.clone()], similarity) {
            Ok(()) => return Ok(window),
            Err(reason) => refused = refused.or(Some(reason)),
        }
    }
    Err(refused.unwrap_or_else(|| unsupported(Reason::NoSupport, sentence)))
}

/// Where the sentence stands word for word, as one or more whole sentences of the passage.
fn whole_sentences(sentence: &str, passage: &str, source: &[Range<usize>]) -> Option<Range<usize>> {
    let end = sentence.trim_end_matches(['.', '!', '?', ';', ':', ' ']);
    let found = verbatim::find(sentence, passage).or_else(|| verbatim::find(end, passage))?;
    let opens = source
        .iter()
        .any(|s| s.contains(&found.start) && !passage[s.start..found.start].chars().any(char::is_alphabetic));
    let closes = source.iter().any(|s| {
        s.start < found.end && found.end <= s.end && !passage[found.end..s.end].chars().any(char::is_alphanumeric)
    });
    (opens && closes).then_some(found)
}

/// Runs of one to three sentences, the share of the sentence's plain content words they hold, less a little for length, and that length.
fn windows(said: &[Token], passage: &str, source: &[Range<usize>]) -> Vec<(Range<usize>, f32, usize)> {
    let plain = |t: &&Token| {
        matches!(
            t.kind,
            Kind::Content | Kind::Name | Kind::Polar | Kind::Adverb | Kind::Drug
        )
    };
    let wanted: Vec<&str> = said.iter().filter(plain).map(|t| t.key.as_str()).collect();
    let held: Vec<Vec<String>> = source
        .iter()
        .map(|s| tokens(&passage[s.clone()]).into_iter().map(|t| t.key).collect())
        .collect();
    let mut found = Vec::new();
    for size in 1..=3usize {
        for (at, run) in held.windows(size).enumerate() {
            let hits = wanted
                .iter()
                .filter(|w| run.iter().any(|s| s.iter().any(|k| k == *w)))
                .count();
            let share = hits as f32 / wanted.len().max(1) as f32 - 0.06 * (size - 1) as f32;
            found.push((source[at].start..source[at + size - 1].end, share, size));
        }
    }
    found
}
