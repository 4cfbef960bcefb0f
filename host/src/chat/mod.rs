//! Conversations: ask, and get an answer of which every sentence has passed the support check.

pub mod answer;
pub mod ask;
mod calculation;
pub mod create;
pub mod delete;
mod draft;
pub mod events;
pub mod export;
mod grounding;
pub mod heard;
mod keep;
pub mod language;
pub mod list;
mod local;
mod permission;
pub mod regenerate;
pub mod rename;
pub mod restore;
pub mod revealed;
mod run;
pub mod show;
pub mod stop;
mod store;
pub mod vocabulary;

pub use run::{Running, resume_interrupted};
