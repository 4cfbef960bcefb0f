//! The language of an answer, for who reads it out.

use api_types::Answer;

use crate::knowledge::language;

/// ISO 639-3 code of the language that an answer is surely in, if that is not English.
pub fn other_than_english(answer: &Answer) -> Option<&'static str> {
    let sentences: Vec<&str> = answer.sentences.iter().map(|sentence| sentence.text.as_str()).collect();
    language::other_than_english(&sentences.join(" "))
}
