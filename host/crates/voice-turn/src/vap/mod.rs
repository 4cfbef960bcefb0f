//! `vap.v1`: what travels between browser and host on one WebSocket per voice session, or in batches.
//!
//! Text messages are JSON control with a type `t`; binary messages are audio with a header of 16 bytes. Numbering,
//! acknowledging and the resume window make the audio of a session survive a lost connection.

mod batch;
mod control;
mod frame;
mod heard;
mod limits;
mod window;

pub use batch::{BatchError, Message, split};
pub use control::{
    AudioIn, AudioOut, BargeSource, Capabilities, ClientMessage, ControlError, Envelope, HostMessage, ModeName,
    UiHints, Word, read_client, read_host, write,
};
pub use frame::{Codec, FLAGS, Flags, Frame, FrameError, HEADER, Kind, MAX_FRAME};
pub use heard::{ChipName, HeardChip, VerdictName};
pub use limits::{CloseCode, Limits, Pace};
pub use window::{Inbox, Outbox, Received, after};

/// Offered and accepted in the WebSocket's subprotocol header.
pub const SUBPROTOCOL: &str = "vap.v1";
