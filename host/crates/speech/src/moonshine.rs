//! Moonshine tiny, English: text of up to some twenty seconds of speech at a time.
//!
//! Jeffries et al. 2024, "Moonshine: Speech Recognition for Live Transcription and Voice Commands" (arXiv:2410.15608).

use std::path::Path;

use onnx::{Array, Session, read_pinned};

use crate::{RATE, SpeechError, pinned, resample};

const LAYERS: usize = 6;
const HEADS: usize = 8;
const HEAD_WIDTH: usize = 36;
const VOCABULARY: usize = 32_768;
const START: i32 = 1;
const END: i32 = 2;
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

/// How the other readings stretch the sound, as samples of and to: six per cent slower and quicker, and as much lower and
/// higher.
pub const PACES: [(u32, u32); 2] = [(100, 106), (106, 100)];
/// Begins a word in a piece.
const BLANK: &[u8] = "\u{2581}".as_bytes();

/// One reading of speech.
#[derive(Clone, Debug, PartialEq)]
pub struct Transcript {
    pub text: String,
    /// The words of the text, between which it has one blank each, and how sure the model was of each, from 0 to 1.
    pub words: Vec<(String, f32)>,
}

/// A loaded model. Calls may run at the same time.
pub struct Recognizer {
    encoder: Session,
    decoder: Session,
    pieces: Vec<Vec<u8>>,
}

impl Recognizer {
    /// # Errors
    /// A model file is missing or is not the pinned one.
    pub fn load(models: &Path) -> Result<Self, SpeechError> {
        let mut inputs = vec!["input_ids".to_owned(), "encoder_hidden_states".to_owned()];
        let mut outputs = vec!["logits".to_owned()];
        for layer in 0..LAYERS {
            for (side, part) in KEPT {
                inputs.push(format!("past_key_values.{layer}.{side}.{part}"));
                outputs.push(format!("present.{layer}.{side}.{part}"));
            }
        }
        inputs.push("use_cache_branch".to_owned());
        let names: [Vec<&str>; 2] = [&inputs, &outputs].map(|list| list.iter().map(String::as_str).collect());
        let (name, sha256) = pinned::MOONSHINE_TOKENS;
        let pieces = parse_pieces(&read_pinned(models, name, sha256)?).ok_or(SpeechError::File {
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
            decoder: Session::load(models, pinned::MOONSHINE_DECODER, &names[0], &names[1])?,
            pieces,
        })
    }

    /// The text of speech of 16 kHz; empty when there is none. Called again as speech grows, it gives partial texts.
    ///
    /// # Errors
    /// The model failed.
    pub fn text(&self, samples: &[f32]) -> Result<String, SpeechError> {
        self.transcript(samples).map(|transcript| transcript.text)
    }

    /// The same speech read once as it is and once at each of [`PACES`]. The first is the text of [`Recognizer::text`];
    /// where the others differ from it, it cannot be relied on. It takes three times as long as a text.
    ///
    /// # Errors
    /// The model failed.
    pub fn read(&self, samples: &[f32]) -> Result<Vec<Transcript>, SpeechError> {
        let mut readings = vec![self.transcript(samples)?];
        for (of, to) in PACES {
            readings.push(self.transcript(&resample(samples, of, to))?);
        }
        Ok(readings)
    }

    fn transcript(&self, samples: &[f32]) -> Result<Transcript, SpeechError> {
        let mut words = Vec::new();
        let mut rest = samples;
        while !rest.is_empty() {
            let (part, tail) = rest.split_at(cut(rest));
            words.extend(self.part(part)?);
            rest = tail;
        }
        let texts: Vec<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
        Ok(Transcript {
            text: texts.join(" "),
            words,
        })
    }

    fn part(&self, samples: &[f32]) -> Result<Vec<(String, f32)>, SpeechError> {
        let mut audio = samples.to_vec();
        audio.resize(audio.len().max(SHORTEST), 0.0);
        let seconds = audio.len() as f32 / RATE as f32;
        let most = (seconds * TOKENS_PER_SECOND).ceil() as usize + 1;
        let input = Array::floats(&[1, audio.len()], audio);
        let Some(hidden) = self.encoder.run(&[&input])?.into_iter().next() else {
            return Ok(Vec::new());
        };
        let nothing = || Array::floats(&[1, HEADS, 0, HEAD_WIDTH], Vec::new());
        let mut past: Vec<Array> = (0..LAYERS * KEPT.len()).map(|_| nothing()).collect();
        let mut tokens = Vec::new();
        let mut token = START;
        for step in 0..most {
            let id = Array::ints(&[1, 1], vec![token]);
            let cached = Array::ints(&[1], vec![i32::from(step > 0)]);
            let mut inputs: Vec<&Array> = vec![&id, &hidden];
            inputs.extend(&past);
            inputs.push(&cached);
            let mut outputs = self.decoder.run(&inputs)?.into_iter();
            let logits = outputs.next();
            for (at, present) in outputs.enumerate() {
                // What the encoder said is computed once; later steps return it empty.
                let of_encoder = KEPT[at % KEPT.len()].0 == "encoder";
                if (!of_encoder || step == 0)
                    && let Some(slot) = past.get_mut(at)
                {
                    *slot = present;
                }
            }
            let (next, probability) = logits.map_or((END, 1.0), |logits| best(logits.as_floats()));
            token = next;
            if token == END {
                break;
            }
            tokens.push((token, probability));
        }
        Ok(words(&self.pieces, &tokens))
    }
}

