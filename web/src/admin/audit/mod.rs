//! The audit trail as administrators search, verify and take it away.

mod find;
pub mod page;
mod secured;
mod table;
mod verify;
