//! The documents answers come from.

pub mod drop;
mod indexing;
pub mod page;
mod row;
mod status;
pub mod uploads;
