use voiceassist_plugin::{Value, argument, compute, quantity};

use super::CALCULATORS;

#[test]
fn every_calculator_keeps_what_it_declares() {
    voiceassist_plugin::conformance::conforms(CALCULATORS, include_str!("../vectors.json"));
}

#[test]
fn a_drug_of_another_table_is_refused() {
    let arguments = [
        argument("drug", Value::Choice("warfarin".into())),
        argument("age", Value::Integer(70)),
        argument("sex", Value::Choice("male".into())),
        argument("weight", quantity(80.0, "kg")),
        argument("creatinine", quantity(1.0, "mg/dL")),
    ];
    let refused = compute(CALCULATORS, "renal-dosing-anticoagulants", &arguments);
    assert!(refused.is_err_and(|error| error.message.contains("warfarin")));
}
