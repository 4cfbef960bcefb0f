//! Moonshine tiny, English: text of up to some twenty seconds of speech at a time.
//!
//! Jeffries et al. 2024, "Moonshine: Speech Recognition for Live Transcription and Voice Commands" (arXiv:2410.15608).

mod beam;
mod decoder;
mod quiet;
mod tokens;
mod wanted;

use std::path::Path;
use std::thread;

use onnx::{Array, OnnxError, Session, read_pinned};

use self::decoder::{Decoder, Texts, logarithm_of_sum};
pub use self::quiet::ends_at;
use self::tokens::{END, START, Tokens};
pub use self::wanted::Wanted;
use crate::{RATE, SpeechError, pinned, resample};

/// People do not say more; a decoder that goes on beyond it repeats itself.
const TOKENS_PER_SECOND: f32 = 6.5;
/// Shorter speech is filled up with silence.
const SHORTEST: usize = RATE as usize / 2;
/// Longer speech is cut at its quietest place.
const LONGEST: usize = 24 * RATE as usize;
/// The cut is looked for in this much before [`LONGEST`].
const CUT_WITHIN: usize = 8 * RATE as usize;
/// The window of loudness: 100 ms.
const LOUDNESS: usize = RATE as usize / 10;

/// A text that falls so far behind another, as a logarithm, was not said.
const FAR: f32 = 12.0;

/// How the other readings stretch the sound, as samples of and to: six per cent slower and quicker, and as much lower and
/// higher.
pub const PACES: [(u32, u32); 2] = [(100, 106), (106, 100)];

/// One reading of speech.
#[derive(Clone, Debug, PartialEq)]
pub struct Transcript {
    pub text: String,
    /// The words of the text, between which it has one blank each, and how sure the model was of each, from 0 to 1.
    pub words: Vec<(String, f32)>,
}

impl Transcript {
    fn of(words: Vec<(String, f32)>) -> Self {
        let texts: Vec<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
        Self {
            text: texts.join(" "),
            words,
        }
    }
}

/// Speech that was read, for a second look at it.
pub struct Listened {
    /// As it is and at each of [`PACES`]: what the encoder makes of it, and the most tokens it can hold. Empty for speech
    /// that had to be cut.
    sounds: Vec<(Array, usize)>,
    /// As of [`Recognizer::read`].
    pub readings: Vec<Transcript>,
}

/// A loaded model. Calls may run at the same time.
pub struct Recognizer {
    encoder: Session,
    decoder: Decoder,
    tokens: Tokens,
}

impl Recognizer {
    /// # Errors
    /// A model file is missing or is not the pinned one.
    pub fn load(models: &Path) -> Result<Self, SpeechError> {
        let (name, sha256) = pinned::MOONSHINE_TOKENS;
        let tokens = Tokens::parse(&read_pinned(models, name, sha256)?).ok_or(SpeechError::File {
            path: models.join(name),
            reason: "its pieces cannot be read",
        })?;
        Ok(Self {
            encoder: Session::load(
                models,
                pinned::MOONSHINE_ENCODER,
                &["input_values"],
                &["last_hidden_state"],
            )?,
            decoder: Decoder::load(models)?,
            tokens,
        })
    }

    /// The text of speech of 16 kHz; empty when there is none. Called again as speech grows, it gives partial texts.
    ///
    /// # Errors
    /// The model failed.
    pub fn text(&self, samples: &[f32]) -> Result<String, SpeechError> {
        let speech = quiet::around(samples);
        self.transcript(&speech).map(|(transcript, _)| transcript.text)
    }

    /// The same speech read once as it is and once at each of [`PACES`]. The first is the text of [`Recognizer::text`];
    /// where the others differ from it, it cannot be relied on. It takes as much work as three texts, done side by side.
    ///
    /// # Errors
    /// The model failed.
    pub fn read(&self, samples: &[f32]) -> Result<Listened, SpeechError> {
        let mut listened = Listened {
            sounds: Vec::new(),
            readings: Vec::new(),
        };
        let speech = quiet::around(samples);
        let read = thread::scope(|scope| {
            let speech = &speech;
            let others = PACES.map(|(of, to)| scope.spawn(move || self.transcript(&resample(speech, of, to))));
            let first = self.transcript(speech);
            let stopped = |_| OnnxError::Run("a thread stopped".into()).into();
            let others = others.map(|other| other.join().map_err(stopped).flatten());
            std::iter::once(first)
                .chain(others)
                .collect::<Result<Vec<_>, SpeechError>>()
        })?;
        for (transcript, sound) in read {
            listened.readings.push(transcript);
            listened.sounds.extend(sound);
        }
        if listened.sounds.len() < listened.readings.len() {
            listened.sounds.clear();
        }
        Ok(listened)
    }

