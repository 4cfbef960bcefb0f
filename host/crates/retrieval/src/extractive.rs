//! The built-in answerer: picks the sentences of the passages that answer the question, word for word.
//!
//! Actions first, grouped by source; a sentence that leans on the one before brings it along; exceptions, limits and
//! contraindications beside a used sentence come with it. Says nothing when the passages are about something else.

use std::ops::Range;

use api_types::SentenceKind;

use crate::conflict::{self, DraftConflict};
use crate::question::{self, Question};
use crate::scoring::{self, Scored};
use crate::{arrange, confidence, support};

/// Passages that an answer is looked for in.
pub const PASSAGES: usize = 12;

/// A passage that the search found, best first.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    pub passage_id: &'a str,
    pub document_id: &'a str,
    pub document_title: &'a str,
    pub heading: Option<&'a str>,
    pub text: &'a str,
    pub page: u32,
    /// ISO 8601, possibly partial.
    pub source_date: Option<&'a str>,
    pub source_owner: Option<&'a str>,
    /// Of the search, higher is better; comparable within one answer only.
    pub score: f32,
    /// Cosine with the question, when dense search found it.
    pub dense: Option<f32>,
    pub bm25: f32,
}

/// The local embedding model.
pub trait Similarity {
    /// Unit vectors, or none when the model is not there.
    fn embed(&self, texts: &[&str]) -> Option<Vec<Vec<f32>>>;
}

/// No embedding model: words alone decide.
pub struct WordsOnly;

impl Similarity for WordsOnly {
    fn embed(&self, _: &[&str]) -> Option<Vec<Vec<f32>>> {
        None
    }
}

/// A sentence of the answer, word for word from its passage; a row of a table with the labels of its columns.
#[derive(Clone, Debug, PartialEq)]
pub struct DraftSentence {
    /// Index into the candidates.
    pub candidate: usize,
    /// Bytes of the passage's text.
    pub quote: Range<usize>,
    /// The quote without bullet or list number, white space made plain.
    pub text: String,
    pub kind: SentenceKind,
    /// Heading or document under which it is shown.
    pub group: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Drafted {
    Answered {
        sentences: Vec<DraftSentence>,
        conflicts: Vec<DraftConflict>,
        /// 0 to 1: how well the passages match the question.
        confidence: f32,
    },
    /// Nothing found speaks to the question.
    NotFound { confidence: f32 },
}

/// Confidence from which another writer may find an answer that this one does not: below it the passages are about
/// something else.
pub const WORTH_WRITING: f32 = 0.3;

impl Drafted {
    /// 0 to 1: how well the passages match the question.
    pub fn confidence(&self) -> f32 {
        match self {
            Self::Answered { confidence, .. } | Self::NotFound { confidence } => *confidence,
        }
    }

    pub fn into_conflicts(self) -> Vec<DraftConflict> {
        match self {
            Self::Answered { conflicts, .. } => conflicts,
            Self::NotFound { .. } => Vec::new(),
        }
    }
}

/// Answers `question` from `candidates`.
pub fn answer(question: &str, candidates: &[Candidate], similarity: &dyn Similarity) -> Drafted {
    let asked = question::read(question);
    let scored = scoring::score(question, &asked, candidates, similarity);
    let confidence = confidence::of(&asked, candidates, &scored);
    if confidence < confidence::ANSWERS || scored.sentences.is_empty() {
        return Drafted::NotFound { confidence };
    }
    let sentences = arrange::arrange(&asked, candidates, &scored);
    if sentences.is_empty() {
        return Drafted::NotFound { confidence };
    }
    let conflicts = conflict::find(&asked, candidates, &scored);
    Drafted::Answered {
        sentences,
        conflicts,
        confidence,
    }
}

/// Whether a drafted sentence says what its passage says: a row of a table exactly as it reads with its labels, anything
/// else by the support check.
pub fn is_supported(sentence: &DraftSentence, candidate: &Candidate) -> bool {
    let quote = candidate.text.get(sentence.quote.clone());
    support::check(&sentence.text, candidate.text, None).is_ok()
        || quote.is_some_and(|q| q.contains(" | ")) && arrange::plain(candidate, &sentence.quote) == sentence.text
}

/// How a span of a passage is shown: without bullet, a row of a table with the labels of its columns.
pub fn shown(candidate: &Candidate, quote: &Range<usize>) -> String {
    arrange::plain(candidate, quote)
}

/// The measurements behind the decision to answer, for calibration.
pub fn measure(question: &str, candidates: &[Candidate], similarity: &dyn Similarity) -> Vec<f32> {
    let asked: Question = question::read(question);
    let scored: Scored = scoring::score(question, &asked, candidates, similarity);
    confidence::measurements(&asked, candidates, &scored).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(text: &str) -> Candidate<'_> {
        Candidate {
            passage_id: "p",
            document_id: "d",
            document_title: "Plan",
            heading: None,
            text,
            page: 1,
            source_date: None,
            source_owner: None,
            score: 1.0,
            dense: None,
            bm25: 5.0,
        }
    }

    fn said(question: &str, texts: &[&str]) -> Vec<String> {
        let candidates: Vec<Candidate<'_>> = texts.iter().copied().map(candidate).collect();
        match answer(question, &candidates, &WordsOnly) {
            Drafted::Answered { sentences, .. } => sentences.into_iter().map(|sentence| sentence.text).collect(),
            Drafted::NotFound { .. } => Vec::new(),
        }
    }

    /// Letters apart at the end, where a stem ends too.
    #[test]
    fn an_unknown_drug_is_not_answered_with_one_that_is_spelled_alike() {
        for (asked, other) in [
            ("queldaafy", "queldaafi"),
            ("queldaafe", "queldaaf"),
            ("vexorm", "vexormed"),
            ("vexorm", "vexorming"),
        ] {
            let rule = |drug: &str, dose: u32| format!("The dose of {drug} is {dose} mg twice daily in adults.");
            let (right, wrong) = (rule(asked, 40), rule(other, 90));
            let question = format!("What is the dose of {asked}?");
            assert_eq!(said(&question, &[&right]), std::slice::from_ref(&right));
            assert_eq!(said(&question, &[&wrong]), Vec::<String>::new(), "{asked} {other}");
            assert_eq!(
                said(&question, &[&wrong, &right]),
                std::slice::from_ref(&right),
                "{asked} {other}"
            );
            // Nor does the one support a sentence about the other.
            if !other.ends_with("ed") && !other.ends_with("ing") {
                assert!(
                    support::check(&rule(asked, 90), &wrong, None).is_err(),
                    "{asked} {other}"
                );
            }
        }
    }
}
