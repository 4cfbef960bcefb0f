//! Conversations: asking, watching the answer come, reading it.

mod answer;
mod calculation;
mod clarification;
mod composer;
mod conflicts;
mod copy;
mod details;
mod empty;
pub mod model;
mod not_found;
pub mod page;
mod run;
mod sentences;
mod sources;
mod stage;
mod turn;
