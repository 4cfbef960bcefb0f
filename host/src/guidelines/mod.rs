//! Published guidelines: scraper plugins list and fetch them on a schedule; each change makes a new version, its difference is
//! kept, and answers that cited the old one say so.

mod difference;
mod fetch;
pub mod flag;
mod kept;
mod look;
mod markdown;
pub mod overview;
mod store;

pub use fetch::run as fetch;
pub use kept::Kept;
pub use look::{forever, run as look};

/// Job: read the list of one source. Payload: the plugin's id.
pub const LOOK: &str = "guideline.look";
/// Job: fetch one guideline. Payload: plugin and entry, a line each.
pub const FETCH: &str = "guideline.fetch";
