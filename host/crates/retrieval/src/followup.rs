//! Makes a question that leans on the conversation stand by itself, for the search and the answerer.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::question;
use crate::tokens::{Kind, tokens};
use crate::{clarify, lexicon};

/// An earlier question and what was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    pub question: String,
    pub answer_text: String,
}

/// Turns that a topic may be carried across.
const REACH: usize = 6;

/// `question` with the topic of the conversation added when it needs one, else unchanged.
///
/// "and when should I admit?" after "What is CURB-65?" becomes "When should I admit? (CURB-65 …)".
pub fn standalone(question: &str, history: &[Turn]) -> String {
    let asked = question.trim();
    let history = &history[history.len().saturating_sub(REACH)..];
    let Some((last, before)) = history.split_last() else {
        return asked.to_owned();
    };
    let previous = standalone(&last.question, before);
    if let Some(chosen) = clarify::chosen(asked, &previous) {
        return chosen;
    }
    let (lead, rest) = without_lead(asked);
    if let Some(subject) = about(rest) {
        return swap(&previous, subject);
    }
    let needs = leans(rest) || (lead && !names_topic(rest)) || elliptic(rest);
    if !needs {
        return asked.to_owned();
    }
    let topic = topic(&previous, &last.answer_text, rest);
    if topic.is_empty() {
        return asked.to_owned();
    }
    format!("{} ({topic})", capitalised(rest))
}

/// Takes off "and", "so", "ok but" in front; says whether there was one.
fn without_lead(question: &str) -> (bool, &str) {
    let mut rest = question;
    let mut lead = false;
    while let Some((word, after)) = rest.split_once([' ', ',']) {
        if ![
            "and", "but", "so", "ok", "okay", "also", "then", "or", "thanks", "well", "now", "right", "yes",
        ]
        .contains(&word.to_lowercase().trim_end_matches(','))
        {
            break;
        }
        lead = true;
        rest = after.trim_start_matches([' ', ',']);
    }
    (lead, rest)
}

/// What "what about X?", "how about X?", "and for X?", "in X?" asks about.
fn about(question: &str) -> Option<&str> {
    let lower = question.to_lowercase();
    let subject = ["what about ", "how about ", "what if it is ", "what of "]
        .iter()
        .find_map(|p| lower.starts_with(p).then(|| &question[p.len()..]))
        .or_else(|| {
            (["in ", "for ", "with ", "during ", "after ", "if "]
                .iter()
                .any(|p| lower.starts_with(p))
                && question.split_whitespace().count() <= 6)
                .then_some(question)
        })?;
    let subject = subject.trim_end_matches(['?', '.', ' ']);
    (!subject.is_empty() && !leans(subject)).then_some(subject)
}

/// The previous question asked about `subject`: in the place of its like (a drug for a drug), else added at the end.
fn swap(previous: &str, subject: &str) -> String {
    let old = tokens(previous);
    let new = tokens(subject);
    for kind in [Kind::Drug, Kind::Name] {
        let theirs: Vec<_> = old.iter().filter(|t| t.kind == kind).collect();
        if let ([one], true) = (
            theirs.as_slice(),
            new.iter().any(|t| t.kind == kind) && new.iter().filter(|t| t.kind != Kind::Function).count() == 1,
        ) {
            return format!(
                "{}{}{}",
                &previous[..one.range.start],
                subject,
                &previous[one.range.end..]
            );
        }
    }
    let (body, topic) = match previous.rsplit_once(" (") {
        Some((body, topic)) if topic.ends_with(')') => (body, format!(" ({topic}")),
        _ => (previous, String::new()),
    };
    let body = body.trim_end_matches(['?', '.', ' ']);
    let first = subject.split_whitespace().next().unwrap_or_default().to_lowercase();
    let joint = if ["in", "for", "with", "during", "after", "if"].contains(&first.as_str()) {
        " "
    } else {
        " for "
    };
    format!("{body}{joint}{subject}?{topic}")
}

/// Whether a word points back to what was said.
fn leans(question: &str) -> bool {
    let lower = question.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|w| !w.is_empty())
        .collect();
    words.iter().enumerate().any(|(i, w)| match *w {
        "it" => !matches!(
            words.get(i + 1..),
            Some([
                "is" | "safe" | "possible" | "necessary" | "true",
                "safe" | "possible" | "necessary" | "true" | "to" | "recommended" | "that",
                ..
            ])
        ),
        "its" | "them" | "they" | "their" | "these" | "those" | "he" | "she" | "him" | "his" | "her" => true,
        "this" => words
            .get(i + 1)
            .is_none_or(|n| !matches!(*n, "patient" | "hospital" | "ward" | "unit")),
        "that" => {
            i + 1 == words.len()
                || words.get(i + 1).is_some_and(|n| {
                    matches!(
                        *n,
                        "score" | "drug" | "dose" | "one" | "case" | "test" | "mean" | "be" | "is"
                    )
                })
        }
        "same" | "such" | "former" | "latter" | "above" => true,
        "otherwise" | "instead" | "else" => true,
        _ => false,
    })
}

