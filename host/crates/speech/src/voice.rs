//! hibari: an American voice of 7.9 MB. The network predicts a spectrum for every 12.5 ms; here it becomes sound.
//!
//! `S = exp(h) e^(i pi tanh(t)) E + exp(n) Z + exp(r) e^(i phi)`, with E the spectrum of a pulse train of the predicted
//! pitch and Z noise; the sound is the inverse transform of S. After hibari 0.2.1 (Williams, Apache-2.0), `dsp.py`.

use std::collections::HashMap;
use std::f32::consts::PI;
use std::path::Path;

use onnx::{Array, Session, read_pinned};

use crate::fft::{Bin, Fft};
use crate::phonemes::{Phonemizer, Spoken};
use crate::{SpeechError, pinned};

const SOUND_RATE: u32 = 24_000;
const WINDOW: usize = 1_200;
const HOP: usize = 300;
const BINS: usize = WINDOW / 2 + 1;
/// Longer stretches are cut between words.
const MOST_PHONEMES: usize = 400;
/// Below this pitch a frame has no voice.
const VOICED_FROM: f32 = 40.0;
/// Harmonics go up to here.
const HIGHEST: f32 = 11_000.0;
/// Magnitudes are limited to e to the power of this.
const LOUDEST: f32 = 7.0;

/// Where a word ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Milliseconds from the beginning of the sound, estimated from its share of the phonemes.
    pub ms: i64,
    /// Bytes from the beginning of the text.
    pub byte: usize,
}

impl Word {
    /// Word ends of a text whose sound is spread evenly over its characters.
    pub(crate) fn evenly(text: &str, ms: i64) -> Vec<Self> {
        let ends = text.char_indices().filter_map(|(at, c)| {
            let end = at + c.len_utf8();
            let next = text[end..].chars().next();
            (!c.is_whitespace() && next.is_none_or(char::is_whitespace)).then_some(end)
        });
        ends.map(|byte| Self {
            ms: ms * byte as i64 / text.len().max(1) as i64,
            byte,
        })
        .collect()
    }
}

/// Speech, ready to be played.
#[derive(Clone, Debug, PartialEq)]
pub struct Sound {
    /// Samples in a second.
    pub rate: u32,
    pub samples: Vec<f32>,
    /// In order.
    pub words: Vec<Word>,
}

impl Sound {
    pub fn ms(&self) -> i64 {
        self.samples.len() as i64 * 1_000 / i64::from(self.rate.max(1))
    }
}

/// The loaded voice. Calls may run at the same time.
pub struct Voice {
    phonemizer: Phonemizer,
    session: Session,
    numbers: HashMap<char, i32>,
    fft: Fft,
    window: Vec<f32>,
}

impl Voice {
    /// # Errors
    /// A file is missing or is not the pinned one.
    pub fn load(models: &Path) -> Result<Self, SpeechError> {
        let (name, sha256) = pinned::HIBARI_PHONEMES;
        let numbers: HashMap<String, i32> =
            serde_json::from_slice(&read_pinned(models, name, sha256)?).map_err(|_| SpeechError::File {
                path: models.join(name),
                reason: "it is no list of phonemes",
            })?;
        let outputs = ["lh", "theta", "ln", "lr", "phi", "f0"];
        Ok(Self {
            phonemizer: Phonemizer::load(models)?,
            session: Session::load(models, pinned::HIBARI, &["ids", "speed"], &outputs)?,
            numbers: numbers
                .into_iter()
                .filter_map(|(phoneme, number)| Some((phoneme.chars().next()?, number)))
                .collect(),
            fft: Fft::new(WINDOW),
            window: (0..WINDOW)
                .map(|at| 0.5 - 0.5 * (2.0 * PI * at as f32 / WINDOW as f32).cos())
                .collect(),
        })
    }

