//! Conversations: asking, watching the answer come, reading it.

mod answer;
mod calculation;
mod clarification;
mod composer;
mod confirm;
mod conflicts;
mod copy;
mod details;
mod empty;
pub mod model;
mod not_found;
pub mod page;
pub mod run;
pub mod scope;
mod scope_row;
mod sentences;
mod sources;
mod stage;
mod turn;