/// Whether a question brings a topic of its own: a name, a drug, or two words that are more than a frame.
fn names_topic(question: &str) -> bool {
    let read = question::read(question);
    let strong = read.terms.iter().filter(|t| t.weight >= 1.2).count();
    let plain = read
        .terms
        .iter()
        .filter(|t| t.weight >= 0.8 && !ASPECTS.contains(t.word.to_lowercase().as_str()))
        .count();
    strong >= 1 || plain >= 2
}

/// Words for a side of a topic: a question made of them alone has none.
static ASPECTS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("../data/aspects.txt").split_whitespace().collect());

/// Whether a question is a fragment: few words, all of them asking for a side of a topic.
fn elliptic(question: &str) -> bool {
    let read = question::read(question);
    let words = question.split_whitespace().count();
    words <= 9
        && !names_topic(question)
        && read
            .terms
            .iter()
            .filter(|t| t.weight >= 0.8)
            .all(|t| ASPECTS.contains(t.word.to_lowercase().as_str()))
}

/// The words that say what the conversation is about: those of the last question, and the one its answer dwells on.
fn topic(previous: &str, answer: &str, question: &str) -> String {
    let read = question::read(previous);
    let own: Vec<String> = question::read(question).terms.into_iter().map(|t| t.key).collect();
    let mut words: Vec<String> = Vec::new();
    let strong = read.terms.iter().any(|t| t.weight >= 1.2);
    for term in &read.terms {
        let aspect = ASPECTS.contains(term.word.to_lowercase().as_str());
        let counts = term.weight >= if strong { 0.9 } else { 0.8 };
        if counts && !own.contains(&term.key) && !(aspect && strong) {
            words.push(term.word.clone());
        }
    }
    if words.is_empty() {
        words.extend(
            read.terms
                .iter()
                .filter(|t| t.weight >= 0.3 && !own.contains(&t.key))
                .map(|t| t.word.clone()),
        );
    }
    if let Some(dwelt) = dwells_on(answer).filter(|w| {
        !words.iter().any(|x| lexicon::key(&x.to_lowercase()) == lexicon::key(w)) && !own.contains(&lexicon::key(w))
    }) {
        words.push(dwelt);
    }
    words.truncate(6);
    words.join(" ")
}

/// The plain word an answer uses most often, when it uses one at least twice.
fn dwells_on(answer: &str) -> Option<String> {
    let mut counts: Vec<(String, usize, String)> = Vec::new();
    for token in tokens(answer) {
        let word = answer[token.range.clone()].to_lowercase();
        if token.kind != Kind::Content
            || word.len() < 6
            || lexicon::is_general(&token.key)
            || ASPECTS.contains(word.as_str())
        {
            continue;
        }
        match counts.iter_mut().find(|c| c.0 == token.key) {
            Some(count) => count.1 += 1,
            None => counts.push((token.key, 1, word)),
        }
    }
    let most = counts.iter().map(|c| c.1).max().filter(|&m| m >= 2)?;
    counts.into_iter().find(|c| c.1 == most).map(|c| c.2)
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|c| c.to_uppercase().collect::<String>() + chars.as_str())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(question: &str, turns: &[(&str, &str)]) -> String {
        let history: Vec<Turn> = turns
            .iter()
            .map(|(q, a)| Turn {
                question: (*q).to_owned(),
                answer_text: (*a).to_owned(),
            })
            .collect();
        standalone(question, &history)
    }

    const CURB: (&str, &str) = (
        "What is CURB-65?",
        "CURB-65 is a severity score for community-acquired pneumonia. It predicts death from pneumonia.",
    );

    #[test]
    fn a_fragment_takes_the_topic_along() {
        assert_eq!(
            after("and when should I admit?", &[CURB]),
            "When should I admit? (CURB-65 pneumonia)"
        );
        assert_eq!(
            after("How is it scored?", &[CURB]),
            "How is it scored? (CURB-65 pneumonia)"
        );
        let twice = after("and the dose?", &[CURB, ("which antibiotic should I give then?", "")]);
        assert!(twice.contains("CURB-65") || twice.contains("antibiotic"), "{twice}");
    }

    #[test]
    fn what_about_takes_the_place_of_its_like() {
        assert_eq!(
            after(
                "What about amoxicillin?",
                &[("What is the dose of gentamicin in sepsis?", "")]
            ),
            "What is the dose of amoxicillin in sepsis?"
        );
        assert_eq!(
            after("and in children?", &[("What is the dose of gentamicin in sepsis?", "")]),
            "What is the dose of gentamicin in sepsis in children?"
        );
    }

    #[test]
    fn a_question_with_its_own_topic_is_left_alone() {
        for question in [
            "What is the dose of metformin in renal failure?",
            "And what is the capital of Mongolia?",
            "How should injection equipment be handled between patients?",
            "Is it safe to give aspirin with warfarin?",
        ] {
            assert_eq!(after(question, &[CURB]), question);
        }
        assert_eq!(after("What is CURB-65?", &[]), "What is CURB-65?");
    }

    #[test]
    fn the_answer_to_a_clarifying_question_completes_the_broad_one() {
        assert_eq!(
            after(
                "chronic kidney disease",
                &[("Search for kidney disease management", "Which kind?")]
            ),
            "Search for chronic kidney disease management"
        );
        assert_eq!(
            after("CKD", &[("kidney disease management", "Which kind?")]),
            "CKD management"
        );
    }
}
