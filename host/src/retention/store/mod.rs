//! SQL of retention: rules with what they apply to, erasures, and what one user takes away.

pub mod erasures;
pub mod export;
pub mod rules;
