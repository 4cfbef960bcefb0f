//! Sentences that tell what to do.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::support::bare;

/// Verbs that open an instruction in clinical text.
static IMPERATIVES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("../data/imperatives.txt").split_whitespace().collect());

/// Whether a sentence gives an instruction: it opens with one, or says what should, must or is recommended to be done.
pub fn is_directive(sentence: &str) -> bool {
    let text = bare(sentence);
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|w| !w.is_empty())
        .collect();
    let opens = words.first().is_some_and(|w| IMPERATIVES.contains(*w))
        && !words
            .get(1)
            .is_some_and(|w| matches!(*w, "of" | "is" | "was" | "were" | "are" | "has" | "and" | "in"))
        // "Find and drain the source.", but not "Use and misuse of opioids".
        || matches!(words.as_slice(), [first, "and", second, "the" | "a" | "any" | "every" | "all", ..]
            if IMPERATIVES.contains(*first) && IMPERATIVES.contains(*second));
    // "If the score is 3 or more, admit the patient."
    let after_condition = (lower.starts_with("if ")
        || lower.starts_with("when ")
        || lower.starts_with("for ")
        || lower.starts_with("in ")
        || lower.starts_with("before ")
        || lower.starts_with("after "))
        && lower
            .split(", ")
            .skip(1)
            .any(|part| part.split(' ').next().is_some_and(|w| IMPERATIVES.contains(&w)));
    let told = [
        "should",
        "must",
        "shall",
        "do not",
        "don't",
        "is recommended",
        "are recommended",
        "recommend",
        "is contraindicated",
        "are contraindicated",
        "is indicated",
        "are indicated",
        "is advised",
        "needs to be",
        "need to be",
        "have to be",
        "has to be",
        "required to",
        "is required",
        "are required",
        "advise",
    ];
    opens || after_condition || told.iter().any(|t| contains_words(&lower, t))
}

fn contains_words(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, _)| {
        let before = text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        let end = at + phrase.len();
        before
            && text[end..]
                .chars()
                .next()
                .is_none_or(|c| !c.is_alphanumeric() || phrase == "recommend" || phrase == "advise")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_are_known() {
        for text in [
            "Use a new needle for each patient.",
            "• Wash hands.",
            "Syringes should be discarded.",
            "If the score is 3 or more, admit the patient.",
            "Metformin is contraindicated below 30.",
            "Find and drain the source of infection.",
        ] {
            assert!(is_directive(text), "{text}");
        }
        for text in [
            "The trial ran for a year.",
            "Use of statins was common.",
            "Increase in weight was seen.",
        ] {
            assert!(!is_directive(text), "{text}");
        }
    }
}
