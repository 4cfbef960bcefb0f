//! The sex parameter both formulas use: the category of the derivation cohorts, female or male.

use voiceassist_plugin::{LOINC, Parameter, SNOMED, choice, choice_option, coding};

pub fn parameter() -> Parameter {
    choice(
        "sex",
        "Sex",
        vec![
            choice_option("female", "Female", vec![coding(SNOMED, "248152002", "Female")]),
            choice_option("male", "Male", vec![coding(SNOMED, "248153007", "Male")]),
        ],
        vec![coding(LOINC, "46098-0", "Sex")],
    )
}
