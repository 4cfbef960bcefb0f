//! What was said, as it may be asked: read, and checked before anything is done with it.

use std::sync::OnceLock;

use heard::{HeardWord, Reading, Refusal, Review, Verdict, Vocabulary, capital, look_again, review};
use speech::{Listened, Recognizer, SpeechError, Transcript, Wanted};

/// How much each piece of a name or of a word of the ward adds to the logarithm of how likely a guess is.
const NAME: f32 = 1.0;
const TERM: f32 = 0.7;
/// Guesses that a second look has.
const GUESSES: usize = 6;

/// The words that may be heard, made ready for the recogniser when they are first needed.
pub struct Expected {
    pub vocabulary: Vocabulary,
    wanted: OnceLock<Wanted>,
}

impl Expected {
    pub fn new(vocabulary: Vocabulary) -> Self {
        Self {
            vocabulary,
            wanted: OnceLock::new(),
        }
    }

    /// Each word in lower case and as it begins a sentence.
    fn wanted(&self, recognizer: &Recognizer) -> &Wanted {
        self.wanted.get_or_init(|| {
            let names = self.vocabulary.names().map(|name| (name, NAME));
            let words = names.chain(self.vocabulary.terms().map(|term| (term, TERM)));
            let words: Vec<(String, f32)> = words
                .flat_map(|(word, gain)| [(word.to_owned(), gain), (capital(word), gain)])
                .collect();
            recognizer.wanted(words.iter().map(|(word, gain)| (word.as_str(), *gain)))
        })
    }
}

/// What was understood at the first look.
pub struct First {
    listened: Listened,
    readings: Vec<Reading>,
    review: Review,
}

/// Recognises speech of 16 kHz and checks what matters in it. Blocks.
///
/// # Errors
/// The model failed.
pub fn first_look(recognizer: &Recognizer, samples: &[f32], expected: &Expected) -> Result<First, SpeechError> {
    let listened = recognizer.read(samples)?;
    let readings: Vec<Reading> = listened.readings.iter().cloned().map(reading).collect();
    let review = review(&readings, &expected.vocabulary);
    Ok(First {
        listened,
        readings,
        review,
    })
}

/// Looks again at what is not clear, which takes a second or two. Blocks.
///
/// # Errors
/// The model failed.
pub fn settle(recognizer: &Recognizer, first: First, expected: &Expected) -> Result<Review, SpeechError> {
    let First {
        listened,
        readings,
        review,
    } = first;
    let nothing = Verdict::Refuse {
        reason: Refusal::Nothing,
    };
    if review.verdict == Verdict::Clear || review.verdict == nothing {
        return Ok(review);
    }
    let guesses = recognizer.guesses(&listened, expected.wanted(recognizer), GUESSES)?;
    let compare = |texts: &[&str]| recognizer.fits(&listened, texts);
    look_again(review, &readings, &guesses, &expected.vocabulary, compare)
}

/// Both looks. Blocks.
///
/// # Errors
/// The model failed.
pub fn hear(recognizer: &Recognizer, samples: &[f32], expected: &Expected) -> Result<Review, SpeechError> {
    let first = first_look(recognizer, samples, expected)?;
    settle(recognizer, first, expected)
}

/// How sure a word is of which nothing is known: not lost, and in doubt where it matters.
const UNKNOWN: f32 = 0.5;

/// Checks a text of which nothing more is known than its words: none of them counts as sure.
pub fn check(text: &str, vocabulary: &Vocabulary) -> Review {
    let words = text.split_whitespace().map(|word| (word.to_owned(), UNKNOWN)).collect();
    let text = text.to_owned();
    review(&[reading(Transcript { text, words })], vocabulary)
}

/// A transcript as it is reviewed.
pub fn reading(transcript: Transcript) -> Reading {
    let word = |(text, confidence)| HeardWord { text, confidence };
    Reading {
        text: transcript.text,
        words: transcript.words.into_iter().map(word).collect(),
    }
}
