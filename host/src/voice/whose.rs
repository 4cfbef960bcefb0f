//! When a voice begins and ends, and whether it is our own that comes back through the microphone.

use speech::{Edge, Edges, OwnVoice, VoiceStream};

/// Below this probability of a voice it is not asked whose it is.
const VOICE: f32 = 0.35;
/// Windows of a voice of which nothing is known that still leave it our own.
const UNKNOWN: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    On,
    Off,
    /// What was taken for a voice is our own.
    Own,
}

pub struct Whose {
    edges: Edges,
    own: OwnVoice,
    /// The windows since a voice began: whether it may be somebody's.
    voice: Option<Vec<bool>>,
}

impl Whose {
    /// What is said has `rate` samples in a second.
    pub fn new(rate: u32) -> Self {
        Self {
            edges: Edges::default(),
            own: OwnVoice::new(rate),
            voice: None,
        }
    }

    /// Takes sound that is sent to be played, of the utterance of that number.
    pub fn said(&mut self, utt: u16, samples: &[f32]) {
        self.own.says(utt, samples);
    }

    /// Playing rests or goes on.
    pub fn held(&mut self, held: bool) {
        self.own.is_held(held);
    }

    /// What was said has been played.
    pub fn played(&mut self) {
        self.own.is_silent();
    }

    /// Whoever speaks on counts as new.
    pub fn forget(&mut self) {
        self.edges = Edges::default();
        self.voice = None;
    }

    /// Takes samples of the microphone and the probability of a voice in each window that they end.
    pub fn hears(&mut self, samples: &[f32], probabilities: &[f32]) -> Vec<Option<Heard>> {
        self.own.hears(samples);
        let asked = probabilities.iter().any(|probability| *probability >= VOICE);
        let own_ms = if asked { self.own.echo_ms() } else { 0 };
        let windows = probabilities.iter();
        windows.map(|probability| self.window(*probability, own_ms)).collect()
    }

    fn window(&mut self, probability: f32, own_ms: usize) -> Option<Heard> {
        let known = own_ms / VoiceStream::FRAME_MS as usize;
        let Some(voice) = &mut self.voice else {
            let begins = known == 0 && self.edges.take(probability) == Some(Edge::On);
            self.voice = begins.then(|| vec![true]);
            return begins.then_some(Heard::On);
        };
        voice.push(true);
        let from = voice.len().saturating_sub(known);
        voice[from..].fill(false);
        if known > 0 && voice.iter().filter(|somebody| **somebody).count() <= UNKNOWN {
            self.forget();
            return Some(Heard::Own);
        }
        let ends = self.edges.take(probability) == Some(Edge::Off);
        if ends {
            self.voice = None;
        }
        ends.then_some(Heard::Off)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(of: &[(f32, usize)]) -> Vec<Heard> {
        let mut whose = Whose::new(24_000);
        of.iter()
            .filter_map(|(voice, own)| whose.window(*voice, *own))
            .collect()
    }

    #[test]
    fn a_voice_that_proves_to_be_our_own_is_taken_back_and_not_told_of_again() {
        let unknown = [(0.9, 0); 10];
        let own = [(0.9, 320), (0.9, 128), (0.9, 128), (0.1, 0)];
        assert_eq!(windows(&[&unknown[..], &own].concat()), [Heard::On, Heard::Own]);
    }

    #[test]
    fn who_spoke_before_our_own_was_heard_goes_on_speaking() {
        let somebody = [(0.9, 0); 15];
        let own = [(0.9, 320), (0.9, 128), (0.1, 0)];
        assert_eq!(windows(&[&somebody[..], &own].concat()), [Heard::On, Heard::Off]);
    }

    #[test]
    fn after_our_own_a_voice_is_new() {
        assert_eq!(windows(&[(0.9, 128), (0.9, 0), (0.1, 0)]), [Heard::On, Heard::Off]);
    }
}
