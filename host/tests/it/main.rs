//! Behaviour tests: the real application on a real database, real models and real child processes.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod answers;
mod documents;
mod isolation;
mod openapi;
mod sessions;
mod support;
