//! What goes to the client, numbered and kept until it has arrived: a connection that comes back gets what it missed, in
//! order.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use voice_turn::vap::{CloseCode, Codec, Envelope, Flags, Frame, HostMessage, Kind, Message, Outbox, after, write};

use super::input::Out;
use super::kept::Kept;

/// How long, and how much of, what was sent is kept for a connection that comes back.
const WINDOW_MS: i64 = 30_000;
const WINDOW_BYTES: usize = 8 * 1024 * 1024;
const WINDOW_MESSAGES: usize = 512;
/// A frame has 50 ms, which is short enough at every rate.
const FRAMES_PER_SECOND: u32 = 20;
/// A client that asks by single requests is gone after this.
const GONE: Duration = Duration::from_secs(30);

/// The connection there is.
pub struct Link {
    pub number: u64,
    pub out: mpsc::Sender<Out>,
    pub kept: Option<Arc<Kept>>,
}

pub struct Wire {
    link: Option<Link>,
    outbox: Outbox,
    /// Number of the next frame.
    frames: u32,
    /// Control messages, each before the frame of its number.
    said: VecDeque<(u32, String)>,
    /// Number of the next control message.
    messages: u64,
}

/// Sound of an utterance.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    pub utt: u16,
    pub segment: u16,
    /// Samples of the utterance before it.
    pub time: u32,
}

impl Wire {
    pub fn new() -> Self {
        Self {
            link: None,
            outbox: Outbox::new(WINDOW_MS, WINDOW_BYTES),
            frames: 0,
            said: VecDeque::new(),
            messages: 0,
        }
    }

    /// Whether a message came over the connection there is.
    pub fn is(&self, link: u64) -> bool {
        self.link.as_ref().is_some_and(|one| one.number == link)
    }

    pub fn is_connected(&self) -> bool {
        self.link.is_some()
    }

    /// Nobody has asked for anything for too long.
    pub fn is_forsaken(&self) -> bool {
        let kept = self.link.as_ref().and_then(|link| link.kept.as_ref());
        kept.is_some_and(|kept| kept.seen.ago() > GONE)
    }

    pub fn disconnect(&mut self) {
        self.link = None;
    }

    /// Ends the connection with a code, where one is due.
    pub fn close(&mut self, code: Option<CloseCode>) {
        if let Some(link) = self.link.take() {
            // A client that is that far behind is not told.
            let _ = link.out.try_send(Out::Close(code));
        }
    }

    /// Says something that must arrive.
    pub fn tell(&mut self, message: HostMessage) {
        let Some(text) = self.text(message) else { return };
        self.said.push_back((self.frames, text.clone()));
        if self.said.len() > WINDOW_MESSAGES {
            self.said.pop_front();
        }
        self.put(Message::Text(text));
    }

    /// Says something that is soon out of date.
    pub fn mention(&mut self, message: HostMessage) {
        if let Some(text) = self.text(message) {
            self.put(Message::Text(text));
        }
    }

    fn text(&mut self, message: HostMessage) -> Option<String> {
        self.messages += 1;
        let envelope = Envelope {
            id: Some(self.messages),
            ts: None,
            message,
        };
        write(&envelope).ok()
    }

    /// A client that has let too much pile up counts as gone.
    fn put(&mut self, message: Message) {
        let sent = self.link.as_ref().map(|link| link.out.try_send(Out::Message(message)));
        if matches!(sent, Some(Err(_))) {
            self.link = None;
        }
    }

    /// Sends 16-bit samples of the given rate.
    pub fn sound(&mut self, part: Part, pcm: &[u8], rate: u32, now: i64) {
        let bytes = (rate / FRAMES_PER_SECOND).max(1) as usize * 2;
        for (index, audio) in pcm.chunks(bytes).enumerate() {
            let before = (index * bytes / 2) as u32;
            let flags = Flags {
                first: part.time == 0 && before == 0,
                ..Flags::default()
            };
            let time = part.time.wrapping_add(before);
            self.frame(Part { time, ..part }, flags, audio.to_vec(), now);
        }
    }

    /// The end of an utterance.
    pub fn last(&mut self, part: Part, now: i64) {
        let flags = Flags {
            last: true,
            ..Flags::default()
        };
        self.frame(part, flags, Vec::new(), now);
    }

    fn frame(&mut self, part: Part, flags: Flags, audio: Vec<u8>, now: i64) {
        let frame = Frame {
            kind: Kind::Speech,
            codec: Codec::Pcm16,
            flags,
            number: 0,
            time: part.time,
            stream: part.utt,
            segment: part.segment,
            audio,
        };
        let frame = self.outbox.send(frame, now);
        self.frames = frame.number.wrapping_add(1);
        self.put(Message::Binary(frame.encode()));
    }

    /// The client has every frame up to `number`, and so what was said before it.
    pub fn acknowledge(&mut self, number: u32) {
        self.outbox.acknowledge(number);
        while self.said.front().is_some_and(|(before, _)| !after(*before, number)) {
            self.said.pop_front();
        }
    }

