//! Tools of plugins: a form made from each tool's schema, its result, and what it proposes to change.

mod compare;
mod field;
mod form;
mod markdown;
mod outcome;
pub mod page;
mod proposal;
mod schema;

pub use form::searches;
pub use page::address;
