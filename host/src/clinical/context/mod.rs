//! What a person says about the patient of a conversation: sealed, used here alone, shown to nobody else but by reveal.

pub mod change;
mod sentence;
pub mod show;
pub mod store;

pub use sentence::{narrowing, sentence};
