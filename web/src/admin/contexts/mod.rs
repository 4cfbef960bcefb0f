//! Patient contexts of all users: masked, and the way to look at one.

mod list;

pub use list::ContextsPage;
