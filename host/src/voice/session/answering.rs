use std::collections::BTreeSet;

use tokio_util::sync::CancellationToken;

use super::super::mouth::Mouth;
use super::super::words::{Line, Unsaid};

/// An answer that the conversation holds.
pub struct Answering {
    /// What its sound is called on the wire.
    pub utt: u16,
    pub question: String,
    /// As the client is told: `answer`, `clarify`, `notice`.
    pub kind: &'static str,
    /// What is said, in the order of its segments; notices are no part of it.
    pub lines: Vec<Line>,
    /// Stops the answer where it is written.
    pub cancel: CancellationToken,
    /// It is known to be meant: what was begun ahead of the end of a question may not be.
    pub asked: bool,
    /// The question's message, once it is one.
    pub message: Option<String>,
    pub mouth: Option<Mouth>,
    /// A filler before its own sound: what that is called on the wire, and who speaks it.
    pub filler: Option<u16>,
    pub murmur: Option<Mouth>,
    /// Citations that the reader's browser must confirm.
    pub guarded: BTreeSet<u32>,
    /// Sentences that were not spoken because they cite one of those, or because enough was said.
    pub unsaid: Unsaid,
    pub heard_ms: i64,
    /// Samples that were sent.
    pub samples: u32,
    /// Segments that were handed to the voice, and those whose sound is sent.
    pub said: usize,
    pub sounded: usize,
    /// The client was told that it begins, and that nothing more comes.
    pub opened: bool,
    pub closed: bool,
    /// No more sentences come.
    pub complete: bool,
}

impl Answering {
    pub fn new(utt: u16, question: String) -> Self {
        Self {
            utt,
            question,
            kind: "answer",
            lines: Vec::new(),
            cancel: CancellationToken::new(),
            asked: false,
            message: None,
            mouth: None,
            filler: None,
            murmur: None,
            guarded: BTreeSet::new(),
            unsaid: Unsaid::default(),
            heard_ms: 0,
            samples: 0,
            said: 0,
            sounded: 0,
            opened: false,
            closed: false,
            complete: false,
        }
    }

    /// All sound there will be was sent.
    pub fn is_sent(&self) -> bool {
        self.complete && self.opened && self.said == self.sounded
    }
}
