//! Users, their roles and where they are signed in.

pub mod page;
mod row;
