//! Dates of a pregnancy, from the last menstrual period.

mod conception;
mod days;
mod due_date;
mod gestation;

use voiceassist_plugin::{Calculator, calculators};

const TABLE: [Calculator; 3] = [
    conception::CONCEPTION,
    due_date::DUE_DATE,
    gestation::GESTATIONAL_AGE,
];

calculators!(TABLE, title: "Obstetrics");

#[cfg(test)]
mod tests;
