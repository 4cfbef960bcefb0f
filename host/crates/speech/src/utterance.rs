//! Speech as it comes in, with partial texts at a pace the processor can hold.

use crate::RATE;

/// The least new speech before another partial text.
const EVERY: usize = RATE as usize / 2;
/// A partial text reads the whole utterance again: this share of its length must be new, so that recognising takes at
/// most four times its factor of real time.
const SHARE: usize = 4;

/// Samples of 16 kHz since somebody began to speak.
#[derive(Default)]
pub struct Utterance {
    samples: Vec<f32>,
    read: usize,
}

impl Utterance {
    pub fn push(&mut self, samples: &[f32]) {
        self.samples.extend_from_slice(samples);
    }

    /// Whether enough is new for another partial text.
    pub fn is_due(&self) -> bool {
        let new = self.samples.len() - self.read;
        new >= EVERY.max(self.samples.len() / SHARE)
    }

    /// All of it so far.
    pub fn so_far(&self) -> &[f32] {
        &self.samples
    }

    /// What the next partial text is made of.
    pub fn take_due(&mut self) -> Vec<f32> {
        self.read = self.samples.len();
        self.samples.clone()
    }

    /// All of it; nothing is left.
    pub fn take(&mut self) -> Vec<f32> {
        self.read = 0;
        std::mem::take(&mut self.samples)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partial_texts_become_rarer_as_the_utterance_grows() {
        let mut utterance = Utterance::default();
        let mut due = Vec::new();
        for at in 1..=400 {
            utterance.push(&[0.0; 320]);
            if utterance.is_due() {
                utterance.take_due();
                due.push(at * 20);
            }
        }
        assert_eq!(due, [500, 1_000, 1_500, 2_000, 2_680, 3_580, 4_780, 6_380]);
    }
}
