//! What comes from one microphone: the last seconds of it, and a thread that tells when a voice begins and ends.

use std::collections::VecDeque;
use std::sync::mpsc;

use speech::{RATE, VoiceDetector};

use super::whose::{Heard, Whose};

/// Samples kept for what is heard from now on, and for judging whether the speaker has finished.
const KEPT: usize = 9 * RATE as usize;
/// Samples before the first voice that belong to what is said.
const BEFORE: u64 = RATE as u64 / 2;
/// Pieces of sound that the thread may be behind, some four seconds.
const BEHIND: usize = 200;

enum Piece {
    Sound {
        samples: Vec<f32>,
        again: bool,
    },
    /// Whoever speaks on counts as new.
    Forget,
    /// Sound of the utterance of that number, which may come back.
    Said {
        utt: u16,
        samples: Vec<f32>,
    },
    /// Playing it rests or goes on.
    Held(bool),
    /// All of it was played.
    Played,
}

/// What the detector says of one stretch of 32 ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub heard: Option<Heard>,
    /// It is older sound that came again after a lost connection.
    pub again: bool,
}

pub struct Microphone {
    detector: mpsc::SyncSender<Piece>,
    last: VecDeque<f32>,
    /// Samples so far.
    count: u64,
    /// Up to here they belong to something that is being heard.
    taken: u64,
}

impl Microphone {
    /// `tell` gets windows that change something, and all of sound that came again; false ends the thread. What is said has `rate`
    /// samples in a second.
    ///
    /// # Errors
    /// The system has no thread to give.
    pub fn open(
        detector: &VoiceDetector,
        rate: u32,
        tell: impl Fn(Vec<Window>) -> bool + Send + 'static,
    ) -> Result<Self, std::io::Error> {
        let (to, pieces) = mpsc::sync_channel(BEHIND);
        let mut stream = detector.stream();
        std::thread::Builder::new()
            .name("voice-detector".into())
            .spawn(move || {
                let mut whose = Whose::new(rate);
                for piece in pieces {
                    let (samples, again) = match piece {
                        Piece::Sound { samples, again } => (samples, again),
                        Piece::Forget => {
                            whose.forget();
                            continue;
                        }
                        Piece::Said { utt, samples } => {
                            whose.said(utt, &samples);
                            continue;
                        }
                        Piece::Held(held) => {
                            whose.held(held);
                            continue;
                        }
                        Piece::Played => {
                            whose.played();
                            continue;
                        }
                    };
                    let Ok(found) = stream.push(&samples) else { return };
                    let windows = whose.hears(&samples, &found).into_iter();
                    let windows = windows.map(|heard| Window { heard, again });
                    let windows: Vec<Window> = windows.filter(|one| one.again || one.heard.is_some()).collect();
                    if !windows.is_empty() && !tell(windows) {
                        return;
                    }
                }
            })?;
        Ok(Self {
            detector: to,
            last: VecDeque::new(),
            count: 0,
            taken: 0,
        })
    }

    /// Takes samples of 16 kHz. False when the detector is too far behind to hear them.
    pub fn push(&mut self, samples: &[f32], again: bool) -> bool {
        self.count += samples.len() as u64;
        self.last.extend(samples);
        let over = self.last.len().saturating_sub(KEPT);
        self.last.drain(..over);
        let samples = samples.to_vec();
        self.detector.try_send(Piece::Sound { samples, again }).is_ok()
    }

    /// Samples so far.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// From now on the detector counts a voice as new.
    pub fn forget(&self) {
        // A thread that is behind or gone has nothing to forget.
        let _ = self.detector.try_send(Piece::Forget);
    }

    /// Sound of the utterance of that number is sent: heard again, it is no voice.
    pub fn said(&self, utt: u16, samples: Vec<f32>) {
        // A thread that is behind takes an echo of it for a voice; its words still show what it is.
        let _ = self.detector.try_send(Piece::Said { utt, samples });
    }

    /// Playing what was said rests or goes on.
    pub fn held(&self, held: bool) {
        let _ = self.detector.try_send(Piece::Held(held));
    }

    /// What was said has been played, or will not be.
    pub fn played(&self) {
        let _ = self.detector.try_send(Piece::Played);
    }

    /// All samples up to now belong to something that is being heard.
    pub fn take(&mut self) {
        self.taken = self.count;
    }

    /// The half second before now, as far as nothing else has it.
    pub fn before(&self) -> Vec<f32> {
        self.since(self.count.saturating_sub(BEFORE).max(self.taken))
    }

    /// Where the half second before now begins, counted in samples.
    pub fn began(&self) -> u64 {
        self.count.saturating_sub(BEFORE)
    }

    /// What is kept of the samples from there on.
    pub fn since(&self, from: u64) -> Vec<f32> {
        let wanted = usize::try_from(self.count.saturating_sub(from)).unwrap_or(usize::MAX);
        let skip = self.last.len().saturating_sub(wanted);
        self.last.iter().skip(skip).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn microphone() -> (Microphone, mpsc::Receiver<Piece>) {
        let (detector, pieces) = mpsc::sync_channel(2);
        let microphone = Microphone {
            detector,
            last: VecDeque::new(),
            count: 0,
            taken: 0,
        };
        (microphone, pieces)
    }

    #[test]
    fn half_a_second_before_a_voice_belongs_to_it_unless_something_else_has_it() {
        let (mut microphone, _pieces) = microphone();
        assert!(microphone.push(&[1.0; 10_000], false));
        assert_eq!(microphone.before().len(), 8_000);
        microphone.take();
        assert!(microphone.push(&[2.0; 100], false));
        assert_eq!(microphone.before(), [2.0; 100]);
    }

    #[test]
    fn only_the_last_seconds_are_kept_and_a_detector_that_is_behind_is_told_of() {
        let (mut microphone, pieces) = microphone();
        assert!(microphone.push(&vec![0.5; KEPT], false));
        assert!(microphone.push(&[1.0; 5], false));
        assert!(!microphone.push(&[1.0; 5], false), "two pieces wait");
        assert_eq!(microphone.since(0).len(), KEPT);
        assert_eq!(microphone.since(KEPT as u64), [1.0; 10]);
        drop(pieces);
    }
}
