//! What the microphone gives, as the frames that go to the host. No browser in it.

use super::sound::{FRAME, Framer, Onset, RATE, Resampler, loudness, to_pcm16};

pub struct Ear {
    resampler: Resampler,
    framer: Framer,
    onset: Onset,
    /// Samples of all frames so far, at the host's rate; wraps.
    time: u32,
}

/// 20 ms of sound.
pub struct Heard {
    /// Samples before it since the microphone was opened.
    pub time: u32,
    pub loudness: f32,
    /// Somebody seems to speak.
    pub voice: bool,
    pub pcm: Vec<u8>,
}

impl Ear {
    /// `rate` is the microphone's, in samples a second.
    pub fn new(rate: f64) -> Self {
        Self {
            resampler: Resampler::new(rate, f64::from(RATE)),
            framer: Framer::default(),
            onset: Onset::default(),
            time: 0,
        }
    }

    pub fn push(&mut self, samples: &[f32]) -> Vec<Heard> {
        let samples = self.resampler.push(samples);
        let mut heard = Vec::new();
        for frame in self.framer.push(&samples) {
            let loudness = loudness(&frame);
            heard.push(Heard {
                time: self.time,
                loudness,
                voice: self.onset.hear(loudness),
                pcm: to_pcm16(&frame),
            });
            self.time = self.time.wrapping_add(FRAME as u32);
        }
        heard
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_of_any_microphone_is_fifty_frames_of_640_bytes() {
        for rate in [16_000.0, 44_100.0, 48_000.0] {
            let mut ear = Ear::new(rate);
            let second = vec![0.25; (rate * 1.1) as usize];
            let heard: Vec<Heard> = second
                .chunks(rate as usize / 50)
                .flat_map(|piece| ear.push(piece))
                .collect();
            assert!((50..=55).contains(&heard.len()), "{rate}: {}", heard.len());
            assert!(heard.iter().all(|one| one.pcm.len() == 640));
            assert!(heard.iter().enumerate().all(|(at, one)| one.time == at as u32 * 320));
            assert!((heard[40].loudness - 0.25).abs() < 0.01);
        }
    }
}
