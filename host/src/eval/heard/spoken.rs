//! Sentences as sound: two voices, several paces, several levels of noise, the same for the same seed.

use std::fmt;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use speech::{Espeak, RATE, SpeechError, Voice, resample};

/// One way to say a sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    robot: bool,
    /// Per cent of the usual pace.
    pace: u32,
    /// Decibels of speech above the noise.
    above_noise: Option<u32>,
    seed: u64,
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let voice = if self.robot { "espeak-ng" } else { "hibari" };
        match self.above_noise {
            Some(decibels) => write!(f, "{voice} {} %, noise {decibels} dB below", self.pace),
            None => write!(f, "{voice} {} %, no noise", self.pace),
        }
    }
}

const PACES: [u32; 3] = [90, 100, 115];
const NOISES: [Option<u32>; 3] = [None, Some(25), Some(15)];

impl Condition {
    /// Both voices, each with a pace and a noise that the seed decides.
    pub fn of(sentence: usize, seed: u64) -> [Self; 2] {
        [false, true].map(|robot| {
            let drawn = mixed(seed.wrapping_mul(1_000_003) ^ (sentence as u64 * 2 + u64::from(robot)));
            Self {
                robot,
                pace: PACES[(drawn % 3) as usize],
                above_noise: NOISES[(drawn / 3 % 3) as usize],
                seed: drawn,
            }
        })
    }
}

/// The voices.
pub struct Speakers {
    voice: Voice,
    espeak: Espeak,
}

impl Speakers {
    /// # Errors
    /// A model of the voice is missing.
    pub fn load(models: &Path) -> Result<Self, SpeechError> {
        Ok(Self {
            voice: Voice::load(models)?,
            espeak: Espeak::new(Path::new("espeak-ng"), Duration::from_secs(10)),
        })
    }

    /// Samples of 16 kHz.
    ///
    /// # Errors
    /// The text has digits, a model failed, or espeak-ng is missing.
    pub fn say(&self, text: &str, condition: &Condition) -> Result<Vec<f32>, SpeechError> {
        let mut samples = if condition.robot {
            let sound = self.espeak.say(text, 1.0, &AtomicBool::new(false))?;
            // It gets higher with its pace, as other speakers are.
            let samples = resample(&sound.samples, sound.rate, RATE);
            resample(&samples, condition.pace, 100)
        } else {
            let sound = self.voice.say(text, condition.pace as f32 / 100.0, condition.seed)?;
            resample(&sound.samples, sound.rate, RATE)
        };
        if let Some(decibels) = condition.above_noise {
            add_noise(&mut samples, decibels, condition.seed);
        }
        Ok(samples)
    }
}

/// Noise with more of the low frequencies, as of a ward's machines.
fn add_noise(samples: &mut [f32], decibels: u32, seed: u64) {
    let power = |samples: &[f32]| samples.iter().map(|s| s * s).sum::<f32>() / samples.len().max(1) as f32;
    let mut state = seed;
    let mut last = 0.0f32;
    let noise: Vec<f32> = samples
        .iter()
        .map(|_| {
            state = state.wrapping_add(1);
            let white = (mixed(state) >> 40) as f32 / (1u64 << 23) as f32 - 1.0;
            last = 0.7 * last + 0.3 * white;
            last
        })
        .collect();
    let wanted = power(samples) / 10f32.powf(decibels as f32 / 10.0);
    let gain = (wanted / power(&noise).max(f32::MIN_POSITIVE)).sqrt();
    for (sample, noise) in samples.iter_mut().zip(noise) {
        *sample += gain * noise;
    }
}

/// SplitMix64 (Steele et al. 2014): a number that looks drawn.
pub(super) fn mixed(number: u64) -> u64 {
    let mut z = number
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_as_far_below_the_speech_as_said_and_the_same_again() {
        let tone: Vec<f32> = (0..16_000).map(|at| (at as f32 * 0.3).sin() * 0.5).collect();
        let (mut first, mut second) = (tone.clone(), tone.clone());
        add_noise(&mut first, 15, 7);
        add_noise(&mut second, 15, 7);
        assert_eq!(first, second);
        let power = |samples: &mut dyn Iterator<Item = f32>| samples.map(|s| s * s).sum::<f32>();
        let noise = power(&mut first.iter().zip(&tone).map(|(a, b)| a - b));
        let ratio = 10.0 * (power(&mut tone.iter().copied()) / noise).log10();
        assert!((14.9..15.1).contains(&ratio), "{ratio}");
    }

    #[test]
    fn every_pace_and_noise_is_drawn() {
        let mut drawn: Vec<String> = (0..100)
            .flat_map(|at| Condition::of(at, 1))
            .map(|c| c.to_string())
            .collect();
        drawn.sort();
        drawn.dedup();
        assert_eq!(drawn.len(), 18);
    }
}
