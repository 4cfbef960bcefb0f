//! `voiceassist eval`: measures one part on evaluation data; needs no server and no database.

pub mod answers;
pub mod calculators;
mod components;
pub mod extract;
pub mod heard;
mod literal;
mod mapping;
pub mod phi;
pub mod retrieval;
pub mod say;
pub mod stt;
mod vectors;
