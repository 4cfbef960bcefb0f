//! Clinical reading of what people type.

pub mod calculate;
pub mod context;
