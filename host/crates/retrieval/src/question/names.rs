//! Names that no list knows and whose dose or use a question asks for: compared letter by letter, because what stemming
//! takes for a form of the word may be another drug.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::lexicon;
use crate::stem::same_name;
use crate::tokens::{Kind, Token};

/// Begins the key of a word that only resembles a name that was asked for.
const OTHER: char = '=';
/// Shorter words are no invented names.
const SHORTEST: usize = 5;

static DOSE: LazyLock<HashSet<String>> = LazyLock::new(|| keys("dose doses dosage dosing amount tablet infusion injection"));
static GIVE: LazyLock<HashSet<String>> = LazyLock::new(|| {
    keys("give take start stop hold withhold prescribe administer inject infuse continue")
});

fn keys(words: &str) -> HashSet<String> {
    words.split_whitespace().map(lexicon::key).collect()
}

/// The names in a question, in lower case.
pub(super) fn asked(question: &str, tokens: &[Token]) -> Vec<String> {
    let key = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map_or("", |token| token.key.as_str());
    let mut names = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let word = question[token.range.clone()].to_lowercase();
        let unknown = matches!(token.kind, Kind::Content | Kind::Name)
            && word.len() >= SHORTEST
            && word.chars().all(|c| c.is_ascii_alphabetic())
            // A form of a word is none: of a name nothing is stripped.
            && word.trim_end_matches('e') == token.key.trim_end_matches('e')
            && !lexicon::is_general(&token.key)
            && lexicon::related(&token.key).is_empty();
        let (before, earlier) = (key(at.checked_sub(1)), key(at.checked_sub(2)));
        let dosed = DOSE.contains(key(Some(at + 1)))
            || matches!(before, "of" | "for") && DOSE.contains(earlier)
            || DOSE.contains(before)
            || GIVE.contains(before);
        if unknown && dosed && !DOSE.contains(&token.key) && !names.contains(&word) {
            names.push(word);
        }
    }
    names
}

/// Gives words of `text` that share the stem of a name and are spelled otherwise a key of their own.
pub(crate) fn keep_apart(names: &[String], text: &str, tokens: &mut [Token]) {
    for name in names {
        let key = lexicon::key(name);
        for token in tokens.iter_mut().filter(|token| token.key == key) {
            let word = text.get(token.range.clone()).unwrap_or_default().to_lowercase();
            if !same_name(name, &word) {
                token.key = format!("{OTHER}{word}");
            }
        }
    }
}

/// Whether these are the words of a sentence about a name that only resembles the one asked for.
pub(crate) fn only_resembles(names: &[String], tokens: &[Token]) -> bool {
    let holds = |key: &str| tokens.iter().any(|token| token.key == key);
    !names.is_empty()
        && tokens.iter().any(|token| token.key.starts_with(OTHER))
        && !names.iter().any(|name| holds(&lexicon::key(name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokens;

    #[test]
    fn unknown_words_in_a_drugs_place_are_names() {
        for (question, expected) in [
            ("What is the dose of queldaafy?", vec!["queldaafy"]),
            ("Which Queldaafy dose in adults?", vec!["queldaafy"]),
            ("When should I stop queldaafy?", vec!["queldaafy"]),
            ("What is the dose of metformin?", vec![]),
            ("How is sepsis treated?", vec![]),
            ("How do I stop bleeding?", vec![]),
        ] {
            assert_eq!(asked(question, &tokens(question)), expected, "{question}");
        }
    }

    #[test]
    fn what_only_resembles_the_name_is_kept_apart() {
        let names = vec!["vexormed".to_owned()];
        let kept = |text: &str| {
            let mut found = tokens(text);
            keep_apart(&names, text, &mut found);
            only_resembles(&names, &found)
        };
        assert!(kept("Give 40 mg of vexorming twice daily."));
        assert!(!kept("Give 40 mg of vexormed twice daily.") && !kept("Give 40 mg of aspirin."));
    }
}
