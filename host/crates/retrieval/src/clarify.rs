//! One question back when a question is too broad to answer: "kidney disease management" means many things.

mod topics;

use std::ops::Range;

use crate::extractive::Candidate;
use crate::question::{self, Ask};
use topics::{BROAD, Broad, FRAME};

/// Kinds offered at most.
const OPTIONS: usize = 6;
/// Kinds or sections the documents must hold before they are offered.
const SEVERAL: usize = 2;

/// A question back with what can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Back {
    pub question: String,
    pub options: Vec<Offer>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub label: String,
    /// The whole question to ask when it is chosen.
    pub question: String,
    /// The candidate whose heading it is; none for a meaning of general knowledge.
    pub candidate: Option<usize>,
}

fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The broad term a question is about, when it says nothing narrower, with the term as written in it.
fn broad(question: &str) -> Option<(&'static Broad, Range<usize>)> {
    let lower = question.to_lowercase();
    if lower.len() != question.len() {
        return None;
    }
    BROAD.iter().find_map(|broad| {
        broad.terms.iter().find_map(|term| {
            let at = lower.find(term)?;
            let end = at + term.len();
            let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
            let whole = edge(lower[..at].chars().next_back()) && edge(lower[end..].chars().next());
            let rest = words(&format!("{} {}", &lower[..at], &lower[end..]));
            (whole && rest.iter().all(|w| FRAME.contains(w.as_str()))).then_some((broad, at..end))
        })
    })
}

/// A question back with options, when `question` is too broad; none for anything specific.
pub fn clarify(question: &str, candidates: &[Candidate]) -> Option<Back> {
    let asks = words(question);
    // "What is diabetes?" wants the definition.
    if asks.len() > 12
        || asks.first().is_some_and(|w| w == "what")
            && asks.get(1).is_some_and(|w| matches!(w.as_str(), "is" | "are"))
            && !asks.iter().any(|w| {
                matches!(
                    w.as_str(),
                    "management" | "treatment" | "guideline" | "protocol" | "therapy"
                )
            })
    {
        return None;
    }
    if let Some((broad, at)) = broad(question) {
        let held = broad
            .kinds
            .iter()
            .filter(|k| candidates.iter().take(8).any(|c| mentions(c, k)))
            .count();
        if !broad.always && held < SEVERAL {
            return None;
        }
        let options = broad.kinds.iter().take(OPTIONS).map(|kind| {
            let named = kind.split(" (").next().unwrap_or(kind);
            Offer {
                label: capitalised(kind),
                question: capitalised(&format!("{}{named}{}", &question[..at.start], &question[at.end..])),
                candidate: None,
            }
        });
        return Some(Back {
            question: broad.question.to_owned(),
            options: options.collect(),
        });
    }
    sections(question, candidates)
}

fn mentions(candidate: &Candidate, kind: &str) -> bool {
    let named = words(kind.split(" (").next().unwrap_or(kind));
    let held = words(&format!(
        "{} {}",
        candidate.document_title,
        candidate.heading.unwrap_or_default()
    ));
    named.iter().all(|w| held.contains(w))
}

/// A bare topic of one or two plain words that several sections share: offers the sections.
fn sections(question: &str, candidates: &[Candidate]) -> Option<Back> {
    let read = question::read(question);
    let topical: Vec<_> = read.terms.iter().filter(|t| t.weight >= 0.8).collect();
    let bare = words(question).len() <= 4 && matches!(read.ask, Ask::Other | Ask::How) && !question.contains('?');
    if !bare || topical.is_empty() || topical.len() > 1 || topical.iter().any(|t| t.weight > 1.0) {
        return None;
    }
    let mut labels: Vec<(usize, String)> = Vec::new();
    for (at, candidate) in candidates.iter().enumerate().take(8) {
        let Some(heading) = candidate.heading.filter(|h| h.chars().count() <= 80) else {
            continue;
        };
        let innermost = heading.rsplit(" > ").next().unwrap_or(heading);
        let shares = question::read(heading)
            .terms
            .iter()
            .any(|t| topical.iter().any(|q| q.key == t.key));
        if shares
            && !labels.iter().any(|(_, label)| label.eq_ignore_ascii_case(innermost))
            && !words(innermost).iter().all(|w| words(question).contains(w))
        {
            labels.push((at, innermost.to_owned()));
        }
    }
    (labels.len() > SEVERAL).then(|| Back {
        question: format!(
            "\"{}\" appears in several sections. Which one do you mean?",
            question.trim()
        ),
        options: labels
            .into_iter()
            .take(OPTIONS)
            .map(|(at, label)| Offer {
                question: format!("{}: {label}", question.trim()),
                label,
                candidate: Some(at),
            })
            .collect(),
    })
}

/// The whole question when `reply` answers the question back that `previous` gave rise to.
pub(crate) fn chosen(reply: &str, previous: &str) -> Option<String> {
    let (broad, at) = broad(previous)?;
    let reply = reply.trim().trim_end_matches(['.', '!', '?']);
    let said = words(reply);
    let names_kind = broad.kinds.iter().any(|k| {
        let kind = words(k);
        !said.is_empty()
            && said
                .iter()
                .filter(|w| !FRAME.contains(w.as_str()))
                .all(|w| kind.contains(w))
            && said.iter().any(|w| kind.contains(w))
    });
    (names_kind && said.len() <= 8).then(|| {
        let kept: Vec<&str> = reply
            .split_whitespace()
            .filter(|w| !["the", "please"].contains(&w.to_lowercase().as_str()))
            .collect();
        format!("{}{}{}", &previous[..at.start], kept.join(" "), &previous[at.end..])
    })
}

fn capitalised(text: &str) -> String {
    let mut chars = text.trim().chars();
    chars
        .next()
        .map(|c| c.to_uppercase().collect::<String>() + chars.as_str())
        .unwrap_or_default()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn broad_terms_get_one_question_with_their_kinds() {
        for question in [
            "kidney disease management",
            "Search for kidney disease management",
            "How do I treat kidney disease?",
        ] {
            let asked = clarify(question, &[]).unwrap();
            let labels = asked
                .options
                .iter()
                .map(|o| o.label.to_lowercase())
                .collect::<Vec<_>>()
                .join(" ");
            for kind in ["aki", "ckd", "diabetic", "pre-renal", "intrinsic", "post-renal"] {
                assert!(labels.contains(kind), "{question}: {kind} not in {labels}");
            }
        }
        assert_eq!(
            clarify("kidney disease management", &[]).unwrap().options[1].question,
            "Chronic kidney disease management"
        );
    }

    #[test]
    fn specific_questions_get_none() {
        for question in [
            "chronic kidney disease management",
            "What is CURB-65?",
            "How should injection equipment be handled between patients?",
            "Is aspirin safe in kidney disease?",
            "What is the capital of Mongolia?",
            "dose of metformin in kidney disease",
            "What is kidney disease?",
            "diabetic kidney disease treatment",
            "acute kidney injury management",
        ] {
            assert_eq!(clarify(question, &[]), None, "{question}");
        }
    }
}
