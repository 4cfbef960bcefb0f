//! What an admin sees and switches.

pub mod contexts;
pub mod egress_log;
pub mod endpoints;
pub mod nextcloud;
pub mod reveal;
pub mod users;
