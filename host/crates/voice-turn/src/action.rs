//! What is to be done next.

use crate::{End, Phase, Stamp};

/// What the user is told in a few fixed words, on the screen and, where a voice is left, aloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Notice {
    /// Somebody spoke and no word was understood.
    NotUnderstood,
    RecognitionFailed,
    ModelFailed,
    /// The model ended in the middle of its answer.
    AnswerBrokeOff,
    NoAnswer,
    /// Only on the screen: the answer goes on as text.
    VoiceFailed,
    /// Only on the screen: the user stopped the answer.
    Stopped,
}

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    Complete,
    Interrupted,
    VoiceFailed,
    ModelFailed,
    /// The player never said that it finished.
    Unreported,
    SessionEnded,
}

/// What the conversation's history keeps of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Up to the end of the last word that was played.
    pub heard: String,
    pub unheard: String,
    pub why: Why,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Recognise from now on, with the half second before as far as no other stream of the turn has it.
    Listen {
        ear: Stamp,
    },
    /// The speaker pauses: give the final text of what was said.
    Finish {
        ear: Stamp,
    },
    /// Has the speaker finished?
    Judge {
        ear: Stamp,
    },
    /// Forget this stream.
    Drop {
        ear: Stamp,
    },

    /// Put the question. A speculative answer must leave no trace until it is confirmed.
    Ask {
        answer: Stamp,
        text: String,
        speculative: bool,
    },
    /// The question was meant: keep the speculative answer.
    Confirm {
        answer: Stamp,
    },
    /// Stop answering; tools that have not begun must not begin.
    Cancel {
        answer: Stamp,
    },

    /// Speak a segment after those before it.
    Say {
        answer: Stamp,
        segment: u16,
        text: String,
    },
    /// Speak the fixed words of a notice as a segment.
    Announce {
        answer: Stamp,
        segment: u16,
        notice: Notice,
    },
    /// Play a short "one moment".
    Filler {
        answer: Stamp,
    },
    /// Hold the sound where it is.
    Pause {
        answer: Stamp,
    },
    Resume {
        answer: Stamp,
    },
    /// Throw away what was not played, and be silent.
    Flush {
        answer: Stamp,
    },
    /// After a reconnect: send the sound again from here.
    Replay {
        answer: Stamp,
        from_ms: i64,
    },

    Remember {
        answer: Stamp,
        kept: Kept,
    },
    Notify(Notice),
    Show(Phase),
    End(End),
}

impl Action {
    /// The stamp of an action that starts or continues something; none for what ends it or only reports.
    pub fn starts(&self) -> Option<Stamp> {
        match self {
            Self::Listen { ear } | Self::Finish { ear } | Self::Judge { ear } => Some(*ear),
            Self::Ask { answer, .. }
            | Self::Confirm { answer }
            | Self::Say { answer, .. }
            | Self::Announce { answer, .. }
            | Self::Filler { answer }
            | Self::Pause { answer }
            | Self::Resume { answer }
            | Self::Replay { answer, .. } => Some(*answer),
            Self::Drop { .. }
            | Self::Cancel { .. }
            | Self::Flush { .. }
            | Self::Remember { .. }
            | Self::Notify(_)
            | Self::Show(_)
            | Self::End(_) => None,
        }
    }
}
