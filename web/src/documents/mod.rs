//! The documents answers come from.

pub mod drop;
pub mod page;
mod row;
mod status;
pub mod uploads;
