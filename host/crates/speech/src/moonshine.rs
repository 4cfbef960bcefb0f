//! Moonshine tiny, English: text of up to some twenty seconds of speech at a time.
//!
//! Jeffries et al. 2024, "Moonshine: Speech Recognition for Live Transcription and Voice Commands" (arXiv:2410.15608).

use std::path::Path;

use onnx::{Array, Session, read_pinned};

use crate::{RATE, SpeechError, pinned};

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
        let mut parts = Vec::new();
        let mut rest = samples;
        while !rest.is_empty() {
            let (part, tail) = rest.split_at(cut(rest));
            let text = self.part(part)?;
            if !text.is_empty() {
                parts.push(text);
            }
            rest = tail;
        }
        Ok(parts.join(" "))
    }

    fn part(&self, samples: &[f32]) -> Result<String, SpeechError> {
        let mut audio = samples.to_vec();
        audio.resize(audio.len().max(SHORTEST), 0.0);
        let seconds = audio.len() as f32 / RATE as f32;
        let most = (seconds * TOKENS_PER_SECOND).ceil() as usize + 1;
        let input = Array::floats(&[1, audio.len()], audio);
        let Some(hidden) = self.encoder.run(&[&input])?.into_iter().next() else {
            return Ok(String::new());
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
            token = logits.map_or(END, |logits| best(logits.as_floats()));
            if token == END {
                break;
            }
            tokens.push(token);
        }
        Ok(self.join(&tokens))
    }

    fn join(&self, tokens: &[i32]) -> String {
        let bytes: Vec<u8> = tokens
            .iter()
            .filter_map(|token| self.pieces.get(usize::try_from(*token).ok()?))
            .flatten()
            .copied()
            .collect();
        let text = String::from_utf8_lossy(&bytes).replace('\u{2581}', " ");
        text.trim().to_owned()
    }
}

/// What a decoder layer keeps from step to step.
const KEPT: [(&str, &str); 4] = [
    ("decoder", "key"),
    ("decoder", "value"),
    ("encoder", "key"),
    ("encoder", "value"),
];

fn best(logits: &[f32]) -> i32 {
    let last = &logits[logits.len().saturating_sub(VOCABULARY)..];
    let best = last.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
    best.map_or(END, |(at, _)| at as i32)
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
