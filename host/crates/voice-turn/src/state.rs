//! Where a conversation stands.

use crate::action::Why;
use crate::heard::Segment;
use crate::{Mode, Waits};

/// What an action or a result belongs to. Every stream of speech and every answer draws a generation of its own, so
/// that two stamps are equal only when they mean the same thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Stamp {
    /// Counts what the user says.
    pub turn: u32,
    /// Counts everything that was ever begun in the session.
    pub generation: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Nobody has connected yet.
    Waiting,
    Listening,
    /// Listening for the answer to a question of ours.
    Clarifying,
    /// The user speaks.
    Hearing,
    /// The user pauses and may have finished.
    Ending,
    Thinking,
    Speaking,
    /// The answer is held: the user may be interrupting.
    Paused,
    Ended,
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    Closed,
    ConnectionLost,
    Idle,
}

/// A stretch of speech of the current turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ear {
    pub stamp: Stamp,
    pub opened: i64,
    pub text: String,
    /// It began over an answer, which said this.
    pub spoken: Option<String>,
    /// That answer asked something, to which a word is a reply.
    pub reply: bool,
    /// When its final text was asked for.
    pub finishing: Option<i64>,
    pub is_final: bool,
    /// What the turn detector says.
    pub complete: Option<bool>,
    pub failed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub stamp: Stamp,
    pub question: String,
    pub speculative: bool,
    /// When the model last gave something, or was asked.
    pub latest: i64,
    pub filled: bool,
    pub done: bool,
    pub clarifies: bool,
    pub why: Why,
    /// The voice failed: what is left is text only.
    pub silent: bool,
    pub segments: Vec<Segment>,
    /// When the voice was last waited for.
    pub voice_since: Option<i64>,
    pub heard_ms: i64,
    /// When playing was last known to go on.
    pub progress: i64,
}

impl Answer {
    /// Length of the sound that is made.
    pub fn sound_ms(&self) -> i64 {
        self.segments.iter().filter_map(|segment| segment.ms).sum()
    }

    /// Whether a segment was handed to the voice and has no sound yet.
    pub fn awaits_voice(&self) -> bool {
        !self.silent && self.segments.iter().any(|segment| segment.said && segment.ms.is_none())
    }

    /// Everything is made and played.
    pub fn is_over(&self) -> bool {
        self.done && !self.awaits_voice() && self.heard_ms >= self.sound_ms()
    }
}

/// A conversation. [`crate::step`] turns one into the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub(crate) waits: Waits,
    pub(crate) mode: Mode,
    pub(crate) phase: Phase,
    pub(crate) turn: u32,
    pub(crate) generation: u32,
    /// Since when the connection is gone.
    pub(crate) lost: Option<i64>,
    /// When something last happened.
    pub(crate) active: i64,
    /// Since when there is voice.
    pub(crate) voiced: Option<i64>,
    /// This voice was already taken for speech.
    pub(crate) counted: bool,
    /// When voice last ended.
    pub(crate) quiet: i64,
    /// Voice of this turn so far, without the current one.
    pub(crate) voiced_ms: i64,
    /// The turn was ended by a key, a button or its length.
    pub(crate) committed: bool,
    /// The stretches of speech of the question that is being spoken, the latest last.
    pub(crate) heard: Vec<Ear>,
    /// Speech over an answer.
    pub(crate) over: Option<Ear>,
    pub(crate) answer: Option<Answer>,
    /// When the first sound of the session was played.
    pub(crate) first_sound: Option<i64>,
}

impl State {
    /// A session that waits for its client.
    pub fn new(waits: Waits, mode: Mode, now: i64) -> Self {
        Self {
            waits,
            mode,
            phase: Phase::Waiting,
            turn: 0,
            generation: 0,
            lost: None,
            active: now,
            voiced: None,
            counted: false,
            quiet: now,
            voiced_ms: 0,
            committed: false,
            heard: Vec::new(),
            over: None,
            answer: None,
            first_sound: None,
        }
    }

    pub fn phase(&self) -> Phase {
        self.phase
    }

    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// From now on a turn ends after this much quiet whatever it sounds like; milliseconds, 1500 to 4000.
    pub fn set_pause(&mut self, ms: i64) {
        self.waits.turn_max = ms.clamp(1_500, 4_000);
    }

    pub fn turn(&self) -> u32 {
        self.turn
    }

    pub fn is_connected(&self) -> bool {
        self.lost.is_none() && self.phase != Phase::Waiting
    }

    /// The answer that is being made or played.
    pub fn answering(&self) -> Option<Stamp> {
        self.answer.as_ref().map(|answer| answer.stamp)
    }

    /// What the user has said of the current question.
    pub(crate) fn question(&self) -> String {
        let parts: Vec<&str> = self
            .heard
            .iter()
            .map(|ear| ear.text.trim())
            .filter(|text| !text.is_empty())
            .collect();
        parts.join(" ")
    }

    pub(crate) fn guarded(&self, now: i64) -> bool {
        self.first_sound
            .is_none_or(|first| now < first.saturating_add(self.waits.guard))
    }
}
