//! Reads a model's text as it arrives and cuts it into sentences with the numbers of the passages they cite.
//!
//! Numbers stand in square brackets at the end of a sentence, before or after its full stop: "[2]", "[1, 3]", "[1-3]".
//! A sentence without a number is given out without one; whoever shows it must withhold it.

use std::sync::LazyLock;

use regex::Regex;

use crate::{sentences, support};

#[expect(clippy::unwrap_used, reason = "constant pattern, compiled in the tests")]
static MARK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\s*[\[【]\s*(?:(?:passages?|sources?|refs?\.?)\s*)?#?(\d{1,3}(?:\s*(?:,|;|-|–|and|&)\s*#?\d{1,3})*)\s*[\]】]").unwrap()
});

/// Passages one mark may name; a longer range is a slip of the model.
const MARKED: u32 = 12;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Without marks, bullets and emphasis.
    pub text: String,
    /// Numbers as written, in order, each once; empty when the sentence cites nothing.
    pub citations: Vec<u32>,
}

/// Takes the text piece by piece.
#[derive(Debug, Default)]
pub struct Parser {
    waiting: String,
}

impl Parser {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `piece` and returns the sentences that are complete now.
    pub fn push(&mut self, piece: &str) -> Vec<Sentence> {
        self.waiting.push_str(piece);
        let ranges = sentences::split(&self.waiting);
        let mut done = 0;
        let mut found = Vec::new();
        for range in &ranges {
            if !settled(&self.waiting[range.end..]) {
                break;
            }
            found.extend(read(&self.waiting[range.clone()]));
            done = range.end;
        }
        self.waiting.drain(..done);
        found
    }

    /// The sentences that were still waiting; call it when the text has ended.
    pub fn finish(&mut self) -> Vec<Sentence> {
        let rest = std::mem::take(&mut self.waiting);
        sentences::split(&rest)
            .into_iter()
            .filter_map(|r| read(&rest[r]))
            .collect()
    }
}

/// Whether what follows a sentence shows that nothing more belongs to it: a word of the next one, and no open mark.
fn settled(rest: &str) -> bool {
    let next = rest.trim_start();
    if next.starts_with(['[', '【']) && !next.contains([']', '】']) {
        return false;
    }
    next.split_once(char::is_whitespace)
        .is_some_and(|(word, after)| word.chars().any(char::is_alphanumeric) || after.split_whitespace().count() > 1)
}

/// A sentence with its numbers taken out, or none when nothing is left.
fn read(text: &str) -> Option<Sentence> {
    let mut citations = Vec::new();
    for mark in MARK.captures_iter(text) {
        for number in numbers(&mark[1]) {
            if !citations.contains(&number) {
                citations.push(number);
            }
        }
    }
    let plain = MARK.replace_all(text, "").replace("**", "").replace("__", "");
    let plain = support::bare(plain.trim_start_matches('#'))
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    plain
        .chars()
        .any(char::is_alphanumeric)
        .then_some(Sentence { text: plain, citations })
}

fn numbers(inside: &str) -> Vec<u32> {
    let mut found = Vec::new();
    for part in inside.split([',', ';', '&']).flat_map(|p| p.split("and")) {
        let ends: Vec<u32> = part
            .split(['-', '–'])
            .filter_map(|n| n.trim().trim_start_matches('#').parse().ok())
            .collect();
        match ends.as_slice() {
            [one] => found.push(*one),
            [from, to] if from <= to && to - from < MARKED => found.extend(*from..=*to),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(text: &str, citations: &[u32]) -> Sentence {
        Sentence {
            text: text.to_owned(),
            citations: citations.to_vec(),
        }
    }

    #[test]
    fn marks_before_and_after_the_full_stop_are_read() {
        let mut parser = Parser::new();
        let mut found = parser.push("Admit the patient [2]. Give oxygen. [1, 3] Review daily [1-2][4].\n- **Stop** at 5 mg [7]\nNothing cited here.");
        found.extend(parser.finish());
        assert_eq!(
            found,
            [
                sentence("Admit the patient.", &[2]),
                sentence("Give oxygen.", &[1, 3]),
                sentence("Review daily.", &[1, 2, 4]),
                sentence("Stop at 5 mg", &[7]),
                sentence("Nothing cited here.", &[]),
            ]
        );
    }

    #[test]
    fn the_cut_of_the_pieces_does_not_matter() {
        let text = "Give 2.5 mg i.v. to Dr. Smith's patient [12]. Then wait. [3] E.g. an hour [1, 2]. 1. First item [4]. The end";
        let mut whole = Parser::new();
        let mut expected = whole.push(text);
        expected.extend(whole.finish());
        for size in 1..9 {
            let mut parser = Parser::new();
            let mut found = Vec::new();
            let chars: Vec<char> = text.chars().collect();
            for piece in chars.chunks(size) {
                found.extend(parser.push(&piece.iter().collect::<String>()));
            }
            found.extend(parser.finish());
            assert_eq!(found, expected, "pieces of {size}");
        }
        assert_eq!(expected[0], sentence("Give 2.5 mg i.v. to Dr. Smith's patient.", &[12]));
        assert_eq!(expected[1], sentence("Then wait.", &[3]));
    }

    #[test]
    fn a_sentence_is_given_out_when_the_next_one_begins() {
        let mut parser = Parser::new();
        assert!(parser.push("Admit the patient [2]").is_empty());
        assert!(parser.push(". ").is_empty());
        assert_eq!(parser.push("Give oxygen").len(), 1);
    }
}
