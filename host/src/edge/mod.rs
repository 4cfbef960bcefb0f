//! What every request passes: who calls, what an error looks like, headers, limits.

pub mod admit;
pub mod assets;
pub mod caller;
pub mod guard;
pub mod page;
pub mod problem;
