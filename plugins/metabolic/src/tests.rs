use voiceassist_plugin::{Outcome, Value, argument, compute, quantity};

use super::CALCULATORS;

fn run(id: &str, quantities: &[(&str, f64, &str)], choices: &[(&str, &str)]) -> Result<Outcome, String> {
    let mut arguments: Vec<_> = quantities
        .iter()
        .map(|(name, value, unit)| argument(name, quantity(*value, unit)))
        .collect();
    arguments.extend(
        choices
            .iter()
            .map(|(name, id)| argument(name, Value::Choice((*id).into()))),
    );
    compute(CALCULATORS, id, &arguments).map_err(|error| error.message)
}

#[test]
fn every_calculator_keeps_what_it_declares() {
    voiceassist_plugin::conformance::conforms(CALCULATORS, include_str!("../vectors.json"));
}

#[test]
fn a_bicarbonate_of_24_has_no_delta_ratio() {
    let none = run(
        "delta-ratio",
        &[
            ("sodium", 140.0, "mmol/L"),
            ("chloride", 96.0, "mmol/L"),
            ("bicarbonate", 24.0, "mmol/L"),
        ],
        &[],
    );
    assert!(none.is_err_and(|message| message.contains("no ratio")));
}

#[test]
fn albumin_is_never_assumed() {
    let none = run(
        "albumin-corrected-anion-gap",
        &[
            ("sodium", 140.0, "mmol/L"),
            ("chloride", 96.0, "mmol/L"),
            ("bicarbonate", 24.0, "mmol/L"),
        ],
        &[],
    );
    assert!(none.is_err_and(|message| message.contains("albumin")));
}

#[test]
fn maintenance_changes_its_rate_at_10_and_20_kg() {
    for (weight, daily) in [
        (9.0, 900.0),
        (10.0, 1_000.0),
        (11.0, 1_050.0),
        (20.0, 1_500.0),
        (21.0, 1_520.0),
    ] {
        let outcome = run("maintenance-fluids", &[("weight", weight, "kg")], &[]);
        let volume = outcome.map(|outcome| outcome.findings[1].value.clone());
        assert_eq!(volume, Ok(quantity(daily, "mL/d")), "{weight}");
    }
}

#[test]
fn maintenance_warns_of_newborns_and_of_more_than_2000_ml() {
    for (weight, warned) in [(2.4, true), (2.5, false), (45.0, false), (45.1, true)] {
        let outcome = run("maintenance-fluids", &[("weight", weight, "kg")], &[]);
        assert_eq!(
            outcome.map(|outcome| !outcome.warnings.is_empty()),
            Ok(warned),
            "{weight}"
        );
    }
}

#[test]
fn friedewald_is_not_valid_above_triglycerides_of_400() {
    for (triglycerides, valid) in [(400.0, true), (401.0, false)] {
        let outcome = run(
            "ldl-friedewald",
            &[
                ("total-cholesterol", 300.0, "mg/dL"),
                ("hdl-cholesterol", 40.0, "mg/dL"),
                ("triglycerides", triglycerides, "mg/dL"),
            ],
            &[],
        );
        assert_eq!(
            outcome.map(|outcome| outcome.warnings.is_empty()),
            Ok(valid),
            "{triglycerides}"
        );
    }
}

#[test]
fn sodium_is_left_alone_up_to_a_glucose_of_100() {
    for (glucose, sodium) in [(50.0, 130.0), (100.0, 130.0), (200.0, 132.4)] {
        let outcome = run(
            "corrected-sodium",
            &[("sodium", 130.0, "mmol/L"), ("glucose", glucose, "mg/dL")],
            &[],
        );
        let value = outcome.map(|outcome| outcome.findings[0].value.clone());
        assert_eq!(value, Ok(quantity(sodium, "mmol/L")), "{glucose}");
    }
}

#[test]
fn a_strange_variant_is_refused() {
    let two = [("calcium", 8.0, "mg/dL"), ("albumin", 2.0, "g/dL")];
    assert!(run("corrected-calcium", &two, &[("variant", "folklore")]).is_err());
    assert!(
        run(
            "maintenance-fluids",
            &[("weight", 9.0, "kg")],
            &[("variant", "folklore")]
        )
        .is_err()
    );
}
