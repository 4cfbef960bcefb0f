//! The host's speech as it is played: at the player's rate, each sample once however often it is sent. No browser in it.

use std::collections::VecDeque;

use voice_turn::vap::{Codec, Frame};

use super::sound::{Resampler, from_pcm16};

/// Utterances remembered as cut off.
const DROPPED: usize = 16;

pub struct Mouth {
    from: f64,
    to: f64,
    current: Option<Utterance>,
    dropped: VecDeque<u16>,
}

struct Utterance {
    utt: u16,
    resampler: Resampler,
    /// The next sample of the host's that was not taken yet.
    next: u32,
    /// Where the next sample for the player lies.
    at: f64,
}

/// What the player gets.
#[derive(Debug, PartialEq)]
pub struct Sound {
    pub utt: u16,
    pub segment: u16,
    /// Samples of the player since the utterance began.
    pub at: f64,
    pub samples: Vec<f32>,
    pub last: bool,
}

impl Mouth {
    /// Rates of the host's speech and of the player, in samples a second.
    pub fn new(from: f64, to: f64) -> Self {
        Self {
            from,
            to,
            current: None,
            dropped: VecDeque::new(),
        }
    }

    /// Nothing more of this utterance is played, whatever is still on its way.
    pub fn drop_utterance(&mut self, utt: u16) {
        self.dropped.push_back(utt);
        if self.dropped.len() > DROPPED {
            self.dropped.pop_front();
        }
    }

    /// What of a frame is new; nothing when it was played, cut off, or is in another codec.
    pub fn take(&mut self, frame: &Frame) -> Option<Sound> {
        if frame.codec != Codec::Pcm16 || self.dropped.contains(&frame.stream) {
            return None;
        }
        let same = self.current.as_ref().is_some_and(|current| current.utt == frame.stream);
        if !same {
            self.current = None;
        }
        let (from, to) = (self.from, self.to);
        let current = self.current.get_or_insert_with(|| Utterance {
            utt: frame.stream,
            resampler: Resampler::new(from, to),
            next: frame.time,
            at: f64::from(frame.time) * to / from,
        });
        let samples = from_pcm16(&frame.audio);
        let known = (current.next.saturating_sub(frame.time) as usize).min(samples.len());
        if frame.time > current.next {
            current.next = frame.time;
            current.at = f64::from(frame.time) * to / from;
        }
        let fresh = &samples[known..];
        let last = frame.flags.last;
        if fresh.is_empty() && !last {
            return None;
        }
        current.next += fresh.len() as u32;
        let mut out = current.resampler.push(fresh);
        if last {
            out.extend(current.resampler.finish());
        }
        let sound = Sound {
            utt: frame.stream,
            segment: frame.segment,
            at: current.at,
            samples: out,
            last,
        };
        current.at += sound.samples.len() as f64;
        Some(sound)
    }
}

#[cfg(test)]
mod tests {
    use voice_turn::vap::{Flags, Kind};

    use super::{super::sound::to_pcm16, *};

    fn frame(utt: u16, time: u32, samples: usize, last: bool) -> Frame {
        Frame {
            kind: Kind::Speech,
            codec: Codec::Pcm16,
            flags: Flags {
                last,
                ..Flags::default()
            },
            number: 0,
            time,
            stream: utt,
            segment: 0,
            audio: to_pcm16(&vec![0.5; samples]),
        }
    }

    fn played(mouth: &mut Mouth, frames: &[Frame]) -> (usize, f64) {
        let sounds: Vec<Sound> = frames.iter().filter_map(|frame| mouth.take(frame)).collect();
        let end = sounds.last().map_or(0.0, |sound| sound.at + sound.samples.len() as f64);
        (sounds.iter().map(|sound| sound.samples.len()).sum(), end)
    }

    #[test]
    fn a_second_of_speech_lasts_a_second() {
        let mut mouth = Mouth::new(22_050.0, 48_000.0);
        let frames: Vec<Frame> = (0..10).map(|at| frame(1, at * 2_205, 2_205, at == 9)).collect();
        let (samples, end) = played(&mut mouth, &frames);
        assert!((samples as i64 - 48_000).abs() < 4, "{samples}");
        assert!((end - 48_000.0).abs() < 4.0);
    }

    #[test]
    fn what_comes_again_after_a_reconnect_is_played_once() {
        let mut mouth = Mouth::new(16_000.0, 16_000.0);
        let once: Vec<Frame> = (0..4).map(|at| frame(1, at * 320, 320, false)).collect();
        let again = [
            frame(1, 0, 640, false),
            frame(1, 640, 800, false),
            frame(1, 1_440, 160, true),
        ];
        let (first, _) = played(&mut mouth, &once);
        let (second, end) = played(&mut mouth, &again);
        assert!(((first + second) as i64 - 1_600).abs() < 4, "{first} {second}");
        assert!((end - 1_600.0).abs() < 4.0, "{end}");
    }

    #[test]
    fn speech_that_goes_on_in_the_middle_is_told_from_there() {
        let mut mouth = Mouth::new(16_000.0, 48_000.0);
        let sound = mouth.take(&frame(7, 1_600, 320, false));
        assert_eq!(sound.map(|sound| sound.at), Some(4_800.0));
    }

    #[test]
    fn a_cut_off_utterance_stays_silent_and_the_next_one_speaks() {
        let mut mouth = Mouth::new(16_000.0, 16_000.0);
        mouth.drop_utterance(3);
        assert_eq!(mouth.take(&frame(3, 0, 320, false)), None);
        assert!(mouth.take(&frame(4, 0, 320, false)).is_some());
    }
}
