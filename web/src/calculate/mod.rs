//! Calculators: typed inputs with units in, results with their workings out.

pub mod card;
mod chip;
mod draft;
mod field;
mod form;
pub mod page;
pub mod reference;
mod units;
pub mod value;
