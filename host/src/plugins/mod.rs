//! Sandboxed plugins: loaded at start, listed with what they can reach, run one call at a time.

pub(crate) mod arguments;
pub mod calculate;
mod examples;
mod intent;
pub mod list;
mod registry;
mod run;
#[cfg(test)]
#[expect(clippy::expect_used, reason = "tests")]
mod tests;
pub mod units;
pub(crate) mod wire;

pub use arguments::CONFIRMED;
pub use intent::{Input, Intent};
pub use registry::Plugins;
pub use run::CalculateError;
