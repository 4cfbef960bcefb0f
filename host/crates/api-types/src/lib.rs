//! Requests, responses, problems and events of the HTTP API.
//!
//! The one definition that the host and the web client compile. Field names are the wire names.
//! Times are Unix milliseconds. Offsets into text are UTF-8 byte offsets.

mod answer;
mod audit;
mod calculator;
mod context;
mod document;
mod egress;
mod indexing;
mod nextcloud;
mod overview;
mod pages;
mod panel;
mod plugin;
mod problem;
mod retention;
mod session;
mod system;
mod voice;

pub use answer::*;
pub use audit::*;
pub use calculator::*;
pub use context::*;
pub use document::*;
pub use egress::*;
pub use indexing::*;
pub use nextcloud::*;
pub use overview::*;
pub use pages::*;
pub use panel::*;
pub use plugin::*;
pub use problem::*;
pub use retention::*;
pub use session::*;
pub use system::*;
pub use voice::*;
