//! The patient of a conversation.

mod draft;
pub mod facts;
pub mod panel;