    /// Speaks a text without digits. `speed` 1 is the usual pace; `seed` decides the noise in the voice, so that the same
    /// call gives the same sound.
    ///
    /// # Errors
    /// The text has digits, or the model failed.
    pub fn say(&self, text: &str, speed: f32, seed: u64) -> Result<Sound, SpeechError> {
        let mut sound = Sound {
            rate: SOUND_RATE,
            samples: Vec::new(),
            words: Vec::new(),
        };
        let mut noise = Noise::new(seed);
        let spoken = self.phonemizer.say(text)?;
        for stretch in stretches(&spoken) {
            let begin = sound.ms();
            let phonemes = joined(stretch);
            sound.samples.extend(self.sound(&phonemes, speed, &mut noise)?);
            let length = sound.ms() - begin;
            let all = phonemes.chars().count().max(1) as i64;
            let mut before = 0;
            for one in stretch {
                before += one.phonemes.chars().count() as i64 + i64::from(!one.joined);
                if one.is_word {
                    sound.words.push(Word {
                        ms: begin + length * before.min(all) / all,
                        byte: one.end,
                    });
                } else if let Some(last) = sound.words.last_mut().filter(|_| one.joined) {
                    // A mark belongs to the word before it.
                    last.byte = one.end;
                }
            }
        }
        Ok(sound)
    }

    /// How a text is said, in the alphabet of misaki.
    ///
    /// # Errors
    /// As [`Voice::say`].
    pub fn phonemes(&self, text: &str) -> Result<String, SpeechError> {
        Ok(joined(&self.phonemizer.say(text)?))
    }

    fn sound(&self, phonemes: &str, speed: f32, noise: &mut Noise) -> Result<Vec<f32>, SpeechError> {
        let mut ids = vec![0];
        ids.extend(phonemes.chars().filter_map(|c| self.numbers.get(&c).copied()));
        ids.push(0);
        if ids.len() < 3 {
            return Ok(Vec::new());
        }
        let ids = Array::ints(&[1, ids.len()], ids);
        let outputs = self.session.run(&[&ids, &Array::floats(&[1], vec![speed])])?;
        let [lh, theta, ln, lr, phi, f0] = outputs.as_slice() else {
            return Ok(Vec::new());
        };
        let parts = [lh, theta, ln, lr, phi].map(Array::as_floats);
        let f0 = f0.as_floats();
        if f0.is_empty() || parts.iter().any(|part| part.len() != BINS * f0.len()) {
            return Ok(Vec::new());
        }
        Ok(self.synthesize(parts, f0, noise))
    }

    fn synthesize(&self, [lh, theta, ln, lr, phi]: [&[f32]; 5], f0: &[f32], noise: &mut Noise) -> Vec<f32> {
        let frames = f0.len();
        let pulses = pulses(f0);
        let half = WINDOW / 2;
        let mut sum = vec![0.0f32; (frames + WINDOW / HOP - 1) * HOP];
        let mut weight = vec![0.0f32; sum.len()];
        let (mut frame, mut bins) = (vec![0.0f32; WINDOW], vec![Bin::default(); BINS]);
        // A unit cosine is to peak at 1 in the spectrum.
        let scale = 1.0 / (WINDOW as f32 / 4.0);
        for at in 0..frames {
            for (offset, (slot, window)) in frame.iter_mut().zip(&self.window).enumerate() {
                let sample = mirrored(&pulses, (at * HOP + offset) as isize - half as isize);
                *slot = sample * window * scale;
            }
            self.fft.forward(&mut frame, &mut bins);
            for (bin, value) in bins.iter_mut().enumerate() {
                let i = bin * frames + at;
                let harmonic = Bin::from_polar(magnitude(lh[i]), PI * theta[i].tanh());
                let noisy = Bin::new(noise.normal(), noise.normal()) * magnitude(ln[i]);
                *value = *value * harmonic + noisy + Bin::from_polar(magnitude(lr[i]), phi[i]);
            }
            self.fft.inverse(&mut bins, &mut frame);
            for (offset, (sample, window)) in frame.iter().zip(&self.window).enumerate() {
                sum[at * HOP + offset] += sample * window;
                weight[at * HOP + offset] += window * window;
            }
        }
        sum.iter()
            .zip(&weight)
            .skip(half)
            .take(frames * HOP)
            .map(|(sample, weight)| (sample / weight.max(1e-11)).clamp(-1.0, 1.0))
            .collect()
    }
}

fn magnitude(log: f32) -> f32 {
    log.min(LOUDEST).exp()
}

fn mirrored(samples: &[f32], at: isize) -> f32 {
    let last = samples.len() as isize - 1;
    let inside = match at {
        at if at < 0 => -at,
        at if at > last => 2 * last - at,
        at => at,
    };
    usize::try_from(inside)
        .ok()
        .and_then(|at| samples.get(at))
        .copied()
        .unwrap_or_default()
}

