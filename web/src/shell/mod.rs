//! What stands around every page.

mod account;
mod conversation_row;
mod conversations;
pub mod frame;
mod navigation;
pub mod no_way_in;
pub mod sign_in;
