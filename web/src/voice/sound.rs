//! Arithmetic of sound: rates, 20 ms frames, loudness. No browser in it.

use std::f64::consts::PI;

/// Samples a second that the host hears.
pub const RATE: u32 = 16_000;
/// Samples of one frame: 20 ms.
pub const FRAME: usize = 320;
/// Milliseconds of one frame.
pub const FRAME_MS: u32 = 20;

/// Zero crossings of the kernel on each side: about 70 dB between pass and stop band.
const ZEROS: f64 = 16.0;
/// Stored values between two of them; what lies between is interpolated.
const FINE: usize = 256;
/// Of the half of the lower rate, what passes.
const PASS: f64 = 0.94;

/// Changes the rate of a stream of samples by a windowed sinc, whatever the two rates are.
pub struct Resampler {
    /// Input samples per output sample.
    step: f64,
    /// Zero crossings of the kernel per input sample.
    scale: f64,
    /// Input samples the kernel reaches to each side.
    reach: usize,
    kernel: Vec<f32>,
    held: Vec<f32>,
    /// Of the next output, in `held`.
    position: f64,
}

impl Resampler {
    /// Both in samples a second.
    pub fn new(from: f64, to: f64) -> Self {
        let scale = (to / from).min(1.0) * PASS;
        let reach = (ZEROS / scale).ceil() as usize;
        let kernel = (0..=ZEROS as usize * FINE + 1)
            .map(|at| kernel(at as f64 / FINE as f64) as f32)
            .collect();
        Self {
            step: from / to,
            scale,
            reach,
            kernel,
            held: vec![0.0; reach],
            position: reach as f64,
        }
    }

    /// The samples that these complete; the stream is delayed by the kernel's reach, under 5 ms.
    pub fn push(&mut self, samples: &[f32]) -> Vec<f32> {
        self.held.extend_from_slice(samples);
        let mut out = Vec::with_capacity((samples.len() as f64 / self.step) as usize + 1);
        while self.position as usize + self.reach + 1 < self.held.len() {
            out.push(self.at(self.position));
            self.position += self.step;
        }
        let done = (self.position as usize).saturating_sub(self.reach).min(self.held.len());
        self.held.drain(..done);
        self.position -= done as f64;
        out
    }

    /// What the delay still holds, at the end of a stream.
    pub fn finish(&mut self) -> Vec<f32> {
        self.push(&vec![0.0; self.reach + 1])
    }

    fn at(&self, position: f64) -> f32 {
        let first = (position as usize + 1).saturating_sub(self.reach);
        let last = (position as usize + self.reach).min(self.held.len().saturating_sub(1));
        let sum: f64 = (first..=last)
            .map(|at| f64::from(self.held[at]) * self.weight((at as f64 - position).abs()))
            .sum();
        (sum * self.scale) as f32
    }

    fn weight(&self, distance: f64) -> f64 {
        let fine = distance * self.scale * FINE as f64;
        let at = fine as usize;
        match (self.kernel.get(at), self.kernel.get(at + 1)) {
            (Some(one), Some(two)) => f64::from(*one) + f64::from(two - one) * fine.fract(),
            _ => 0.0,
        }
    }
}

/// sinc under a Blackman window; `x` in zero crossings.
fn kernel(x: f64) -> f64 {
    if x >= ZEROS {
        return 0.0;
    }
    let phase = PI * x / ZEROS;
    let window = 0.42 + 0.5 * phase.cos() + 0.08 * (2.0 * phase).cos();
    let sinc = if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) };
    sinc * window
}

/// Cuts a stream into frames.
#[derive(Default)]
pub struct Framer(Vec<f32>);

impl Framer {
    /// The frames that these samples complete.
    pub fn push(&mut self, samples: &[f32]) -> Vec<Vec<f32>> {
        self.0.extend_from_slice(samples);
        let whole = self.0.len() / FRAME * FRAME;
        let frames = self.0[..whole].chunks(FRAME).map(<[f32]>::to_vec).collect();
        self.0.drain(..whole);
        frames
    }
}

/// 16-bit little-endian samples.
pub fn to_pcm16(samples: &[f32]) -> Vec<u8> {
    samples
        .iter()
        .flat_map(|sample| ((sample.clamp(-1.0, 1.0) * 32_767.0).round() as i16).to_le_bytes())
        .collect()
}

pub fn from_pcm16(bytes: &[u8]) -> Vec<f32> {
    bytes
        .chunks_exact(2)
        .map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32_768.0)
        .collect()
}

/// Root mean square, 0 to 1.
pub fn loudness(samples: &[f32]) -> f32 {
    if samples.is_empty() {
        return 0.0;
    }
    let sum: f32 = samples.iter().map(|sample| sample * sample).sum();
    (sum / samples.len() as f32).sqrt()
}

/// Decibels below full scale, at least -100.
pub fn decibels(loudness: f32) -> f32 {
    (20.0 * loudness.max(1e-5).log10()).max(-100.0)
}