/// A pulse train of the pitch `f0` of each frame: all harmonics at equal strength, nothing where there is no voice.
fn pulses(f0: &[f32]) -> Vec<f32> {
    let mut phase = 0.0f64;
    let mut samples = Vec::with_capacity(f0.len() * HOP);
    for at in 0..f0.len() * HOP {
        // Pitches stand in the middle of their frames.
        let place = (at as f32 + 0.5) / HOP as f32 - 0.5;
        let low = place.floor();
        let pitch = |frame: f32| f0[(frame.max(0.0) as usize).min(f0.len() - 1)];
        let f = pitch(low) + (pitch(low + 1.0) - pitch(low)) * (place - low);
        let voiced = f > VOICED_FROM;
        let f = f.max(VOICED_FROM);
        phase = (phase + f64::from(f) / f64::from(SOUND_RATE)).fract();
        let t = (phase * 2.0 * std::f64::consts::PI) as f32;
        let harmonics = (HIGHEST / f).floor() + 0.5;
        let below = 2.0 * (t * 0.5).sin();
        let pulse = if below.abs() <= 2e-3 {
            harmonics
        } else {
            (harmonics * t).sin() / below
        };
        samples.push(if voiced { pulse - 0.5 } else { 0.0 });
    }
    samples
}

/// Stretches of at most [`MOST_PHONEMES`], cut before a word.
fn stretches(spoken: &[Spoken]) -> Vec<&[Spoken]> {
    let mut parts = Vec::new();
    let (mut begin, mut count) = (0, 0);
    for (at, one) in spoken.iter().enumerate() {
        let length = one.phonemes.chars().count() + 1;
        if count + length > MOST_PHONEMES && at > begin && !one.joined {
            parts.push(&spoken[begin..at]);
            (begin, count) = (at, 0);
        }
        count += length;
    }
    if begin < spoken.len() {
        parts.push(&spoken[begin..]);
    }
    parts
}

fn joined(spoken: &[Spoken]) -> String {
    let mut text = String::new();
    for one in spoken {
        if !one.joined && !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&one.phonemes);
    }
    text
}

/// Normally distributed numbers from a seed: xorshift64* (Vigna 2016), Box and Muller 1958.
struct Noise {
    state: u64,
    spare: Option<f32>,
}

impl Noise {
    fn new(seed: u64) -> Self {
        Self {
            state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            spare: None,
        }
    }

    fn uniform(&mut self) -> f32 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let high = self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 40;
        (high as f32 + 0.5) / (1u32 << 24) as f32
    }

    fn normal(&mut self) -> f32 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        let (sin, cos) = (2.0 * PI * self.uniform()).sin_cos();
        self.spare = Some(radius * sin);
        radius * cos
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_normal_and_follows_its_seed() {
        let mut noise = Noise::new(7);
        let values: Vec<f32> = (0..20_000).map(|_| noise.normal()).collect();
        let mean = values.iter().sum::<f32>() / values.len() as f32;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / values.len() as f32;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
        let mut again = Noise::new(7);
        assert!(values.iter().take(10).all(|value| *value == again.normal()));
        assert_ne!(Noise::new(8).normal(), values[0]);
    }

    #[test]
    fn pulses_have_the_pitch_and_silence_has_none() {
        let train = pulses(&[100.0; 80]);
        let peaks = train
            .windows(3)
            .filter(|w| w[1] > 50.0 && w[1] >= w[0] && w[1] > w[2])
            .count();
        assert!((98..=102).contains(&peaks), "{peaks}");
        assert!(pulses(&[0.0; 4]).iter().all(|sample| *sample == 0.0));
    }

    #[test]
    fn word_ends_spread_evenly_without_a_better_source() {
        let words = Word::evenly("one two", 700);
        assert_eq!(words, [Word { ms: 300, byte: 3 }, Word { ms: 700, byte: 7 }]);
    }

    #[test]
    fn long_text_is_cut_before_a_word() {
        let word = |joined| Spoken {
            phonemes: "ab".repeat(30),
            end: 0,
            is_word: true,
            joined,
        };
        let spoken: Vec<Spoken> = (0..20).map(|at| word(at % 2 == 1)).collect();
        let parts = stretches(&spoken);
        assert!(parts.len() > 2 && parts.iter().all(|part| !part[0].joined));
        assert_eq!(parts.iter().map(|part| part.len()).sum::<usize>(), 20);
    }
}
