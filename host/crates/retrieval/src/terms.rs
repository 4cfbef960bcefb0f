//! Words of a text as hashed terms with BM25 weights.
//!
//! Only hashes and numbers leave this module, so that a search index built from it holds no text.
//! BM25: Robertson and Zaragoza 2009, doi:10.1561/1500000019, with the term frequencies of the title, the heading and
//! the text added up by weight before saturation (BM25F). The index multiplies by the inverse document frequency.

mod fold;

use std::collections::BTreeMap;

use qdrant_rust_stemmers::{Algorithm, Stemmer};

use crate::lexicon;

/// A term and how often a text has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    pub hash: u32,
    pub count: u32,
}

/// Saturation of term frequency.
pub const K1: f32 = 1.2;
/// Normalisation by length: 0 none, 1 full.
pub const B: f32 = 0.75;
/// Terms of a typical passage with its title, counted as [`passage_weights`] counts them. Fixed, so that a passage's
/// weights never depend on other passages.
pub const TYPICAL_LENGTH: f32 = 120.0;
/// A word in the title or heading counts as much as this many in the text.
pub const TITLE_WEIGHT: f32 = 2.0;

/// English function words; a question for them alone finds nothing.
const STOP_WORDS: &[&str] = &[
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no", "not", "of",
    "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was", "will", "with",
];

/// Terms of `text` ordered by hash.
pub fn terms(text: &str) -> Vec<Term> {
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    each(text, |term| *counts.entry(hash(term)).or_default() += 1);
    counts.into_iter().map(|(hash, count)| Term { hash, count }).collect()
}

/// BM25 weights of a passage by term, without the inverse document frequency; ordered by hash.
///
/// `context` is the title and heading, see [`crate::chunk::context`].
pub fn passage_weights(context: &str, text: &str) -> Vec<(u32, f32)> {
    let mut frequencies: BTreeMap<u32, f32> = BTreeMap::new();
    for (part, weight) in [(context, TITLE_WEIGHT), (text, 1.0)] {
        for term in terms(part) {
            *frequencies.entry(term.hash).or_default() += weight * term.count as f32;
        }
    }
    let length: f32 = frequencies.values().sum();
    let norm = K1 * (1.0 - B + B * length / TYPICAL_LENGTH);
    frequencies
        .into_iter()
        .map(|(hash, frequency)| (hash, frequency * (K1 + 1.0) / (frequency + norm)))
        .collect()
}

/// Weights of a question by term, ordered by hash.
pub fn query_weights(question: &str) -> Vec<(u32, f32)> {
    terms(question)
        .into_iter()
        .map(|term| (term.hash, term.count as f32))
        .collect()
}

/// The words of `question` that a search looks for, as written, each once, without question words and other function words.
pub fn searched_words(question: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in question.split_whitespace() {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        if !terms(word).is_empty()
            && !lexicon::is_function(&word.to_lowercase())
            && !words.iter().any(|known| known.eq_ignore_ascii_case(word))
        {
            words.push(word.to_owned());
        }
    }
    words
}

/// Calls `take` with every term of `text` in order.
///
/// A word of several parts gives its parts, and when one of them is short or has a digit also the whole without
/// its joints: `IL-6` gives `il`, `6` and `il6`, so that `IL6` and `IL-6` find each other.
fn each(text: &str, mut take: impl FnMut(&str)) {
    let folded = fold::fold(text);
    let stemmer = Stemmer::create(Algorithm::English);
    for word in fold::words(&folded) {
        if fold::is_number(word) {
            take(&word.replace(',', ""));
            continue;
        }
        let word = word.strip_suffix("'s").unwrap_or(word);
        let parts: Vec<&str> = word
            .split(|c: char| !c.is_alphanumeric())
            .filter(|part| !part.is_empty())
            .collect();
        for part in &parts {
            if part.starts_with(|c: char| c.is_ascii_digit()) {
                take(part);
            } else if !STOP_WORDS.contains(part) {
                take(&stemmer.stem(part));
            }
        }
        let coded = word.contains(|c: char| c.is_ascii_digit()) || parts.iter().any(|part| part.len() <= 3);
        if (2..=4).contains(&parts.len()) && coded {
            take(&parts.concat());
        }
    }
}

/// FNV-1a, 32 bits. Among 200,000 distinct terms about five pairs collide.
fn hash(term: &str) -> u32 {
    term.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        each(text, |term| found.push(term.to_owned()));
        found
    }

    #[test]
    fn words_are_folded_stemmed_and_stopped() {
        assert_eq!(
            listed("The patients' Ménière's diseases"),
            ["patient", "menier", "diseas"]
        );
    }

    #[test]
    fn coded_names_match_however_they_are_joined() {
        assert_eq!(listed("IL-6"), ["il", "6", "il6"]);
        assert_eq!(listed("IL6"), ["il6"]);
        assert_eq!(listed("CHA2DS2-VASc"), ["cha2ds2", "vasc", "cha2ds2vasc"]);
        assert_eq!(listed("CHA₂DS₂-VASc"), listed("CHA2DS2-VASc"));
        assert_eq!(listed("p53"), ["p53"]);
    }

    #[test]
    fn greek_letters_match_their_names() {
        assert_eq!(listed("TNF-α"), listed("TNF-alpha"));
        assert_eq!(listed("β-blocker"), listed("beta-blocker"));
    }

    #[test]
    fn trade_mark_signs_are_no_letters() {
        assert_eq!(listed("Zynquista™"), listed("Zynquista"));
    }

    #[test]
    fn note_marks_are_no_part_of_a_word() {
        assert_eq!(listed("activities⁵,⁶ failed.⁷ Then"), ["activ", "fail"]);
        assert_eq!(listed("25 kg/m²"), listed("25 kg/m2"));
    }

    #[test]
    fn numbers_stay_whole() {
        assert_eq!(listed("0.5 mg, 1,000 units"), ["0.5", "mg", "1000", "unit"]);
    }

    #[test]
    fn a_title_word_weighs_more_than_a_text_word() {
        let weights = |context, text| {
            passage_weights(context, text)
                .into_iter()
                .find(|w| w.0 == hash("sepsi"))
                .map(|w| w.1)
        };
        assert!(weights("Sepsis", "fluid") > weights("Fluid", "sepsis"));
    }

    #[test]
    fn a_question_of_stop_words_has_no_terms() {
        assert!(query_weights("is it to be?").len() <= 1 && terms("and the").is_empty());
    }

    #[test]
    fn searched_words_are_listed_as_written() {
        assert_eq!(
            searched_words("Is the CURB-65 of the patient CURB-65?"),
            ["CURB-65", "patient"]
        );
    }
}
