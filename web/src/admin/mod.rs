//! What an admin of this installation needs to see and switch.

pub mod audit;
mod contexts;
mod conversations;
mod egress;
mod endpoints;
mod find;
pub mod frame;
mod handling;
mod health;
mod indexing;
mod installation;
mod live;
mod nextcloud;
mod overview;
mod paged;
pub mod plugins;
pub mod retention;
mod reveal;
pub mod users;
mod voice;

pub use frame::title;
