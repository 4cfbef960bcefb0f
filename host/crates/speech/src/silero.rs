//! Silero VAD 5: is there a voice, 31 times a second.

use std::path::Path;
use std::sync::Arc;

use onnx::{Array, Session};

use crate::{RATE, SpeechError, pinned};

/// Samples judged at once: 32 ms.
const FRAME: usize = 512;
/// Samples before them that the model sees again.
const CONTEXT: usize = 64;
const STATE: [usize; 3] = [2, 1, 128];

/// The loaded model; each microphone has a [`VoiceStream`] of its own.
#[derive(Clone)]
pub struct VoiceDetector {
    session: Arc<Session>,
}

impl VoiceDetector {
    /// # Errors
    /// The model file is missing or is not the pinned one.
    pub fn load(models: &Path) -> Result<Self, SpeechError> {
        let session = Session::load(models, pinned::SILERO, &["input", "state", "sr"], &["output", "stateN"])?;
        Ok(Self {
            session: Arc::new(session),
        })
    }

    pub fn stream(&self) -> VoiceStream {
        VoiceStream {
            session: self.session.clone(),
            state: Array::floats(&STATE, vec![0.0; STATE.iter().product()]),
            pending: vec![0.0; CONTEXT],
        }
    }
}

/// One microphone.
pub struct VoiceStream {
    session: Arc<Session>,
    state: Array,
    /// The context, then samples that do not fill a frame yet.
    pending: Vec<f32>,
}

impl VoiceStream {
    /// The duration of a judged frame, in milliseconds.
    pub const FRAME_MS: i64 = FRAME as i64 * 1_000 / RATE as i64;

    /// Takes samples of 16 kHz; returns the probability of a voice for each frame that is full.
    ///
    /// # Errors
    /// The model failed.
    pub fn push(&mut self, samples: &[f32]) -> Result<Vec<f32>, SpeechError> {
        self.pending.extend_from_slice(samples);
        let rate = Array::ints(&[], vec![RATE as i32]);
        let mut probabilities = Vec::new();
        let mut at = 0;
        while self.pending.len() - at >= CONTEXT + FRAME {
            let window = self.pending[at..at + CONTEXT + FRAME].to_vec();
            let input = Array::floats(&[1, CONTEXT + FRAME], window);
            let mut outputs = self.session.run(&[&input, &self.state, &rate])?.into_iter();
            let probability = outputs.next().and_then(|output| output.as_floats().first().copied());
            if let Some(state) = outputs.next() {
                self.state = state;
            }
            probabilities.push(probability.unwrap_or_default());
            at += FRAME;
        }
        self.pending.drain(..at);
        Ok(probabilities)
    }
}

/// Voice begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    On,
    Off,
}

/// Turns probabilities into edges: on above the first threshold, off below the second.
#[derive(Clone, Copy, Debug)]
pub struct Edges {
    on: f32,
    off: f32,
    voice: bool,
}

impl Default for Edges {
    fn default() -> Self {
        Self {
            on: 0.5,
            off: 0.35,
            voice: false,
        }
    }
}

impl Edges {
    pub fn take(&mut self, probability: f32) -> Option<Edge> {
        if !self.voice && probability >= self.on {
            self.voice = true;
            return Some(Edge::On);
        }
        if self.voice && probability < self.off {
            self.voice = false;
            return Some(Edge::Off);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_do_not_flutter_between_the_thresholds() {
        let mut edges = Edges::default();
        let found: Vec<_> = [0.1, 0.4, 0.6, 0.4, 0.6, 0.36, 0.2, 0.4]
            .into_iter()
            .filter_map(|p| edges.take(p))
            .collect();
        assert_eq!(found, [Edge::On, Edge::Off]);
    }
}
