//! How a verdict counts against what was said.

use std::fmt;

use heard::{Item, Review, Verdict, Vocabulary, items};

use super::Sentence;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It would be asked, with all that matters as it was said.
    Right,
    /// The user is asked, and no honest answer leads to a text with another drug, number, unit, side or negation.
    Asked,
    Refused,
    /// It would be asked with something changed, or an honest answer leads there.
    Silent,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Right => "right",
            Self::Asked => "asked",
            Self::Refused => "refused",
            Self::Silent => "SILENT",
        })
    }
}

pub fn judge(review: &Review, sentence: &Sentence, vocabulary: &Vocabulary) -> Outcome {
    let is_said = |text: &str| items(text, vocabulary) == sentence.items;
    match &review.verdict {
        Verdict::Clear if is_said(&review.text) => Outcome::Right,
        Verdict::Clear => Outcome::Silent,
        Verdict::Refuse { .. } => Outcome::Refused,
        Verdict::Ask { options, .. } => {
            let misleads = options
                .iter()
                .any(|option| !is_said(&option.text) && is_true(&option.label, sentence, vocabulary));
            if misleads { Outcome::Silent } else { Outcome::Asked }
        }
    }
}

/// Whether the user, who hears only the label, would say that this was meant: its items and its other words were said.
fn is_true(label: &str, sentence: &Sentence, vocabulary: &Vocabulary) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let said = words(&sentence.said);
    let is_other = |word: &String| items(word, vocabulary).is_empty();
    let labelled: Vec<Item> = items(label, vocabulary);
    words(label)
        .iter()
        .filter(|word| is_other(word))
        .all(|word| said.contains(word))
        && (labelled.is_empty() || sentence.items.windows(labelled.len()).any(|window| window == labelled))
}

/// The verdict on one line.
pub(super) fn verdict_in_words(review: &Review) -> String {
    match &review.verdict {
        Verdict::Clear => format!("clear: {}", review.text),
        Verdict::Ask { question, .. } => format!("ask: {question}"),
        Verdict::Refuse { reason } => format!("refuse: {reason}"),
    }
}

#[cfg(test)]
mod tests {
    use heard::{ChipKind, Choice};

    use super::*;
    use crate::eval::heard::Half;

    fn judged(text: &str, options: &[(&str, &str)]) -> Outcome {
        let number = |value: &str| Item {
            kind: ChipKind::Number,
            value: value.to_owned(),
        };
        let sentence = Sentence {
            said: "fifteen of two".to_owned(),
            items: vec![number("15"), number("2")],
            half: Half::Tuning,
        };
        let options: Vec<Choice> = options
            .iter()
            .map(|(label, text)| Choice {
                label: (*label).to_owned(),
                text: (*text).to_owned(),
            })
            .collect();
        let verdict = match options.is_empty() {
            true => Verdict::Clear,
            false => Verdict::Ask {
                question: String::new(),
                options,
            },
        };
        let review = Review {
            text: text.to_owned(),
            chips: Vec::new(),
            verdict,
        };
        judge(&review, &sentence, &Vocabulary::new(std::iter::empty()))
    }

    #[test]
    fn another_number_passed_or_chosen_in_good_faith_is_a_silent_change() {
        assert_eq!(judged("15 of two", &[]), Outcome::Right);
        assert_eq!(judged("50 of two", &[]), Outcome::Silent);
        assert_eq!(judged("15", &[]), Outcome::Silent);
        let both = [("15", "15 of 2"), ("50", "50 of 2")];
        assert_eq!(judged("50 of 2", &both), Outcome::Asked);
        assert_eq!(judged("50 of 2", &both[1..]), Outcome::Asked);
        assert_eq!(
            judged("50 of 3", &[("15", "15 of 3"), ("50", "50 of 3")]),
            Outcome::Silent
        );
    }
}
