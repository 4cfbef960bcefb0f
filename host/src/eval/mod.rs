//! `voiceassist eval`: measures one part on evaluation data; needs no server and no database.

pub mod answers;
pub mod extract;
pub mod phi;
pub mod retrieval;
mod vectors;
