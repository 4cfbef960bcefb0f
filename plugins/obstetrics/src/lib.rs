//! Dates of a pregnancy, from the last menstrual period.

mod conception;
mod days;
mod due_date;
mod gestation;

use voiceassist_plugin::{Calculator, calculators};

/// Every calculator of this plugin.
pub const CALCULATORS: &[Calculator] = &[conception::CONCEPTION, due_date::DUE_DATE, gestation::GESTATIONAL_AGE];

calculators!(title: "Obstetrics");

#[cfg(test)]
mod tests;
