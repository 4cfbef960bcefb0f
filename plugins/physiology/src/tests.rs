use voiceassist_plugin::{Outcome, Severity, Value, argument, compute, quantity};

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

fn severity(id: &str, quantities: &[(&str, f64, &str)]) -> Severity {
    run(id, quantities, &[]).map_or(Severity::Critical, |outcome| outcome.findings[0].severity)
}

#[test]
fn every_calculator_keeps_what_it_declares() {
    voiceassist_plugin::conformance::conforms(CALCULATORS, include_str!("../vectors.json"));
}

#[test]
fn bands_of_the_body_mass_index_begin_at_their_edges() {
    for (index, expected) in [
        (18.4, Severity::Moderate),
        (18.5, Severity::Info),
        (24.9, Severity::Info),
        (25.0, Severity::Low),
        (30.0, Severity::Moderate),
        (34.9, Severity::Moderate),
        (35.0, Severity::High),
        (40.0, Severity::High),
    ] {
        let got = severity("body-mass-index", &[("weight", index, "kg"), ("height", 100.0, "cm")]);
        assert_eq!(got, expected, "{index}");
    }
}

#[test]
fn mean_pressure_is_low_below_65_and_not_at_65() {
    let at = |systolic| {
        severity(
            "mean-arterial-pressure",
            &[("systolic-bp", systolic, "mm[Hg]"), ("diastolic-bp", 50.0, "mm[Hg]")],
        )
    };
    assert_eq!(at(95.0), Severity::Info);
    assert_eq!(at(94.0), Severity::High);
}

#[test]
fn swapped_pressures_are_refused() {
    let swapped = run(
        "mean-arterial-pressure",
        &[("systolic-bp", 80.0, "mm[Hg]"), ("diastolic-bp", 120.0, "mm[Hg]")],
        &[],
    );
    assert!(swapped.is_err_and(|message| message.contains("above the systolic")));
}

#[test]
fn ideal_weight_warns_below_five_feet_only() {
    let warnings = |height| {
        run("ideal-body-weight", &[("height", height, "cm")], &[("sex", "female")])
            .map(|outcome| outcome.warnings.len())
    };
    assert_eq!(warnings(152.4), Ok(0));
    assert_eq!(warnings(152.3), Ok(1));
}

#[test]
fn adjusted_weight_of_the_lean_points_to_actual_weight() {
    let outcome = run(
        "adjusted-body-weight",
        &[("weight", 50.0, "kg"), ("height", 177.8, "cm")],
        &[("sex", "male")],
    );
    assert!(outcome.is_ok_and(|outcome| outcome.warnings.iter().any(|warning| warning.contains("actual weight"))));
}

#[test]
fn sex_is_never_assumed() {
    let without = run("ideal-body-weight", &[("height", 170.0, "cm")], &[]);
    assert!(without.is_err_and(|message| message.contains("sex")));
}

#[test]
fn a_strange_variant_is_refused() {
    let strange = run(
        "body-surface-area",
        &[("weight", 70.0, "kg"), ("height", 170.0, "cm")],
        &[("variant", "boyd")],
    );
    assert!(strange.is_err_and(|message| message.contains("boyd")));
}

#[test]
fn rautaharju_names_the_limits_of_its_paper() {
    let quantities = [("qt-interval", 400.0, "ms"), ("heart-rate", 70.0, "/min")];
    for (id, named) in [("qtc-rautaharju", true), ("qtc-fridericia", false)] {
        let warnings = run(id, &quantities, &[]).map(|outcome| outcome.warnings.join(" "));
        assert_eq!(
            warnings.map(|warnings| warnings.contains("430 and women 440")),
            Ok(named),
            "{id}"
        );
    }
}
