//! The newest version of the plugin vocabulary as plain structs. `wit/` documents each field. JSON is text, as in
//! WIT: the sandbox does not parse it.

mod calculators;
mod common;
mod models;
mod source;
mod tools;

pub use calculators::*;
pub use common::*;
pub use models::*;
pub use source::*;
pub use tools::*;
