//! What every request passes: who calls, what an error looks like, headers, limits.

pub mod admit;
pub mod assets;
pub mod body;
pub mod caller;
pub mod cursor;
pub mod description;
pub mod guard;
pub mod limits;
pub mod page;
pub mod policy;
pub mod problem;
