//! What a question asks: its type and the words an answer must be about.

pub(crate) mod names;

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::lexicon;
use crate::tokens::{Kind, Token, tokens};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    YesNo,
    Definition,
    Who,
    When,
    Where,
    /// A dose, a count, a threshold.
    HowMuch,
    /// What to do and how.
    How,
    List,
    Why,
    Other,
}

/// A word an answer must be about.
#[derive(Clone, Debug)]
pub struct Term {
    pub key: String,
    /// As asked.
    pub word: String,
    /// Keys of words that speak about the same, such as the drugs of a class.
    pub related: &'static [String],
    /// How much it narrows the topic: names and drugs most, words of any topic least.
    pub weight: f32,
}

#[derive(Clone, Debug)]
pub struct Question {
    pub ask: Ask,
    pub terms: Vec<Term>,
    pub tokens: Vec<Token>,
    /// Unknown names whose dose or use is asked for, in lower case.
    pub names: Vec<String>,
}

/// Words that say what kind of answer is wanted, not what it is about.
static FRAME: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("../data/question_frame.txt").split_whitespace().collect());

/// What a word of the same matter counts in place of the word asked for.
const RELATED: f32 = 0.6;

impl Term {
    /// 1 when `keys` hold the word, less when they hold a related one, 0 for neither.
    pub fn held(&self, keys: impl Fn(&str) -> bool) -> f32 {
        if keys(&self.key) {
            1.0
        } else if self.related.iter().any(|key| keys(key)) {
            RELATED
        } else {
            0.0
        }
    }
}

/// Reads a question.
pub fn read(question: &str) -> Question {
    let found = tokens(question);
    let mut terms: Vec<Term> = Vec::new();
    for token in &found {
        let word = &question[token.range.clone()];
        let frame = FRAME.contains(word.to_lowercase().as_str());
        let weight = match token.kind {
            Kind::Function | Kind::Negation | Kind::Modal | Kind::Exception | Kind::Limit => continue,
            Kind::Drug => 1.4,
            Kind::Name => 1.3,
            Kind::Number => 0.6,
            Kind::Unit => 0.3,
            Kind::Adverb => 0.3,
            Kind::Content | Kind::Polar if frame => 0.15,
            Kind::Content | Kind::Polar if lexicon::is_general(&token.key) => 0.3,
            Kind::Polar => 0.8,
            Kind::Content => 1.0,
        };
        if frame && token.kind != Kind::Drug {
            if matches!(token.kind, Kind::Content | Kind::Polar) {
                terms.push(Term {
                    key: token.key.clone(),
                    word: word.to_owned(),
                    related: &[],
                    weight: 0.15,
                });
            }
            continue;
        }
        if !terms.iter().any(|t| t.key == token.key) {
            terms.push(Term {
                key: token.key.clone(),
                word: word.to_owned(),
                related: lexicon::related(&token.key),
                weight,
            });
        }
    }
    Question {
        ask: ask(question),
        terms,
        names: names::asked(question, &found),
        tokens: found,
    }
}

fn ask(question: &str) -> Ask {
    let lower = question
        .trim()
        .trim_start_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|w| !w.is_empty())
        .collect();
    let has = |phrase: &str| format!(" {} ", words.join(" ")).contains(&format!(" {phrase} "));
    if [
        "dose",
        "dosage",
        "dosing",
        "how much",
        "how many",
        "how often",
        "how long",
        "how high",
        "how low",
        "what percentage",
        "what proportion",
        "threshold",
        "cutoff",
        "prevalence",
        "incidence",
        "frequency",
        "maximum",
        "minimum",
        "how old",
        "score",
    ]
    .iter()
    .any(|p| has(p))
    {
        return Ask::HowMuch;
    }
    match words.as_slice() {
        [
            "is" | "are" | "was" | "were" | "do" | "does" | "did" | "can" | "could" | "has" | "have" | "will"
            | "should" | "must" | "may" | "am",
            ..,
        ] => Ask::YesNo,
        ["what" | "what's", "is" | "are" | "does" | "s", rest @ ..]
            if rest.len() <= 5 && !has("of") && !has("for")
                || has("define")
                || has("definition of")
                || (has("mean") && rest.len() <= 6) =>
        {
            Ask::Definition
        }
        ["define" | "definition", ..] => Ask::Definition,
        ["who" | "whom" | "whose", ..] => Ask::Who,
        ["when", ..] => Ask::When,
        ["where", ..] => Ask::Where,
        ["why", ..] => Ask::Why,
        ["how", ..] => Ask::How,
        ["list" | "name" | "which", ..] | ["what", "are", ..] => Ask::List,
        _ if has("manage")
            || has("management")
            || has("treat")
            || has("treatment")
            || has("how should")
            || has("how to")
            || has("procedure")
            || has("steps")
            || has("protocol")
            || has("be done")
            || has("to do") =>
        {
            Ask::How
        }
        _ => Ask::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_questions_are_told_apart() {
        for (question, expected) in [
            ("Is aspirin safe in pregnancy?", Ask::YesNo),
            ("What is CURB-65?", Ask::Definition),
            ("What is the dose of gentamicin?", Ask::HowMuch),
            ("When should I admit a patient with pneumonia?", Ask::When),
            ("How should injection equipment be handled between patients?", Ask::How),
            ("What should be done within one hour?", Ask::How),
            ("Which drugs cause QT prolongation?", Ask::List),
            ("Why is potassium checked?", Ask::Why),
            ("Who decides about isolation?", Ask::Who),
        ] {
            assert_eq!(read(question).ask, expected, "{question}");
        }
    }
}