    /// Words that are expected in a text, with how much each of their pieces adds to the logarithm of how likely it is.
    pub fn wanted<'a>(&self, words: impl Iterator<Item = (&'a str, f32)>) -> Wanted {
        Wanted::of(words, &self.tokens)
    }

    /// Up to `width` texts of the speech as it is, the likeliest first, where some words are expected. It takes about
    /// three times as long as a text.
    ///
    /// # Errors
    /// The model failed.
    pub fn guesses(&self, listened: &Listened, wanted: &Wanted, width: usize) -> Result<Vec<String>, SpeechError> {
        let Some((sound, most)) = listened.sounds.first() else {
            return Ok(Vec::new());
        };
        let paths = beam::search((&self.decoder, &self.tokens, wanted), sound, width, *most)?;
        let text = |path: beam::Path| {
            let sure = path.tokens.into_iter().map(|token| (token, 1.0));
            Transcript::of(self.tokens.words(&sure.collect::<Vec<_>>())).text
        };
        Ok(paths.into_iter().map(text).collect())
    }

    /// How well each text fits the speech: the logarithm of how likely it is and that nothing more was said, a mean over
    /// the paces. Negative infinity for a text that falls [`FAR`] behind the best at one of them, and for all texts of
    /// speech that had to be cut.
    ///
    /// # Errors
    /// The model failed.
    pub fn fits(&self, listened: &Listened, texts: &[&str]) -> Result<Vec<f32>, SpeechError> {
        let mut fits = vec![f32::NEG_INFINITY; texts.len()];
        let mut open: Vec<usize> = (0..texts.len()).collect();
        let mut sums = vec![0.0; texts.len()];
        for (sound, _) in &listened.sounds {
            let tokens: Vec<Vec<i32>> = open.iter().map(|at| self.tokens.encode(texts[*at])).collect();
            let totals = self.decoder.follow(sound, &tokens)?;
            let best = totals.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            open = open
                .into_iter()
                .zip(totals)
                .filter(|(_, total)| *total > best - FAR)
                .map(|(at, total)| {
                    sums[at] += total;
                    at
                })
                .collect();
        }
        if !listened.sounds.is_empty() {
            for at in open {
                fits[at] = sums[at] / listened.sounds.len() as f32;
            }
        }
        Ok(fits)
    }

    /// The text of speech, and what the encoder made of it if it did not have to be cut.
    fn transcript(&self, samples: &[f32]) -> Result<(Transcript, Option<(Array, usize)>), SpeechError> {
        let mut words = Vec::new();
        let mut sounds = Vec::new();
        let mut rest = samples;
        while !rest.is_empty() {
            let (part, tail) = rest.split_at(cut(rest));
            if let Some((hidden, most)) = self.encoded(part)? {
                words.extend(self.part(&hidden, most)?);
                sounds.push((hidden, most));
            }
            rest = tail;
        }
        let whole = sounds.len() == 1;
        Ok((Transcript::of(words), sounds.pop().filter(|_| whole)))
    }

    /// What the encoder makes of speech, and the most tokens it can hold.
    fn encoded(&self, samples: &[f32]) -> Result<Option<(Array, usize)>, SpeechError> {
        let mut audio = samples.to_vec();
        audio.resize(audio.len().max(SHORTEST), 0.0);
        let seconds = audio.len() as f32 / RATE as f32;
        let most = (seconds * TOKENS_PER_SECOND).ceil() as usize + 1;
        let input = Array::floats(&[1, audio.len()], audio);
        let hidden = self.encoder.run(&[&input])?.into_iter().next();
        Ok(hidden.map(|hidden| (hidden, most)))
    }

    fn part(&self, hidden: &Array, most: usize) -> Result<Vec<(String, f32)>, SpeechError> {
        let mut texts = Texts::begin(hidden);
        let mut tokens = Vec::new();
        let mut token = START;
        for _ in 0..most {
            let probability;
            (token, probability) = best(&self.decoder.next(&mut texts, &[token])?);
            if token == END {
                break;
            }
            tokens.push((token, probability));
        }
        Ok(self.tokens.words(&tokens))
    }
}

/// The likeliest token, and how likely it is.
fn best(logits: &[f32]) -> (i32, f32) {
    let best = logits.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
    best.map_or((END, 1.0), |(at, most)| {
        (at as i32, (most - logarithm_of_sum(logits)).exp())
    })
}

/// Where the next part ends: at the quietest tenth of a second of what may be its last eight.
fn cut(samples: &[f32]) -> usize {
    if samples.len() <= LONGEST {
        return samples.len();
    }
    let first = LONGEST - CUT_WITHIN;
    let loudness = |at: &usize| samples[*at..*at + LOUDNESS].iter().map(|s| s * s).sum::<f32>();
    let quietest = (first..LONGEST - LOUDNESS)
        .step_by(LOUDNESS / 2)
        .min_by(|a, b| loudness(a).total_cmp(&loudness(b)));
    quietest.map_or(LONGEST, |at| at + LOUDNESS / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_speech_is_cut_where_it_is_quiet() {
        let mut samples = vec![0.5f32; 40 * RATE as usize];
        samples[20 * RATE as usize..21 * RATE as usize].fill(0.0);
        let at = cut(&samples) as f32 / RATE as f32;
        assert!((20.0..21.0).contains(&at), "{at}");
        assert_eq!(cut(&samples[..1000]), 1000);
        assert!(cut(&vec![0.1; 30 * RATE as usize]) <= LONGEST);
    }

    #[test]
    fn likeliest_token_is_as_sure_as_the_others_leave_it() {
        let mut logits = vec![0.0; tokens::VOCABULARY];
        logits[7] = 20.0;
        let (token, probability) = best(&logits);
        assert!(token == 7 && probability > 0.99 && probability <= 1.0);
        assert_eq!(best(&[]), (END, 1.0));
    }
}
