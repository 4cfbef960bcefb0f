//! WASM components under limits.
//!
//! Use this to run a plugin of the `calculator` world. Do not use it for policy, units or ranges: those
//! are the host's, before the call.
//!
//! Invariants, each pinned by the test of that name in `tests/hostile.rs`:
//! - `an_endless_loop_dies_at_its_deadline`: a call ends within its deadline plus one tick.
//! - `memory_is_limited_over_all_memories`: the ceiling is per call, not per memory.
//! - `an_amplified_answer_is_refused`: what a guest returns is bounded before it is copied.
//! - `neighbours_feel_nothing`: none of these disturbs another call.
//! - `nothing_survives_a_call`: every call has a fresh store.
//! - `a_component_that_imports_more_than_types_is_refused`: before it is compiled, with the reason.
//!
//! No other crate names wasmtime; nothing of it is in this crate's API.

mod ceiling;
mod engine;
mod error;
mod memory;
mod plugin;
mod surface;
mod types;
mod v0_1;

pub use engine::{Limits, Sandbox};
pub use error::{CallError, LoadError, SandboxError};
pub use plugin::Plugin;
pub use surface::{Manifest, Surface};
pub use types::*;
