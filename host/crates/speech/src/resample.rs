//! Another sample rate: a windowed sinc, low enough to keep what cannot be held from folding back.

use std::f64::consts::PI;

/// Zero crossings of the sinc on each side.
const CROSSINGS: f64 = 16.0;

/// `samples` of rate `from` as samples of rate `to`, of the same length in time, rounded up.
pub fn resample(samples: &[f32], from: u32, to: u32) -> Vec<f32> {
    if from == to || samples.is_empty() || from == 0 || to == 0 {
        return samples.to_vec();
    }
    let shared = divisor(from, to);
    let (step, phases) = ((from / shared) as usize, (to / shared) as usize);
    // Going down, the filter cuts at the new half rate, a little below it.
    let cut = 0.95 * (phases as f64 / step as f64).min(1.0);
    let reach = (CROSSINGS / cut).ceil() as usize;
    // Places between two samples repeat after `phases` outputs.
    let filters: Vec<Vec<f32>> = (0..phases)
        .map(|phase| filter(phase as f64 / phases as f64, cut, reach))
        .collect();
    let length = (samples.len() * phases).div_ceil(step);
    (0..length)
        .map(|index| {
            let (centre, phase) = (index * step / phases, index * step % phases);
            // The filter's first weight is for the sample `reach` before the centre.
            let missing = reach.saturating_sub(centre);
            let first = (centre + missing) - reach;
            let inside = &samples[first.min(samples.len())..];
            let weights = &filters[phase][missing..];
            let (mut sum, mut weight) = (0.0, 0.0);
            for (sample, w) in inside.iter().zip(weights) {
                sum += sample * w;
                weight += w;
            }
            // At the ends a part of the filter is missing.
            if weight.abs() > 1e-6 { sum / weight } else { 0.0 }
        })
        .collect()
}

fn divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { divisor(b, a % b) }
}

/// The weights of the samples from `reach` before to `reach` after, for a place `fraction` after a sample.
fn filter(fraction: f64, cut: f64, reach: usize) -> Vec<f32> {
    let width = reach as f64 + 1.0;
    (0..=2 * reach)
        .map(|at| {
            let distance = at as f64 - reach as f64 - fraction;
            let window = 0.5 + 0.5 * (PI * distance / width).cos();
            let x = PI * distance * cut;
            let sinc = if x.abs() < 1e-9 { 1.0 } else { x.sin() / x };
            (cut * sinc * window) as f32
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(rate: u32, hertz: f64, seconds: f64) -> Vec<f32> {
        let count = (f64::from(rate) * seconds) as usize;
        (0..count)
            .map(|at| (2.0 * PI * hertz * at as f64 / f64::from(rate)).sin() as f32)
            .collect()
    }

    fn middle_rms(samples: &[f32]) -> f32 {
        let inner = &samples[samples.len() / 4..samples.len() * 3 / 4];
        (inner.iter().map(|s| s * s).sum::<f32>() / inner.len() as f32).sqrt()
    }

    #[test]
    fn tone_stays_the_same_tone() {
        for (from, to) in [(24_000, 16_000), (22_050, 16_000), (16_000, 24_000), (48_000, 16_000)] {
            let made = resample(&tone(from, 440.0, 0.5), from, to);
            let wanted = tone(to, 440.0, 0.5);
            assert!(made.len().abs_diff(wanted.len()) <= 1);
            let difference: Vec<f32> = made.iter().zip(&wanted).map(|(a, b)| a - b).collect();
            assert!(
                middle_rms(&difference) < 0.01,
                "{from} to {to}: {}",
                middle_rms(&difference)
            );
        }
    }

    #[test]
    fn what_the_new_rate_cannot_hold_is_gone() {
        let made = resample(&tone(48_000, 11_000.0, 0.5), 48_000, 16_000);
        assert!(middle_rms(&made) < 0.01, "{}", middle_rms(&made));
    }

    #[test]
    fn nothing_stays_nothing() {
        assert!(resample(&[], 48_000, 16_000).is_empty());
        assert_eq!(resample(&[0.5], 16_000, 16_000), [0.5]);
    }
}
