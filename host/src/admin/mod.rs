//! What an admin sees and switches.

pub mod contexts;
pub mod conversations;
pub mod egress_log;
pub mod egress_map;
pub mod endpoints;
pub mod health;
pub mod indexing;
mod look;
pub mod nextcloud;
pub mod overview;
pub mod reveal;
pub mod reveal_conversation;
mod store;
pub mod users;
pub mod voice;