    /// Throws away what was not played of an utterance.
    pub fn forget(&mut self, utt: u16) {
        self.outbox.forget_stream(utt);
    }

    /// Takes a new connection, in place of one there may be. With `seen`, the last frame that had arrived, or without one
    /// where none had, what was missed follows the welcome.
    pub fn connect(&mut self, link: Link, welcome: HostMessage, again: bool, seen: Option<u32>, now: i64) {
        self.close(Some(CloseCode::Superseded));
        self.link = Some(link);
        self.mention(welcome);
        if !again {
            return;
        }
        let mut frames = self.outbox.again(seen, now).into_iter().peekable();
        let said: Vec<(u32, String)> = self.said.iter().cloned().collect();
        for (before, text) in said {
            while let Some(frame) = frames.next_if(|frame| after(before, frame.number)) {
                self.put(Message::Binary(frame.encode()));
            }
            if seen.is_none_or(|seen| after(before, seen)) {
                self.put(Message::Text(text));
            }
        }
        for frame in frames {
            self.put(Message::Binary(frame.encode()));
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use voice_turn::vap::read_host;

    use super::*;

    fn link(number: u64) -> (Link, mpsc::Receiver<Out>) {
        let (out, outgoing) = mpsc::channel(64);
        let kept = None;
        (Link { number, out, kept }, outgoing)
    }

    fn welcome() -> HostMessage {
        HostMessage::Listening { ready_ms: 0 }
    }

    /// Frames by number, messages by utterance.
    fn received(outgoing: &mut mpsc::Receiver<Out>) -> Vec<String> {
        let mut all = Vec::new();
        while let Ok(out) = outgoing.try_recv() {
            all.push(match out {
                Out::Message(Message::Binary(bytes)) => format!("frame {}", Frame::decode(&bytes).unwrap().number),
                Out::Message(Message::Text(text)) => match read_host(&text).unwrap().message {
                    HostMessage::SayEnd { utt } => format!("end {utt}"),
                    _ => "welcome".into(),
                },
                Out::Close(code) => format!("close {}", code.map_or(1000, CloseCode::code)),
            });
        }
        all
    }

    const PART: Part = Part {
        utt: 1,
        segment: 0,
        time: 0,
    };

    #[test]
    fn a_connection_that_comes_back_gets_what_it_missed_in_order() {
        let mut wire = Wire::new();
        let (first, mut outgoing) = link(1);
        wire.connect(first, welcome(), false, None, 0);
        wire.sound(PART, &[0; 8], 40, 0);
        wire.tell(HostMessage::SayEnd { utt: 1 });
        wire.disconnect();
        wire.tell(HostMessage::SayEnd { utt: 2 });
        wire.sound(PART, &[0; 4], 40, 0);
        wire.tell(HostMessage::SayEnd { utt: 3 });
        assert_eq!(received(&mut outgoing), ["welcome", "frame 0", "frame 1", "end 1"]);
        let (second, mut outgoing) = link(2);
        wire.connect(second, welcome(), true, Some(0), 10);
        assert!(wire.is(2) && !wire.is(1));
        let missed = ["welcome", "frame 1", "end 1", "end 2", "frame 2", "end 3"];
        assert_eq!(received(&mut outgoing), missed);
        wire.acknowledge(2);
        let (third, mut again) = link(3);
        wire.connect(third, welcome(), true, Some(2), 20);
        assert_eq!(received(&mut again), ["welcome", "end 3"]);
        assert_eq!(received(&mut outgoing), ["close 4409"], "the session went on elsewhere");
    }

    #[test]
    fn what_was_flushed_does_not_come_again() {
        let mut wire = Wire::new();
        wire.sound(PART, &[0; 4], 40, 0);
        wire.forget(1);
        let (one, mut outgoing) = link(1);
        wire.connect(one, welcome(), true, None, 0);
        assert_eq!(received(&mut outgoing), ["welcome"]);
    }

    #[test]
    fn every_frame_of_the_fastest_rate_is_short_enough() {
        let mut wire = Wire::new();
        let (one, mut outgoing) = link(1);
        wire.connect(one, welcome(), false, None, 0);
        wire.sound(PART, &[0; 20_000], 48_000, 0);
        wire.last(PART, 0);
        let frames: Vec<_> = received(&mut outgoing)
            .into_iter()
            .filter(|one| one.starts_with("frame"))
            .collect();
        assert_eq!(frames.len(), 6);
    }

    #[test]
    fn a_client_that_takes_nothing_is_given_up() {
        let mut wire = Wire::new();
        let (out, _outgoing) = mpsc::channel(1);
        let kept = None;
        wire.connect(Link { number: 1, out, kept }, welcome(), false, None, 0);
        wire.tell(HostMessage::SayEnd { utt: 1 });
        assert!(!wire.is_connected());
    }
}
