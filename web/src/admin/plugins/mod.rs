//! Installed plugins: what each is, what it may do, what it did, and every way to stop it.

mod board;
mod calls;
mod consent;
mod detail;
mod figures;
mod grants;
mod guideline;
mod install;
pub mod page;
mod parts;
mod publishers;
mod row;
mod secrets;
mod settings;