/// How full the meter is, 0 to 1: from -54 dB, a quiet room, to -6 dB.
pub fn meter(loudness: f32) -> f32 {
    ((decibels(loudness) + 54.0) / 48.0).clamp(0.0, 1.0)
}

/// Tells by energy alone that somebody begins to speak. It only makes the answer quieter, so it may be wrong.
pub struct Onset {
    /// Loudness of the room.
    floor: f32,
    /// Loud frames lately, one bit each, the newest lowest.
    loud: u16,
}

/// Of the last ten frames, so many are loud when somebody speaks.
const LOUD: u32 = 7;

impl Default for Onset {
    fn default() -> Self {
        Self { floor: 0.005, loud: 0 }
    }
}

impl Onset {
    /// Takes the loudness of the next frame; true while somebody seems to speak.
    pub fn hear(&mut self, loudness: f32) -> bool {
        let loud = loudness > (self.floor * 4.0).max(0.02);
        // The floor falls at once and rises in seconds, so that speech does not become the room.
        let pace = if loudness < self.floor { 0.2 } else { 0.002 };
        self.floor += (loudness - self.floor) * pace;
        self.loud = ((self.loud << 1) | u16::from(loud)) & 0b11_1111_1111;
        self.loud.count_ones() >= LOUD
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(frequency: f64, rate: f64, samples: usize) -> Vec<f32> {
        (0..samples)
            .map(|at| (2.0 * PI * frequency * at as f64 / rate).sin() as f32 * 0.5)
            .collect()
    }

    /// In pieces of odd lengths, as a browser gives them.
    fn resampled(input: &[f32], from: f64, to: f64) -> Vec<f32> {
        let mut resampler = Resampler::new(from, to);
        let mut out: Vec<f32> = input.chunks(441).flat_map(|piece| resampler.push(piece)).collect();
        out.extend(resampler.finish());
        out
    }

    #[test]
    fn a_tone_keeps_its_pitch_its_loudness_and_its_time_at_any_pair_of_rates() {
        for (from, to) in [
            (48_000.0, 16_000.0),
            (44_100.0, 16_000.0),
            (22_050.0, 48_000.0),
            (24_000.0, 44_100.0),
        ] {
            let out = resampled(&tone(440.0, from, from as usize), from, to);
            assert!((out.len() as f64 - to).abs() <= 2.0, "{from} to {to}: {}", out.len());
            let wanted = tone(440.0, to, out.len());
            let inner = 1_000..out.len() - 1_000;
            let worst = inner.map(|at| (out[at] - wanted[at]).abs()).fold(0.0, f32::max);
            assert!(worst < 0.005, "{from} to {to}: {worst}");
        }
    }

    #[test]
    fn what_the_lower_rate_cannot_hold_does_not_come_back_as_another_tone() {
        let out = resampled(&tone(11_000.0, 48_000.0, 48_000), 48_000.0, 16_000.0);
        assert!(loudness(&out[500..out.len() - 500]) < 0.001);
    }

    #[test]
    fn frames_have_twenty_milliseconds_and_lose_nothing() {
        let mut framer = Framer::default();
        let input: Vec<f32> = (0..1_000).map(|at| at as f32).collect();
        let frames: Vec<Vec<f32>> = input.chunks(130).flat_map(|piece| framer.push(piece)).collect();
        assert_eq!(frames.len(), 3);
        assert_eq!(frames.concat(), input[..960]);
    }

    #[test]
    fn samples_come_back_from_sixteen_bits() {
        let samples = [0.0, 0.5, -0.5, 1.0, -1.0, 2.0];
        let back = from_pcm16(&to_pcm16(&samples));
        for (sample, back) in samples.iter().zip(back) {
            assert!((sample.clamp(-1.0, 1.0) - back).abs() < 1e-4, "{sample} {back}");
        }
    }

    #[test]
    fn the_meter_is_empty_in_a_quiet_room_and_full_near_the_limit() {
        assert_eq!(meter(0.0), 0.0);
        assert_eq!(meter(0.9), 1.0);
        assert!((0.4..0.9).contains(&meter(0.1)));
        assert_eq!(loudness(&[]), 0.0);
    }

    #[test]
    fn a_cough_is_no_speech_and_speech_is_noticed_within_a_fifth_of_a_second() {
        let mut onset = Onset::default();
        assert!((0..100).all(|_| !onset.hear(0.003)));
        assert!((0..5).all(|_| !onset.hear(0.2)));
        assert!((0..20).all(|_| !onset.hear(0.003)));
        assert!((0..10).any(|_| onset.hear(0.1)));
        // A noisy room is no speech either, once it is known.
        let mut noisy = Onset::default();
        (0..3_000).for_each(|_| {
            noisy.hear(0.05);
        });
        assert!(!noisy.hear(0.05));
    }
}
