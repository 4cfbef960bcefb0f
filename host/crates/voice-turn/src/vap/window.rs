//! Numbering, acknowledging and the resume window: what was sent and not acknowledged is kept and sent again.

use std::collections::VecDeque;

use super::{Frame, Kind};

/// Whether number `a` comes after `b`, across the wrap (RFC 1982 with 32 bits).
pub fn after(a: u32, b: u32) -> bool {
    a != b && a.wrapping_sub(b) < 1 << 31
}

/// What was sent and not acknowledged yet, oldest first.
#[derive(Clone, Debug)]
pub struct Outbox {
    next: u32,
    held: VecDeque<(i64, Frame)>,
    bytes: usize,
    /// Kept at most this long, in milliseconds, and at most this much.
    window_ms: i64,
    max_bytes: usize,
}

impl Outbox {
    pub fn new(window_ms: i64, max_bytes: usize) -> Self {
        Self {
            next: 0,
            held: VecDeque::new(),
            bytes: 0,
            window_ms,
            max_bytes,
        }
    }

    /// Numbers a frame, keeps it, and returns it as it goes out.
    pub fn send(&mut self, mut frame: Frame, now: i64) -> Frame {
        frame.number = self.next;
        self.next = self.next.wrapping_add(1);
        self.bytes += frame.audio.len();
        self.held.push_back((now, frame.clone()));
        self.trim(now);
        frame
    }

    fn trim(&mut self, now: i64) {
        while let Some((sent, oldest)) = self.held.front() {
            if now - sent <= self.window_ms && self.bytes <= self.max_bytes {
                return;
            }
            self.bytes -= oldest.audio.len();
            self.held.pop_front();
        }
    }

    /// The other side has every frame up to `number`. A number that was never sent is ignored.
    pub fn acknowledge(&mut self, number: u32) {
        if !after(self.next, number) {
            return;
        }
        while let Some((_, oldest)) = self.held.front() {
            if after(oldest.number, number) {
                return;
            }
            self.bytes -= oldest.audio.len();
            self.held.pop_front();
        }
    }

    /// After a reconnect: what the other side has not, marked as sent again. The first frame says when some is missing.
    pub fn again(&mut self, last_seen: Option<u32>, now: i64) -> Vec<Frame> {
        if let Some(number) = last_seen {
            self.acknowledge(number);
        }
        self.trim(now);
        let expected = last_seen.map_or(0, |number| number.wrapping_add(1));
        let mut frames: Vec<Frame> = self.held.iter().map(|(_, frame)| frame.clone()).collect();
        for frame in &mut frames {
            if frame.kind == Kind::Microphone {
                frame.kind = Kind::MicrophoneAgain;
            }
        }
        if let Some(first) = frames.first_mut() {
            first.flags.gap |= first.number != expected;
        }
        frames
    }

    /// Throws away what is kept of one utterance.
    pub fn forget_stream(&mut self, stream: u16) {
        self.held.retain(|(_, frame)| frame.stream != stream);
        self.bytes = self.held.iter().map(|(_, frame)| frame.audio.len()).sum();
    }

    pub fn held(&self) -> usize {
        self.held.len()
    }

    pub fn held_bytes(&self) -> usize {
        self.bytes
    }
}

/// What an arriving number means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    Next,
    /// So many frames before this one did not come.
    After {
        missing: u32,
    },
    /// Known already, or older than what was given up: not to be used.
    Old,
}

/// Follows the numbers of the other side.
#[derive(Clone, Copy, Debug, Default)]
pub struct Inbox {
    last: Option<u32>,
}

impl Inbox {
    pub fn receive(&mut self, number: u32) -> Received {
        let Some(last) = self.last else {
            self.last = Some(number);
            return match number {
                0 => Received::Next,
                missing => Received::After { missing },
            };
        };
        if !after(number, last) {
            return Received::Old;
        }
        self.last = Some(number);
        match number.wrapping_sub(last) - 1 {
            0 => Received::Next,
            missing => Received::After { missing },
        }
    }

