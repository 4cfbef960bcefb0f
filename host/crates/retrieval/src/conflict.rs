//! Two documents that tell different things about the same matter.

use std::ops::Range;

use crate::extractive::Candidate;
use crate::lexicon;
use crate::question::Question;
use crate::scoring::{Scored, Sentence};
use crate::tokens::Kind;

/// What one document says.
#[derive(Clone, Debug, PartialEq)]
pub struct DraftSide {
    pub candidate: usize,
    pub quote: Range<usize>,
    pub text: String,
}

/// A matter on which documents disagree, newest source first.
#[derive(Clone, Debug, PartialEq)]
pub struct DraftConflict {
    pub topic: String,
    pub sides: Vec<DraftSide>,
}

/// Sentences that are compared with each other.
const COMPARED: usize = 24;
/// Share of plain words two rules have in common when they are about the same matter.
const SAME_MATTER: f32 = 0.5;
/// Share of the shorter rule's words, and of the longer one's, that the two have in common when a "not" tells them apart.
const ALIKE: f32 = 0.7;
const BOTH: f32 = 0.5;
/// Bytes of the longest label before a rule, such as "Contraindications".
const LABEL: usize = 20;
/// Cosine of two rules about the same matter, whose words differ.
const SAME_MEANING: f32 = 0.72;

/// Disagreements between instructions of different documents that speak to the question.
pub fn find(asked: &Question, candidates: &[Candidate], scored: &Scored) -> Vec<DraftConflict> {
    let Some(best) = scored.sentences.first() else {
        return Vec::new();
    };
    let rules: Vec<&Sentence> = scored
        .sentences
        .iter()
        .take(COMPARED)
        .filter(|s| s.score >= 0.6 * best.score && is_rule(s) && !s.is_of_another_drug(asked))
        .collect();
    let mut found: Vec<DraftConflict> = Vec::new();
    for (at, a) in rules.iter().enumerate() {
        for b in &rules[at + 1..] {
            let (one, other) = (&candidates[a.candidate], &candidates[b.candidate]);
            let told = found.iter().any(|c| {
                c.sides.iter().any(|s| {
                    (s.candidate, &s.quote) == (a.candidate, &a.range)
                        || (s.candidate, &s.quote) == (b.candidate, &b.range)
                })
            });
            if one.document_id == other.document_id || told || !same_matter(a, b) || !differ(a, b) {
                continue;
            }
            let mut sides = [side(a), side(b)];
            sides.sort_by(|x, y| {
                candidates[y.candidate]
                    .source_date
                    .cmp(&candidates[x.candidate].source_date)
            });
            found.push(DraftConflict {
                topic: topic(asked, one),
                sides: sides.into(),
            });
        }
    }
    found
}

fn side(sentence: &Sentence) -> DraftSide {
    DraftSide {
        candidate: sentence.candidate,
        quote: sentence.range.clone(),
        text: sentence.plain.clone(),
    }
}

fn topic(asked: &Question, candidate: &Candidate) -> String {
    let words: Vec<&str> = asked
        .terms
        .iter()
        .filter(|t| t.weight >= 0.5)
        .map(|t| t.word.as_str())
        .collect();
    if words.is_empty() {
        candidate.heading.unwrap_or(candidate.document_title).to_owned()
    } else {
        words.join(" ")
    }
}

/// A sentence that lays something down, as opposed to one that reports what a study saw.
fn is_rule(sentence: &Sentence) -> bool {
    sentence.directive
}

fn plain(sentence: &Sentence) -> Vec<&str> {
    let mut keys: Vec<&str> = sentence
        .tokens
        .iter()
        .filter(|t| matches!(t.kind, Kind::Content | Kind::Name | Kind::Drug))
        .map(|t| t.key.as_str())
        .filter(|k| !lexicon::is_general(k))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn same_matter(a: &Sentence, b: &Sentence) -> bool {
    let (x, y) = (plain(a), plain(b));
    let shared = x.iter().filter(|k| y.contains(k)).count();
    let drugs = |s: &Sentence| {
        s.tokens
            .iter()
            .filter(|t| t.kind == Kind::Drug)
            .map(|t| t.key.clone())
            .collect::<Vec<_>>()
    };
    let (p, q) = (drugs(a), drugs(b));
    if !p.is_empty() && !q.is_empty() && !p.iter().any(|d| q.contains(d)) {
        return false;
    }
    let cosine = match (&a.vector, &b.vector) {
        (Some(u), Some(v)) => u.iter().zip(v).map(|(x, y)| x * y).sum::<f32>(),
        _ => 0.0,
    };
    shared >= 2 && (shared as f32 >= SAME_MATTER * x.len().min(y.len()) as f32 || cosine >= SAME_MEANING)
}

/// Whether two rules give other numbers for the same unit, or one forbids what the other tells.
fn differ(a: &Sentence, b: &Sentence) -> bool {
    let quantities = |s: &Sentence| {
        let mut found: Vec<(String, String)> = Vec::new();
        for (i, t) in s.tokens.iter().enumerate().filter(|(_, t)| t.kind == Kind::Number) {
            let unit = s.tokens[i + 1..]
                .iter()
                .take(4)
                .take_while(|n| matches!(n.kind, Kind::Unit | Kind::Function | Kind::Number | Kind::Limit))
                .find(|n| n.kind == Kind::Unit);
            let unit = unit.map_or_else(
                || s.tokens.get(i + 1).map(|n| n.key.clone()).unwrap_or_default(),
                |u| u.key.clone(),
            );
            found.push((unit, t.key.clone()));
        }
        found
    };
    let (x, y) = (quantities(a), quantities(b));
    let other_number = x.iter().any(|(unit, value)| {
        let theirs: Vec<&str> = y.iter().filter(|q| q.0 == *unit).map(|q| q.1.as_str()).collect();
        !theirs.is_empty()
            && !theirs.contains(&value.as_str())
            && !x.iter().any(|q| q.0 == *unit && theirs.contains(&q.1.as_str()))
    });
    // "Never:" before a rule is a label.
    let label = |s: &Sentence| s.plain.find(": ").filter(|at| *at <= LABEL).unwrap_or(0);
    let negations = |s: &Sentence| {
        let own = s.tokens.iter().filter(|t| t.kind == Kind::Negation);
        own.filter(|t| t.range.start >= label(s)).count() % 2
    };
    let (p, q) = (plain(a), plain(b));
    let shared = p.iter().filter(|k| q.contains(k)).count() as f32;
    let very_alike =
        shared >= ALIKE * p.len().min(q.len()).max(1) as f32 && shared >= BOTH * p.len().max(q.len()) as f32;
    let opposite = a
        .tokens
        .iter()
        .filter(|t| t.kind == Kind::Polar)
        .any(|t| b.tokens.iter().any(|u| lexicon::are_opposites(&t.key, &u.key)));
    other_number || (very_alike && (negations(a) != negations(b) || opposite))
}
