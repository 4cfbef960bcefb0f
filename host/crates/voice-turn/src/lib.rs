//! A voice conversation without its ears and mouth: who may speak when, what was heard, what travels on the wire.
//!
//! Nothing here reads a clock, a file or a socket. [`step`] is told what happened and when, and answers with what is to
//! be done; the owner of the socket does it and reports back.

mod action;
mod event;
mod heard;
mod interruption;
pub mod speakable;
mod state;
mod step;
#[cfg(test)]
mod tests;
pub mod vap;
mod waits;

pub use action::{Action, Kept, Notice, Why};
pub use event::{Event, Mode, Part, WordEnd};
pub use heard::{Segment, split_heard};
pub use interruption::{Interruption, classify};
pub use state::{End, Phase, Stamp, State};
pub use step::step;
pub use waits::Waits;
