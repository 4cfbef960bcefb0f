//! What an admin sees and switches.

pub mod egress_log;
pub mod endpoints;
pub mod nextcloud;
