//! Whether what was heard may be asked as it stands: readings of one utterance in; its text, what matters in it, and a
//! verdict out. No I/O, no clock, never fails.
//!
//! What matters are drugs, numbers, units, sides and negations. The one thing that must not happen is that one of them
//! is changed without anybody being told: what several readings do not agree on, what is unknown, and what sounds like
//! something else is asked back, and what cannot be asked back in one short question is refused.

mod again;
mod align;
mod choose;
mod cues;
mod doubts;
mod garbled;
mod number;
mod pieces;
mod question;
mod review;
mod rivals;
mod sound;
mod vocabulary;
mod words;

pub use again::look_again;
pub use choose::choose;
pub use pieces::{Item, items};
pub use review::review;
pub use rivals::capital;
pub use vocabulary::Vocabulary;

/// One reading of an utterance, as the recogniser gives it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    pub text: String,
    /// The words of the text, in order. What no word covers counts as not sure at all.
    pub words: Vec<HeardWord>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct HeardWord {
    pub text: String,
    /// From 0 to 1.
    pub confidence: f32,
}

/// What is to be done with an utterance.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    /// As it would be asked: names of drugs spelled as in the lexicon, all else as it was heard.
    pub text: String,
    /// What matters in the text, in order, never overlapping.
    pub chips: Vec<Chip>,
    pub verdict: Verdict,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    /// Byte offsets into the text, on character boundaries.
    pub start: usize,
    pub end: usize,
    pub kind: ChipKind,
    /// What sounds like it, at most three, as it would stand in its place.
    pub alternatives: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChipKind {
    Drug,
    Number,
    Unit,
    /// Left, right, both; and hypo- or hyper-, the sides of normal.
    Side,
    Negation,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It may be asked.
    Clear,
    /// The user says which it was. One option is a question of yes or no.
    Ask { question: String, options: Vec<Choice> },
    /// It has to be said again or typed.
    Refuse { reason: Refusal },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is said and shown: "metformin".
    pub label: String,
    /// The whole question with it.
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No word was heard.
    Nothing,
    /// The recogniser itself is unsure of most of it.
    Unclear,
    /// A word, as it was heard, that is in no dictionary and near no drug.
    UnknownWord(String),
    /// A dose or an order whose drug was not heard.
    NoDrug,
    /// A unit whose number was not heard.
    NoNumber,
    /// More doubts than one short question can settle.
    SeveralDoubts,
}

/// Said and shown in English, the language that is heard.
impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Nothing => f.write_str("I heard nothing. Please say it again, closer to the microphone."),
            Self::Unclear => f.write_str("I could not hear that well enough. Please say it again, slowly, or type it."),
            Self::UnknownWord(word) => {
                write!(
                    f,
                    "I heard \"{word}\" and do not know it. Please say it again, or type it."
                )
            }
            Self::NoDrug => f.write_str("I did not hear which drug is meant. Please say it again, or type it."),
            Self::NoNumber => f.write_str("I did not hear how much is meant. Please say it again, or type it."),
            Self::SeveralDoubts => {
                f.write_str("I am not sure of several words. Please say it again, slowly, or type it.")
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::panic, reason = "tests")]
mod tests;
