//! Whisper's log-mel features of eight seconds, as Smart Turn reads them.
//!
//! The formulas are those of `WhisperFeatureExtractor` of Hugging Face Transformers (Apache-2.0), whose mel scale is
//! Slaney's (Auditory Toolbox, 1998).

use crate::RATE;
use crate::fft::{Bin, Fft};

pub(crate) const SECONDS: usize = 8;
pub(crate) const MELS: usize = 80;
pub(crate) const FRAMES: usize = 800;
pub(crate) const SAMPLES: usize = SECONDS * RATE as usize;
const WINDOW: usize = 400;
const HOP: usize = 160;
const BINS: usize = WINDOW / 2 + 1;

pub(crate) struct MelFeatures {
    fft: Fft,
    window: Vec<f32>,
    /// One row of [`BINS`] weights per mel.
    filters: Vec<f64>,
}

fn mel(hertz: f64) -> f64 {
    if hertz < 1_000.0 {
        3.0 * hertz / 200.0
    } else {
        15.0 + (hertz / 1_000.0).ln() * 27.0 / 6.4f64.ln()
    }
}

fn hertz(mel: f64) -> f64 {
    if mel < 15.0 {
        200.0 * mel / 3.0
    } else {
        1_000.0 * ((mel - 15.0) * 6.4f64.ln() / 27.0).exp()
    }
}

fn filters() -> Vec<f64> {
    let half = f64::from(RATE) / 2.0;
    let edges: Vec<f64> = (0..MELS + 2)
        .map(|at| hertz(mel(half) * at as f64 / (MELS + 1) as f64))
        .collect();
    let mut rows = Vec::with_capacity(MELS * BINS);
    for row in edges.windows(3) {
        let &[low, peak, high] = row else {
            continue;
        };
        for bin in 0..BINS {
            let f = half * bin as f64 / (BINS - 1) as f64;
            let rise = (f - low) / (peak - low);
            let fall = (high - f) / (high - peak);
            rows.push(rise.min(fall).max(0.0) * 2.0 / (high - low));
        }
    }
    rows
}

impl MelFeatures {
    pub fn new() -> Self {
        let turn = 2.0 * std::f64::consts::PI / WINDOW as f64;
        Self {
            fft: Fft::new(WINDOW),
            window: (0..WINDOW)
                .map(|at| (0.5 - 0.5 * (turn * at as f64).cos()) as f32)
                .collect(),
            filters: filters(),
        }
    }

    /// Features of the last eight seconds, earlier silence filled with zeros: [`MELS`] rows of [`FRAMES`].
    pub fn of(&self, samples: &[f32]) -> Vec<f32> {
        let audio = normalized(samples);
        let pad = WINDOW / 2;
        let mut logs = vec![0.0f64; MELS * FRAMES];
        let (mut frame, mut bins) = (vec![0.0f32; WINDOW], vec![Bin::default(); BINS]);
        let mut highest = f64::MIN;
        for at in 0..FRAMES {
            for (offset, (slot, window)) in frame.iter_mut().zip(&self.window).enumerate() {
                *slot = reflected(&audio, (at * HOP + offset) as isize - pad as isize) * window;
            }
            self.fft.forward(&mut frame, &mut bins);
            let power: Vec<f64> = bins.iter().map(|bin| f64::from(bin.norm_sqr())).collect();
            for (row, filter) in self.filters.chunks_exact(BINS).enumerate() {
                let sum: f64 = filter.iter().zip(&power).map(|(weight, power)| weight * power).sum();
                let log = sum.max(1e-10).log10();
                highest = highest.max(log);
                logs[row * FRAMES + at] = log;
            }
        }
        logs.into_iter()
            .map(|log| ((log.max(highest - 8.0) + 4.0) / 4.0) as f32)
            .collect()
    }
}

/// The last eight seconds with mean 0 and variance 1.
fn normalized(samples: &[f32]) -> Vec<f32> {
    let tail = &samples[samples.len().saturating_sub(SAMPLES)..];
    let mut audio = vec![0.0f32; SAMPLES - tail.len()];
    audio.extend_from_slice(tail);
    let count = SAMPLES as f64;
    let mean = audio.iter().map(|s| f64::from(*s)).sum::<f64>() / count;
    let variance = audio.iter().map(|s| (f64::from(*s) - mean).powi(2)).sum::<f64>() / count;
    let scale = 1.0 / (variance + 1e-7).sqrt();
    for sample in &mut audio {
        *sample = ((f64::from(*sample) - mean) * scale) as f32;
    }
    audio
}

/// The sample at `at`, mirrored at both ends.
fn reflected(audio: &[f32], at: isize) -> f32 {
    let last = audio.len() as isize - 1;
    let inside = if at < 0 {
        -at
    } else if at > last {
        2 * last - at
    } else {
        at
    };
    audio.get(inside as usize).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A second of 440 Hz of a fifth of full scale, after seven of silence; values by NumPy with the reference formulas.
    #[test]
    fn features_are_the_references() {
        let tone: Vec<f32> = (0..RATE)
            .map(|at| 0.2 * (2.0 * std::f32::consts::PI * 440.0 * at as f32 / RATE as f32).sin())
            .collect();
        let features = MelFeatures::new().of(&tone);
        assert_eq!(features.len(), MELS * FRAMES);
        for (row, frame, wanted) in GOLDEN {
            let found = features[row * FRAMES + frame];
            assert!(
                (found - wanted).abs() < 2e-3,
                "row {row}, frame {frame}: {found}, not {wanted}"
            );
        }
    }

    const GOLDEN: [(usize, usize, f32); 7] = [
        (0, 750, -0.110_256),
        (10, 705, 1.800_279),
        (11, 750, 1.889_744),
        (12, 799, 1.748_805),
        (30, 700, 0.891_870),
        (79, 100, -0.110_256),
        (5, 701, 0.802_955),
    ];
}
