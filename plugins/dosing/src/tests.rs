use voiceassist_plugin::{Severity, Value, argument, compute, quantity};

use super::CALCULATORS;

#[test]
fn every_calculator_keeps_what_it_declares() {
    voiceassist_plugin::conformance::conforms(CALCULATORS, include_str!("../vectors.json"));
}

#[test]
fn equivalents_are_marked_from_50_on() {
    for (morphine, severity) in [(49.9, Severity::Info), (50.0, Severity::High)] {
        let dose = [argument("morphine", quantity(morphine, "mg/d"))];
        let outcome = compute(CALCULATORS, "morphine-milligram-equivalents", &dose);
        let got = outcome.map(|outcome| outcome.findings[0].severity).ok();
        assert_eq!(got, Some(severity), "{morphine}");
    }
}

#[test]
fn no_opioid_is_no_dose_of_zero() {
    let none = compute(CALCULATORS, "morphine-milligram-equivalents", &[]);
    assert!(none.is_err_and(|error| error.message.contains("at least one")));
}

#[test]
fn methadone_is_warned_about() {
    let warnings = |name: &str| {
        let dose = [argument(name, quantity(10.0, "mg/d"))];
        compute(CALCULATORS, "morphine-milligram-equivalents", &dose).map_or(0, |outcome| outcome.warnings.len())
    };
    assert_eq!((warnings("morphine"), warnings("methadone")), (1, 2));
}

#[test]
fn a_glucocorticoid_there_and_back_is_the_same_dose() {
    let convert = |from: &str, dose: f64, to: &str| {
        let arguments = [
            argument("from", Value::Choice(from.into())),
            argument("dose", quantity(dose, "mg")),
            argument("to", Value::Choice(to.into())),
        ];
        let outcome = compute(CALCULATORS, "steroid-conversion", &arguments);
        match outcome.map(|outcome| outcome.findings[0].value.clone()) {
            Ok(Value::Quantity(dose)) => dose.value,
            _ => f64::NAN,
        }
    };
    for other in [
        "betamethasone",
        "cortisone",
        "dexamethasone",
        "hydrocortisone",
        "methylprednisolone",
        "prednisone",
        "triamcinolone",
    ] {
        let back = convert(other, convert("prednisolone", 40.0, other), "prednisolone");
        assert!((back - 40.0).abs() < 1e-9, "{other}: {back}");
    }
    assert!(convert("fludrocortisone", 1.0, "prednisone").is_nan());
}
