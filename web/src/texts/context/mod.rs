//! What is said about the patient of a conversation, and to those who may look at it.

pub mod english;
pub mod german;

pub use english::ContextTexts;
