//! What happens to a conversation.

use crate::Stamp;

/// How the user speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    HandsFree,
    PushToTalk,
    Muted,
}

/// A part of the pipeline that failed after all its fallbacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    Recognition,
    TurnDetection,
    Model,
    Voice,
}

/// Where a word of a segment ends: in its sound and in its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordEnd {
    /// Milliseconds since the segment's sound began.
    pub ms: i64,
    /// Bytes of the segment's text, at a character boundary.
    pub byte: usize,
}

/// Results carry the [`Stamp`] of the action that asked for them; one that is no longer current changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Connected,
    /// The socket is gone; it may come back.
    Disconnected,
    /// The socket is back; the client has played the answer to here.
    Reconnected {
        heard_ms: i64,
    },
    Closed,

    ModeSet(Mode),
    /// The key of push-to-talk.
    KeyDown,
    KeyUp,
    /// "I have finished", said by a button.
    Committed,
    /// A typed question.
    Typed(String),
    /// The stop button; the client has played the answer to here.
    Stopped {
        heard_ms: i64,
    },

    /// The voice detector's edges, without any wait of its own.
    VoiceOn,
    VoiceOff,
    /// The voice since the last [`Event::VoiceOn`] was the answer's own, come back through the microphone.
    OwnVoice,

    /// The probability, 0 to 1, in thousandths, that the speaker has finished.
    Judged {
        ear: Stamp,
        thousandths: u16,
    },
    Partial {
        ear: Stamp,
        text: String,
    },
    Final {
        ear: Stamp,
        text: String,
    },

    /// A checked sentence of the answer, in its spoken form.
    Sentence {
        answer: Stamp,
        text: String,
    },
    /// The answer is complete; `clarifies` when it asks the user something.
    Answered {
        answer: Stamp,
        clarifies: bool,
    },

    /// All sound of a segment is made and on its way; `words` may be empty.
    Sounded {
        answer: Stamp,
        segment: u16,
        ms: i64,
        words: Vec<WordEnd>,
    },
    /// The client has played this much of the answer.
    Played {
        answer: Stamp,
        heard_ms: i64,
    },

    /// A part failed; `stamp` is that of the action which it could not do.
    Failed {
        stamp: Stamp,
        part: Part,
    },

    /// Nothing happened until [`crate::State::deadline`].
    Tick,
}
