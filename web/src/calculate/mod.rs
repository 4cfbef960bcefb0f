//! Calculators: typed inputs with units in, results with their workings out.

pub mod card;
mod chip;
pub mod draft;
mod field;
mod form;
mod groups;
pub mod page;
pub mod reference;
mod result;
mod search;
mod settled;
pub mod units;
pub mod value;
