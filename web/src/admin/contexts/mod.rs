//! Patient contexts of all users: masked, and the way to look at one.

mod list;
mod live;
mod reveal;

pub use list::Contexts;
