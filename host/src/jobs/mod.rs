//! Work that outlives a request: rows in SQL, claimed, retried with back-off, set aside when hopeless.

mod store;
pub mod worker;

pub use store::{Job, claim, due, enqueue, enqueue_as, enqueue_once, finish, forget, postpone, waiting};
