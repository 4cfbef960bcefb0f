//! How well each sentence of the candidates speaks to the question.

use std::collections::HashSet;
use std::ops::Range;

use crate::extractive::{Candidate, PASSAGES, Similarity};
use crate::question::{Ask, Question};
use crate::tokens::{Kind, Token, tokens};
use crate::{abbreviate, directive, sentences, support};

/// Sentences that are embedded for one answer.
const EMBEDDED: usize = 24;

pub struct Scored {
    /// Best first.
    pub sentences: Vec<Sentence>,
    /// Highest cosine of any sentence with the question; none without a model.
    pub similarity: Option<f32>,
}

#[derive(Clone, Debug)]
pub struct Sentence {
    pub candidate: usize,
    /// Position among the sentences of its passage.
    pub ordinal: usize,
    pub range: Range<usize>,
    pub tokens: Vec<Token>,
    pub score: f32,
    /// Weighted share of the question's terms it holds itself.
    pub coverage: f32,
    pub similarity: Option<f32>,
    pub vector: Option<Vec<f32>>,
    pub directive: bool,
    /// It has the shape of an answer to this type of question.
    pub fits: bool,
}

/// Keys of the question's terms that `tokens` hold, as a weighted share. `weights` go with the terms.
fn share(asked: &Question, weights: &[f32], held: &HashSet<&str>) -> f32 {
    let all: f32 = weights.iter().sum();
    let hit: f32 = asked
        .terms
        .iter()
        .zip(weights)
        .filter(|(t, _)| held.contains(t.key.as_str()))
        .map(|(_, w)| w)
        .sum();
    if all > 0.0 { hit / all } else { 0.0 }
}

/// Scores the sentences of the first candidates.
pub fn score(question: &str, asked: &Question, candidates: &[Candidate], similarity: &dyn Similarity) -> Scored {
    let read: Vec<Passage> = candidates
        .iter()
        .take(PASSAGES)
        .map(|c| Passage::read(question, asked, c))
        .collect();
    let weights = rarity(asked, &read);
    let mut found = Vec::new();
    for (candidate, passage) in read.iter().enumerate() {
        let rank = 1.0 / (1.0 + candidate as f32 * 0.25);
        for (ordinal, (range, tokens)) in passage.sentences.iter().enumerate() {
            let text = &candidates[candidate].text[range.clone()];
            if !speaks(text, tokens) {
                continue;
            }
            let own: HashSet<&str> = tokens.iter().map(|t| t.key.as_str()).collect();
            let coverage = share(asked, &weights, &own);
            let around: HashSet<&str> = own
                .iter()
                .copied()
                .chain(passage.context.iter().map(|t| t.key.as_str()))
                .collect();
            let context = share(asked, &weights, &around);
            let directive = directive::is_directive(text);
            let length = tokens.iter().filter(|t| t.kind != Kind::Function).count();
            let fits = fits(asked.ask, text, tokens, directive);
            // Rows of forms and tables read badly as answers; prose that says the same comes first.
            let form = if is_row(text) { -0.12 } else { 0.0 };
            let brevity = if length < 4 {
                -0.15
            } else if length > 45 {
                -0.08
            } else {
                0.0
            };
            let score = 0.65 * coverage + 0.25 * context + 0.22 * rank + 0.2 * fits + brevity + form;
            found.push(Sentence {
                candidate,
                ordinal,
                range: range.clone(),
                tokens: tokens.clone(),
                score,
                coverage,
                similarity: None,
                vector: None,
                directive,
                fits: fits > 0.0,
            });
        }
    }
    found.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then(a.candidate.cmp(&b.candidate))
            .then(a.ordinal.cmp(&b.ordinal))
    });
    found.truncate(200);
    let best = embed(question, candidates, &mut found, similarity);
    found.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then(a.candidate.cmp(&b.candidate))
            .then(a.ordinal.cmp(&b.ordinal))
    });
    Scored {
        sentences: found,
        similarity: best,
    }
}

/// Adds the cosine with the question to the score of the first sentences; returns the highest.
fn embed(question: &str, candidates: &[Candidate], found: &mut [Sentence], similarity: &dyn Similarity) -> Option<f32> {
    let count = found.len().min(EMBEDDED);
    let mut texts: Vec<&str> = vec![question];
    texts.extend(
        found[..count]
            .iter()
            .map(|s| support::bare(&candidates[s.candidate].text[s.range.clone()])),
    );
    let vectors = if count == 0 { None } else { similarity.embed(&texts) }?;
    let (asked, vectors) = vectors.split_first()?;
    let mut best = 0.0f32;
    for (sentence, vector) in found.iter_mut().zip(vectors) {
        let cosine = asked.iter().zip(vector).map(|(a, b)| a * b).sum::<f32>();
        sentence.score += 0.6 * cosine;
        sentence.similarity = Some(cosine);
        sentence.vector = Some(vector.clone());
        best = best.max(cosine);
    }
    Some(best)
}

struct Passage {
    sentences: Vec<(Range<usize>, Vec<Token>)>,
    /// Of the title and the heading.
    context: Vec<Token>,
}