    /// What to acknowledge.
    pub fn last(&self) -> Option<u32> {
        self.last
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Codec, Flags};
    use super::*;

    fn frame(bytes: usize) -> Frame {
        Frame {
            kind: Kind::Microphone,
            codec: Codec::Pcm16,
            flags: Flags::default(),
            number: 0,
            time: 0,
            stream: 0,
            segment: 0,
            audio: vec![0; bytes],
        }
    }

    #[test]
    fn what_was_not_acknowledged_comes_again_marked() {
        let mut out = Outbox::new(30_000, 1 << 20);
        for at in 0..5 {
            out.send(frame(2), at);
        }
        out.acknowledge(1);
        let again = out.again(Some(2), 10);
        assert_eq!(again.iter().map(|f| f.number).collect::<Vec<_>>(), [3, 4]);
        assert!(again.iter().all(|f| f.kind == Kind::MicrophoneAgain && !f.flags.gap));
    }

    #[test]
    fn what_is_too_old_or_too_much_is_missing_and_said_to_be() {
        let mut out = Outbox::new(100, 10);
        for at in 0..4 {
            out.send(frame(4), at * 10);
        }
        let again = out.again(Some(0), 30);
        assert_eq!(again[0].number, 2);
        assert!(again[0].flags.gap);
        assert!(out.again(Some(0), 1_000).is_empty());
        assert_eq!(out.held_bytes(), 0);
    }

    #[test]
    fn acknowledging_what_was_never_sent_changes_nothing() {
        let mut out = Outbox::new(1_000, 1_000);
        out.send(frame(2), 0);
        out.acknowledge(7);
        assert_eq!(out.held(), 1);
    }

    #[test]
    fn flushed_utterance_is_not_sent_again() {
        let mut out = Outbox::new(1_000, 1_000);
        let mut speech = frame(2);
        speech.kind = Kind::Speech;
        speech.stream = 3;
        out.send(speech, 0);
        out.send(frame(2), 0);
        out.forget_stream(3);
        assert_eq!((out.held(), out.held_bytes()), (1, 2));
    }

    #[test]
    fn numbers_are_followed_across_the_wrap() {
        let mut inbox = Inbox { last: Some(u32::MAX) };
        assert_eq!(inbox.receive(0), Received::Next);
        assert_eq!(inbox.receive(u32::MAX), Received::Old);
        assert_eq!(inbox.receive(3), Received::After { missing: 2 });
        assert_eq!(inbox.receive(3), Received::Old);
        assert_eq!(inbox.last(), Some(3));
    }

    proptest! {
        #[test]
        fn every_frame_arrives_once_over_a_broken_line(losses in prop::collection::vec(0usize..4, 1..30), start in any::<u32>()) {
            let mut out = Outbox::new(i64::MAX, usize::MAX);
            out.next = start;
            let mut inbox = Inbox { last: Some(start.wrapping_sub(1)) };
            let mut got = Vec::new();
            for (now, lost) in losses.iter().enumerate() {
                let sent = out.send(frame(2), now as i64);
                // The line breaks for some frames, then everything unacknowledged comes again.
                if *lost == 0 {
                    for one in out.again(inbox.last(), now as i64) {
                        if inbox.receive(one.number) != Received::Old {
                            got.push(one.number);
                        }
                    }
                } else if *lost == 1 && inbox.last() == Some(sent.number.wrapping_sub(1)) {
                    prop_assert_eq!(inbox.receive(sent.number), Received::Next);
                    got.push(sent.number);
                }
            }
            for one in out.again(inbox.last(), 1_000) {
                prop_assert_ne!(inbox.receive(one.number), Received::Old);
                got.push(one.number);
            }
            let all: Vec<u32> = (0..losses.len() as u32).map(|n| start.wrapping_add(n)).collect();
            prop_assert_eq!(got, all);
        }
    }
}
