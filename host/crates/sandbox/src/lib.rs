//! WASM components under limits.
//!
//! Use this to run a plugin of one of the worlds in `wit/worlds.wit`. Do not use it for policy: which addresses,
//! methods, files and units are right is decided by whoever implements [`Outside`] and calls [`Plugin`].
//!
//! Invariants, each pinned by the test of that name in `tests/it`:
//! - `each_hostile_component_is_refused_in_its_own_way`: spinning, hoarding, lying, flooding and crashing guests end
//!   in a typed refusal, and the next call of a neighbour works.
//! - `memory_is_limited_over_all_memories`: the ceiling is per call, not per memory.
//! - `an_amplified_answer_is_refused`: what a guest returns is bounded before it is copied.
//! - `calls_go_on_while_others_spin_wait_and_hoard`, `one_plugin_does_not_take_every_place`.
//! - `two_users_in_sequence_see_nothing_of_each_other`: every call has a fresh store and its caller's outside.
//! - `*_no_permission`: an import that was not granted answers `denied` and reaches nothing.
//! - `every_address_is_the_hosts_to_judge`: [`Outside::http`] is the only way out.
//! - `files_are_written_where_and_when_that_was_approved`: and not while preparing.
//! - `tampered_code_is_compiled_again`: machine code runs only under this host's MAC.
//!
//! What a reader of the worlds might not expect:
//! - A request's body is complete before it reaches [`Outside::http`], because what leaves is screened; a
//!   response's body streams.
//! - The phase follows from the call, not from what the plugin says of its tool: `describe`, `list`, `fetch`,
//!   `models` and an `invoke` without an approved plan run in [`Phase::Read`], `prepare` in [`Phase::Prepare`], an
//!   approved `invoke`, `open_chat` and `embed` in [`Phase::Invoke`].
//! - [`Plugin::tools`] gets no [`Outside`]: naming its tools needs nothing from it.
//! - A calculator imports nothing but types, whatever its language: JavaScript and Python are built with their
//!   runtime's system calls stubbed (`--stub-wasi`). A plugin of another world may import the inert part of WASI
//!   ([`Surface::inert`]), which finds no environment, no files and no standard streams; never sockets.
//!
//! No other crate names wasmtime; nothing of it is in this crate's API.

mod calls;
mod ceiling;
mod compiler;
mod component;
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
pub use component::Component;
pub use engine::Sandbox;
pub use error::{CallError, LoadError, SandboxError};
pub use grants::{Grants, World};
pub use limits::{Limits, Lower};
pub use outside::*;
pub use plugin::Plugin;
pub use surface::{Manifest, Surface};
pub use types::*;
pub use v0_1::Completion;