impl Passage {
    fn read(question: &str, asked: &Question, candidate: &Candidate) -> Self {
        let title = format!(
            "{}. {}",
            candidate.document_title,
            candidate.heading.unwrap_or_default()
        );
        let context = tokens(&title);
        let whole = tokens(candidate.text);
        let definitions = abbreviate::definitions((question, &asked.tokens), (candidate.text, &whole));
        let asked_keys = abbreviate::unify(question, &asked.tokens, &definitions);
        let sentences = sentences::split(candidate.text)
            .into_iter()
            .map(|range| {
                let text = &candidate.text[range.clone()];
                let plain = tokens(text);
                let unified = abbreviate::unify(text, &plain, &definitions);
                // A short form in one and a long form in the other meet: the asked words are added as they were asked.
                let mut all = plain;
                for (short, original) in unified.iter().filter(|t| t.key.starts_with('@')).flat_map(|t| {
                    asked_keys
                        .iter()
                        .filter(move |a| a.key == t.key)
                        .map(move |a| (t.clone(), a))
                }) {
                    for token in asked
                        .tokens
                        .iter()
                        .filter(|t| original.range.start <= t.range.start && t.range.end <= original.range.end)
                    {
                        all.push(Token {
                            range: short.range.clone(),
                            kind: token.kind,
                            key: token.key.clone(),
                        });
                    }
                }
                (range, all)
            })
            .collect();
        Passage { sentences, context }
    }

    fn keys(&self) -> HashSet<&str> {
        self.sentences
            .iter()
            .flat_map(|s| &s.1)
            .chain(&self.context)
            .map(|t| t.key.as_str())
            .collect()
    }
}

/// Weights of the question's terms: each term's own, less when most candidates hold it.
fn rarity(asked: &Question, read: &[Passage]) -> Vec<f32> {
    let keys: Vec<HashSet<&str>> = read.iter().map(Passage::keys).collect();
    let count = keys.len() as f32;
    asked
        .terms
        .iter()
        .map(|term| {
            let holding = keys.iter().filter(|k| k.contains(term.key.as_str())).count() as f32;
            term.weight * (1.0 + ((count + 1.0) / (holding + 1.0)).ln())
        })
        .collect()
}

/// Whether a sentence says something by itself: no heading, question, reference or stray fragment.
fn speaks(text: &str, tokens: &[Token]) -> bool {
    let plain = text.trim_end();
    let content = tokens.iter().filter(|t| t.kind != Kind::Function).count();
    let ends = plain.ends_with(['.', '!', ';', ':', ')', '"', '”', ']']);
    let item = support::bare(text).len() < text.trim().len();
    let row = is_row(text);
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let cut = !ends && !row && (plain.ends_with([',', '-']) || tokens.last().is_some_and(|t| t.kind == Kind::Function));
    let tail = !ends && !item && support::bare(text).starts_with(char::is_lowercase);
    content >= 3
        && !plain.ends_with('?')
        && letters * 2 > text.chars().count()
        && (ends || item || row || content >= 6)
        && !cut
        && !(tail && content < 12)
        && !is_title(text)
}

fn is_row(text: &str) -> bool {
    text.contains(" | ")
}

/// A title, as in a list of references: nearly all of its longer words have a capital.
fn is_title(text: &str) -> bool {
    let words: Vec<&str> = text
        .split_whitespace()
        .filter(|w| w.chars().filter(|c| c.is_alphabetic()).count() > 3)
        .collect();
    let capital = words.iter().filter(|w| w.starts_with(char::is_uppercase)).count();
    words.len() >= 4 && capital * 10 >= words.len() * 8
}

/// 1 when the sentence has the shape of an answer to this type of question, 0 when not.
fn fits(ask: Ask, text: &str, tokens: &[Token], directive: bool) -> f32 {
    let lower = text.to_lowercase();
    let any = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    let kind = |k: Kind| tokens.iter().any(|t| t.kind == k);
    let fit = match ask {
        Ask::HowMuch => kind(Kind::Number) && (kind(Kind::Unit) || kind(Kind::Limit)),
        Ask::When => {
            directive && any(&["when", "if ", "after", "before", "within", "until", "once "])
                || (kind(Kind::Number) && kind(Kind::Unit))
        }
        Ask::How => directive,
        Ask::Definition => any(&[
            " is a",
            " is an",
            " is the",
            " are a",
            " refers to",
            "defined as",
            " is one of",
            "known as",
            " consists of",
            " stands for",
            "characterized by",
            "characterised by",
            "is caused by",
        ]),
        Ask::Who => any(&[
            "patients",
            "physician",
            "nurse",
            "staff",
            "team",
            "should be",
            "who ",
            "doctor",
            "personnel",
        ]),
        Ask::Why => any(&[
            "because",
            "due to",
            "since ",
            "reason",
            "therefore",
            "in order to",
            "caused by",
            "result",
        ]),
        Ask::List => text.matches(',').count() >= 2 || any(&["include", "such as", "are:"]),
        Ask::YesNo => any(&[
            "not ",
            "no ",
            "conclu",
            "suggest",
            "show",
            "effective",
            "associated",
            "is a",
            "can ",
            "significant",
        ]),
        Ask::Where => any(&[" in the ", " at the ", "located", "expressed in"]),
        Ask::Other => any(&["conclu", " is a", " is the", "result"]),
    };
    f32::from(u8::from(fit))
}
