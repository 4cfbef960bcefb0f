use voiceassist_plugin::{Value, conformance, quantity};

use super::CALCULATORS;

#[test]
fn every_calculator_conforms_and_its_examples_are_the_vectors() {
    conformance::conforms(CALCULATORS, include_str!("../vectors.json"));
}

fn first(id: &str, given: &[(&str, Value)]) -> Option<Value> {
    conformance::first(CALCULATORS, id, given)
}

fn pneumonia(changed: Option<(&'static str, &'static str, f64)>) -> Vec<(&'static str, Value)> {
    let mut given: Vec<(&str, Value)> = vec![("age", 40.into()), ("sex", "male".into())];
    for (name, unit, value) in [
        ("respiratory-rate", "/min", 29.0),
        ("systolic-bp", "mm[Hg]", 90.0),
        ("temperature", "Cel", 35.0),
        ("heart-rate", "/min", 124.0),
        ("urea-nitrogen", "mg/dL", 29.0),
        ("sodium", "mmol/L", 130.0),
        ("glucose", "mg/dL", 249.0),
        ("hematocrit", "%", 30.0),
        ("ph", "1", 7.35),
        ("pao2", "mm[Hg]", 60.0),
    ] {
        let value = changed
            .filter(|(other, ..)| *other == name)
            .map_or(value, |(.., value)| value);
        given.push((name, quantity(value, unit)));
    }
    given.extend(
        changed
            .filter(|(name, ..)| *name == "spo2")
            .map(|(name, unit, value)| (name, quantity(value, unit))),
    );
    given
}

#[test]
fn psi_changes_at_each_limit() {
    assert_eq!(first("psi", &pneumonia(None)), Some(40.into()));
    for (name, unit, value, points) in [
        ("respiratory-rate", "/min", 30.0, 20),
        ("systolic-bp", "mm[Hg]", 89.9, 20),
        ("temperature", "Cel", 34.9, 15),
        ("temperature", "Cel", 39.9, 0),
        ("temperature", "Cel", 40.0, 15),
        ("heart-rate", "/min", 125.0, 10),
        ("urea-nitrogen", "mg/dL", 30.0, 20),
        ("sodium", "mmol/L", 129.9, 20),
        ("glucose", "mg/dL", 250.0, 10),
        ("hematocrit", "%", 29.9, 10),
        ("ph", "1", 7.34, 30),
        ("pao2", "mm[Hg]", 59.9, 10),
        ("spo2", "%", 89.9, 10),
        ("spo2", "%", 90.0, 0),
    ] {
        let found = first("psi", &pneumonia(Some((name, unit, value))));
        assert_eq!(found, Some((40 + points).into()), "{name} {value}");
    }
}

#[test]
fn psi_never_takes_a_blood_gas_for_normal_unless_told() {
    let mut without = pneumonia(None);
    without.retain(|(name, _)| !matches!(*name, "ph" | "pao2"));
    assert_eq!(first("psi", &without), None);
    without.push(("spo2", quantity(95.0, "%")));
    assert_eq!(first("psi", &without), None, "the pH is still missing");
    without.push(("no-blood-gas", true.into()));
    assert_eq!(first("psi", &without), Some(40.into()));
}

#[test]
fn curb_65_changes_at_each_limit() {
    for (age, urea, rate, systolic, diastolic, score) in [
        (64, 7.0, 29.0, 90.0, 61.0, 0),
        (65, 7.0, 29.0, 90.0, 61.0, 1),
        (64, 7.1, 29.0, 90.0, 61.0, 1),
        (64, 7.0, 30.0, 90.0, 61.0, 1),
        (64, 7.0, 29.0, 89.0, 61.0, 1),
        (64, 7.0, 29.0, 90.0, 60.0, 1),
        (64, 7.0, 29.0, 80.0, 40.0, 1),
    ] {
        let given = [
            ("age", age.into()),
            ("urea-nitrogen", quantity(urea, "mmol/L")),
            ("respiratory-rate", quantity(rate, "/min")),
            ("systolic-bp", quantity(systolic, "mm[Hg]")),
            ("diastolic-bp", quantity(diastolic, "mm[Hg]")),
        ];
        assert_eq!(first("curb-65", &given), Some(score.into()), "{given:?}");
    }
}

#[test]
fn the_american_variant_of_curb_65_begins_above_19_mg_of_nitrogen() {
    for (urea, paper, american) in [(6.78, 0, 0), (6.79, 0, 1), (7.0, 0, 1), (7.1, 1, 1)] {
        let mut given = vec![
            ("age", 40.into()),
            ("urea-nitrogen", quantity(urea, "mmol/L")),
            ("respiratory-rate", quantity(16.0, "/min")),
            ("systolic-bp", quantity(120.0, "mm[Hg]")),
            ("diastolic-bp", quantity(70.0, "mm[Hg]")),
        ];
        assert_eq!(first("curb-65", &given), Some(paper.into()), "{urea}");
        given.push(("variant", "bun-19".into()));
        assert_eq!(first("curb-65", &given), Some(american.into()), "{urea}");
    }
}

#[test]
fn centor_counts_children_up_and_the_old_down() {
    for (age, temperature, score) in [
        (2, 38.0, 0),
        (3, 38.0, 1),
        (14, 38.0, 1),
        (15, 38.0, 0),
        (44, 38.0, 0),
        (45, 38.0, -1),
        (30, 38.1, 1),
    ] {
        let given = [("age", age.into()), ("temperature", quantity(temperature, "Cel"))];
        assert_eq!(
            first("centor-mcisaac", &given),
            Some(score.into()),
            "{age} {temperature}"
        );
    }
}

#[test]
fn sirs_asks_for_the_rate_or_the_carbon_dioxide() {
    let given = [
        ("temperature", quantity(39.0, "Cel")),
        ("heart-rate", quantity(100.0, "/min")),
        ("white-cells", quantity(15.0, "10*9/L")),
    ];
    assert_eq!(first("sirs", &given), None);
}