/// What a decoder layer keeps from step to step.
const KEPT: [(&str, &str); 4] = [
    ("decoder", "key"),
    ("decoder", "value"),
    ("encoder", "key"),
    ("encoder", "value"),
];

/// The likeliest token, and how likely it is.
fn best(logits: &[f32]) -> (i32, f32) {
    let last = &logits[logits.len().saturating_sub(VOCABULARY)..];
    let best = last.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
    best.map_or((END, 1.0), |(at, most)| {
        let all: f32 = last.iter().map(|logit| (logit - most).exp()).sum();
        (at as i32, 1.0 / all)
    })
}

/// Tokens as words, each with the product of its tokens' probabilities. A piece may end amid a character.
fn words(pieces: &[Vec<u8>], tokens: &[(i32, f32)]) -> Vec<(String, f32)> {
    let mut words: Vec<(Vec<u8>, f32)> = Vec::new();
    for (token, probability) in tokens {
        let piece = usize::try_from(*token).ok().and_then(|token| pieces.get(token));
        let Some(piece) = piece.filter(|piece| !piece.is_empty()) else {
            continue;
        };
        let begins = piece.starts_with(BLANK);
        let bytes = piece.strip_prefix(BLANK).unwrap_or(piece);
        match words.last_mut().filter(|_| !begins) {
            Some((word, all)) => {
                word.extend(bytes);
                *all *= probability;
            }
            None => words.push((bytes.to_vec(), *probability)),
        }
    }
    words
        .iter()
        .map(|(bytes, probability)| (String::from_utf8_lossy(bytes).trim().to_owned(), *probability))
        .filter(|(word, _)| !word.is_empty())
        .collect()
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

/// Byte strings, each after its length in one byte. Marks in angle brackets are said as nothing.
fn parse_pieces(mut bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut pieces = Vec::with_capacity(VOCABULARY);
    while let Some((&length, rest)) = bytes.split_first() {
        let (piece, rest) = rest.split_at_checked(usize::from(length)).filter(|_| length < 128)?;
        let is_mark = piece.len() > 2 && piece.starts_with(b"<") && piece.ends_with(b">");
        pieces.push(if is_mark { Vec::new() } else { piece.to_vec() });
        bytes = rest;
    }
    (pieces.len() == VOCABULARY).then_some(pieces)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
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
    fn word_is_as_sure_as_its_pieces_together() {
        let pieces: Vec<Vec<u8>> = ["", "\u{2581}give", "\u{2581}met", "formin"]
            .map(|piece| piece.as_bytes().to_vec())
            .into();
        let found = words(&pieces, &[(1, 0.9), (2, 0.5), (3, 0.5), (0, 0.1), (77, 0.1)]);
        assert_eq!(found, [("give".to_owned(), 0.9), ("metformin".to_owned(), 0.25)]);
        let split = [b"\xe2\x96\x81\xc3".to_vec(), b"\xa9".to_vec()];
        assert_eq!(words(&split, &[(0, 1.0), (1, 1.0)]), [("é".to_owned(), 1.0)]);
        let mut logits = vec![0.0; VOCABULARY];
        logits[7] = 20.0;
        let (token, probability) = best(&logits);
        assert!(token == 7 && probability > 0.99 && probability <= 1.0);
    }

    #[test]
    fn pieces_are_read_and_marks_are_not_said() {
        let mut file = vec![3, b'<', b's', b'>', 4, 0xe2, 0x96, 0x81, b'a', 1, b'<'];
        file.extend([1, b'x'].repeat(VOCABULARY - 3));
        let pieces = parse_pieces(&file).unwrap();
        assert_eq!(pieces[0], b"");
        assert_eq!(pieces[1], "\u{2581}a".as_bytes());
        assert_eq!(pieces[2], b"<");
        assert!(parse_pieces(&file[..file.len() - 1]).is_none());
        assert!(parse_pieces(&file[4..]).is_none());
    }
}
