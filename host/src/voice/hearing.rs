//! What was said, as it may be asked: read, and checked before anything is done with it.

use heard::{HeardWord, Reading, Review, Vocabulary, review};
use speech::{Recognizer, SpeechError, Transcript};

/// Recognises speech of 16 kHz and checks what matters in it. Blocks.
///
/// # Errors
/// The model failed.
pub fn hear(recognizer: &Recognizer, samples: &[f32], vocabulary: &Vocabulary) -> Result<Review, SpeechError> {
    Ok(review(&readings(recognizer.read(samples)?), vocabulary))
}

/// How sure a word is of which nothing is known: not lost, and in doubt where it matters.
const UNKNOWN: f32 = 0.5;

/// Checks a text of which nothing more is known than its words: none of them counts as sure.
pub fn check(text: &str, vocabulary: &Vocabulary) -> Review {
    let words = text.split_whitespace().map(|word| (word.to_owned(), UNKNOWN)).collect();
    let text = text.to_owned();
    review(&readings(vec![Transcript { text, words }]), vocabulary)
}

fn readings(transcripts: Vec<Transcript>) -> Vec<Reading> {
    transcripts.into_iter().map(reading).collect()
}

/// A transcript as it is reviewed.
pub fn reading(transcript: Transcript) -> Reading {
    let word = |(text, confidence)| HeardWord { text, confidence };
    Reading {
        text: transcript.text,
        words: transcript.words.into_iter().map(word).collect(),
    }
}
