//! The shape that an answer to a type of question has.

use crate::question::Ask;
use crate::tokens::{Kind, Token};

/// 1 when the sentence has the shape of an answer to this type of question, 0 when not.
pub(super) fn fits(ask: Ask, text: &str, tokens: &[Token], directive: bool) -> f32 {
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
        Ask::List => text.matches(',').count() >= 2 || any(&["include", "such as", "are:"]) || kind(Kind::Drug),
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
