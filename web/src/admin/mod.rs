//! What an admin of this installation needs to see and switch.

pub mod audit;
mod contexts;
mod egress;
mod endpoints;
mod handling;
mod installation;
mod nextcloud;
pub mod page;
pub mod plugins;
pub mod retention;
pub mod users;
