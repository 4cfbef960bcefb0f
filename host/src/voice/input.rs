//! What reaches the task that owns a session, from its connection and from the work it has begun.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use api_types::AnswerEvent;
use heard::Review;
use speech::SpeechError;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use voice_turn::vap::{ClientMessage, CloseCode, Message};
use voice_turn::{Stamp, WordEnd};

use super::kept::Kept;
use super::microphone::Window;
use crate::chat::ask::Begun;
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;
use crate::models::Stage;

/// Messages that may wait for the owner before the connection is no longer read.
pub const WAITING: usize = 512;
/// Messages that a client may be behind before its connection counts as lost: half a minute of sound and more.
pub const BEHIND: usize = 2_048;

/// What goes to the client.
#[derive(Debug)]
pub enum Out {
    Message(Message),
    /// The last thing; without a code when all is well.
    Close(Option<CloseCode>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    WebSocket,
    Http,
}

impl Transport {
    pub fn name(self) -> &'static str {
        match self {
            Self::WebSocket => "websocket",
            Self::Http => "http",
        }
    }
}

/// When a client was last there that asks by single requests.
pub struct Seen(Mutex<Instant>);

impl Seen {
    pub fn now() -> Self {
        Self(Mutex::new(Instant::now()))
    }

    pub fn touch(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    pub fn ago(&self) -> Duration {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }
}

/// A connection that wants to carry the session.
pub struct Attach {
    pub caller: Caller,
    /// A [`ClientMessage::Hello`] whose ticket or token was right.
    pub hello: ClientMessage,
    pub resumed: bool,
    pub transport: Transport,
    pub out: mpsc::Sender<Out>,
    /// Where nothing says that a client has gone.
    pub kept: Option<Arc<Kept>>,
    /// Told the number of the connection.
    pub joined: oneshot::Sender<Result<u64, Problem>>,
}

pub enum Input {
    Attach(Box<Attach>),
    Said {
        link: u64,
        message: Message,
    },
    Lost {
        link: u64,
    },
    Worked(Worked),
    /// To end now, for this reason; told when it is done.
    End {
        why: &'static str,
        done: oneshot::Sender<()>,
    },
}

/// What came of work that was begun.
pub enum Worked {
    Windows(Vec<Window>),
    /// The text so far; none when it could not be made.
    Partial {
        ear: Stamp,
        text: Option<String>,
    },
    /// The text so far, as a vendor hears it.
    Caption {
        ear: Stamp,
        text: String,
    },
    /// Something of a turn leaves on the connection with this row of the egress log.
    Sent {
        turn: u32,
        row: String,
    },
    /// A vendor failed, and this server does the same itself.
    Fell {
        stage: Stage,
        turn: u32,
    },
    /// The review is none when nothing could be recognised because too much waits.
    Final {
        ear: Stamp,
        review: Option<Result<Review, SpeechError>>,
    },
    /// The probability that the speaker has finished.
    Judged {
        ear: Stamp,
        complete: Option<f32>,
    },
    Begun {
        answer: Stamp,
        begun: Result<Begun, Problem>,
    },
    Answer {
        answer: Stamp,
        events: Vec<AnswerEvent>,
    },
    /// The answer cannot be followed any more.
    Lost {
        answer: Stamp,
    },
    Sound(Sounded),
    /// A segment that nothing could speak.
    Mute {
        answer: Stamp,
    },
    Here(Presence),
}

/// Whether the user may still be here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Yes,
    No,
}

/// The sound of a stretch of a segment.
pub struct Sounded {
    pub answer: Stamp,
    pub utt: u16,
    pub segment: u16,
    /// 16-bit samples at the session's rate.
    pub pcm: Vec<u8>,
    /// With the segment's last stretch: its length, and where its words end.
    pub whole: Option<(i64, Vec<WordEnd>)>,
    /// The robotic voice spoke in place of the other.
    pub fell_back: bool,
}
