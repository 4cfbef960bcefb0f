//! The reader's own second factor and sessions.

pub mod code;
mod data;
mod enrol;
mod factor;
pub mod page;
mod recovery;
pub mod sessions;
