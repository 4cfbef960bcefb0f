//! What was said, as it may be asked: read, and checked before anything is done with it.

use heard::{HeardWord, Reading, Review, Vocabulary, review};
use speech::{Recognizer, SpeechError};

/// Recognises speech of 16 kHz and checks what matters in it. Blocks.
///
/// # Errors
/// The model failed.
pub fn hear(recognizer: &Recognizer, samples: &[f32], vocabulary: &Vocabulary) -> Result<Review, SpeechError> {
    Ok(check(&recognizer.text(samples)?, vocabulary))
}

/// Checks a text of which nothing more is known than its words.
pub fn check(text: &str, vocabulary: &Vocabulary) -> Review {
    let words = text.split_whitespace().map(|word| HeardWord {
        text: word.to_owned(),
        confidence: 0.0,
    });
    let reading = Reading {
        text: text.to_owned(),
        words: words.collect(),
    };
    review(&[reading], vocabulary)
}
