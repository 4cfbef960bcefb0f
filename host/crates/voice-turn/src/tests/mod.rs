//! Conversations on a virtual clock.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod failures;
mod properties;
mod scenarios;
mod watch;
mod world;
