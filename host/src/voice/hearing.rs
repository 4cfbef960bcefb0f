//! What was said, as it may be asked: read, and checked before anything is done with it.

use heard::{HeardWord, Reading, Review, Vocabulary, review};
use speech::{Recognizer, SpeechError};

/// Recognises speech of 16 kHz and checks what matters in it. Blocks.
///
/// # Errors
/// The model failed.
pub fn hear(recognizer: &Recognizer, samples: &[f32], vocabulary: &Vocabulary) -> Result<Review, SpeechError> {
    let readings = recognizer.read(samples)?.into_iter().map(|read| Reading {
        text: read.text,
        words: words(read.words),
    });
    Ok(review(&readings.collect::<Vec<_>>(), vocabulary))
}

/// Checks a text of which nothing more is known than its words: none of them counts as sure.
pub fn check(text: &str, vocabulary: &Vocabulary) -> Review {
    let unsure = text.split_whitespace().map(|word| (word.to_owned(), 0.0));
    let reading = Reading {
        text: text.to_owned(),
        words: words(unsure.collect()),
    };
    review(&[reading], vocabulary)
}

fn words(words: Vec<(String, f32)>) -> Vec<HeardWord> {
    let of = |(text, confidence)| HeardWord { text, confidence };
    words.into_iter().map(of).collect()
}
