//! Whether the passages speak to the question at all.

use std::collections::HashSet;

use crate::extractive::Candidate;
use crate::question::{Ask, Question, names};
use crate::scoring::Scored;
use crate::tokens::tokens;

/// Confidence from which an answer is given.
pub const ANSWERS: f32 = 0.45;

/// Sentences among which the shape of an answer is looked for.
const NEAR: usize = 8;

/// Best coverage of the question's terms by one sentence with its heading, by one passage with its title, highest cosine of a sentence, of a passage,
/// and the weight of terms that no candidate holds.
pub fn measurements(asked: &Question, candidates: &[Candidate], scored: &Scored) -> [f32; 5] {
    let all: f32 = asked.terms.iter().map(|t| t.weight).sum::<f32>().max(0.01);
    let share = |held: &HashSet<String>| {
        asked
            .terms
            .iter()
            .map(|t| t.weight * t.held(|k| held.contains(k)))
            .sum::<f32>()
            / all
    };
    let mut anywhere: HashSet<String> = HashSet::new();
    let mut passage = 0.0f32;
    for candidate in candidates.iter().take(6) {
        let text = format!(
            "{}. {}. {}",
            candidate.document_title,
            candidate.heading.unwrap_or_default(),
            candidate.text
        );
        let mut found = tokens(&text);
        names::keep_apart(&asked.names, &text, &mut found);
        let mut held: HashSet<String> = found.into_iter().map(|t| t.key).collect();
        let index = candidates.iter().position(|c| std::ptr::eq(c, candidate)).unwrap_or(0);
        held.extend(
            scored
                .sentences
                .iter()
                .filter(|s| s.candidate == index)
                .flat_map(|s| s.tokens.iter().map(|t| t.key.clone())),
        );
        passage = passage.max(share(&held));
        anywhere.extend(held);
    }
    let sentence = scored
        .sentences
        .iter()
        .map(|s| {
            let own = share(&s.tokens.iter().map(|t| t.key.clone()).collect());
            own.max((own + s.reach) / 2.0)
        })
        .fold(0.0f32, f32::max);
    let dense = candidates.iter().filter_map(|c| c.dense).fold(0.0f32, f32::max);
    let missing = 1.0 - share(&anywhere);
    [sentence, passage, scored.similarity.unwrap_or(dense), dense, missing]
}

/// 0 to 1.
pub fn of(asked: &Question, candidates: &[Candidate], scored: &Scored) -> f32 {
    if candidates.is_empty() || asked.terms.is_empty() {
        return 0.0;
    }
    let [sentence, passage, similarity, _, missing] = measurements(asked, candidates, scored);
    // A question for a number that no sentence near the top has is hardly answered.
    let unfit = asked.ask == Ask::HowMuch && !scored.sentences.iter().take(NEAR).any(|s| s.fits);
    let sum = if scored.similarity.is_some() {
        3.0 * sentence + 3.0 * passage + 8.0 * similarity - 2.0 * missing - 8.0
    } else {
        4.0 * sentence + 5.0 * passage - 2.0 * missing - 6.0
    };
    let sum = sum - if unfit { 2.0 } else { 0.0 };
    1.0 / (1.0 + (-sum).exp())
}
