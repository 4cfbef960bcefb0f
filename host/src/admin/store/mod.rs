//! What administrators look at across all features.

pub mod conversations;
pub mod findings;
pub mod health;
pub mod overview;

pub const DAY_MS: i64 = 24 * 60 * 60 * 1000;
