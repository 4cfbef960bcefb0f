//! Sandboxed plugins: installed from signed packages, granted what IT agreed to, run one call at a time.

pub(crate) mod arguments;
mod bundle;
pub mod calculate;
mod calls;
pub mod change;
pub mod cli;
mod destinations;
mod examples;
pub mod install;
mod intent;
pub mod list;
pub mod log;
pub mod mcp;
mod outside;
pub mod overview;
pub mod publishers;
mod ready;
mod registry;
mod run;
mod set;
mod store;
#[cfg(test)]
#[expect(clippy::expect_used, reason = "tests")]
mod tests;
pub mod tools;
pub(crate) mod wire;

pub use ::units;
pub use arguments::CONFIRMED;
pub use destinations::Destination;
pub use intent::{Input, Intent};
pub use outside::{OnBehalf, Reach, Real};
pub use registry::{Loaded, LoadedTool};
pub use run::CalculateError;
pub use set::{COMPILE, Plugins};
