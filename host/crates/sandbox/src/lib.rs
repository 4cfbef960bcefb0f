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
//! Differences from a plain reading of the worlds:
//! - A request's body is complete before it reaches [`Outside::http`], because what leaves is screened; a
//!   response's body streams.
//! - The phase follows from the call, not from what the plugin says of its tool: `describe`, `list`, `fetch`,
//!   `models` and an `invoke` without an approved plan run in [`Phase::Read`], `prepare` in [`Phase::Prepare`], an
//!   approved `invoke`, `open_chat` and `embed` in [`Phase::Invoke`].
//! - `tools` gets no [`Outside`]: naming its tools needs nothing from it.
//!
//! No other crate names wasmtime; nothing of it is in this crate's API.

mod calls;
mod ceiling;
mod compiler;
mod config;
mod engine;
mod error;
mod grants;
mod guest;
mod lane;
mod limits;
mod memory;
mod outside;
mod plugin;
mod surface;
mod turns;
mod types;
mod v0_1;

pub use compiler::{Compiler, compile_child};
pub use engine::Sandbox;
pub use error::{CallError, LoadError, SandboxError};
pub use grants::{Grants, World};
pub use limits::{Limits, Lower};
pub use outside::*;
pub use plugin::Plugin;
pub use surface::{Manifest, Surface};
pub use types::*;
pub use v0_1::Completion;
