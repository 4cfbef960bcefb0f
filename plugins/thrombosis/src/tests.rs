use voiceassist_plugin::{Value, conformance, quantity};

use super::CALCULATORS;

#[test]
fn every_calculator_conforms_and_its_examples_are_the_vectors() {
    conformance::conforms(CALCULATORS, include_str!("../vectors.json"));
}

fn first(id: &str, given: &[(&str, Value)]) -> Option<Value> {
    conformance::first(CALCULATORS, id, given)
}

#[test]
fn wells_for_embolism_counts_a_pulse_above_100() {
    for (rate, score) in [(100.0, 0.0), (100.5, 1.5)] {
        let found = first("wells-pe", &[("heart-rate", quantity(rate, "/min"))]);
        assert_eq!(found, Some(quantity(score, "1")));
    }
}

#[test]
fn perc_changes_at_50_years_100_a_minute_and_95_percent() {
    for (age, rate, saturation, met) in [
        (49, 99.0, 95.0, 0),
        (50, 99.0, 95.0, 1),
        (49, 100.0, 95.0, 1),
        (49, 99.0, 94.9, 1),
    ] {
        let given = [
            ("age", age.into()),
            ("heart-rate", quantity(rate, "/min")),
            ("spo2", quantity(saturation, "%")),
        ];
        assert_eq!(first("perc", &given), Some(met.into()), "{age} {rate} {saturation}");
    }
}

#[test]
fn caprini_changes_at_each_age_and_above_a_bmi_of_25() {
    for (age, bmi, score) in [
        (40, 25.0, 0),
        (41, 25.0, 1),
        (60, 25.0, 1),
        (61, 25.0, 2),
        (74, 25.0, 2),
        (75, 25.0, 3),
        (40, 25.1, 1),
    ] {
        let given = [
            ("age", age.into()),
            ("bmi", quantity(bmi, "kg/m2")),
            ("surgery", "none".into()),
            ("mobility", "normal".into()),
        ];
        assert_eq!(first("caprini-2005", &given), Some(score.into()), "{age} {bmi}");
    }
}

#[test]
fn every_item_of_caprini_counts_its_points_once() {
    let items = (CALCULATORS[0].info)().parameters;
    let mut all = vec![
        ("age", 40.into()),
        ("bmi", quantity(20.0, "kg/m2")),
        ("surgery", "arthroplasty".into()),
        ("mobility", "confined".into()),
    ];
    all.extend(items.iter().skip(4).map(|item| (item.name.as_str(), true.into())));
    // 12 x 1, 3 x 2, 9 x 3, 4 x 5, and 5 + 2 for surgery and mobility.
    assert_eq!(first("caprini-2005", &all), Some((12 + 6 + 27 + 20 + 7).into()));
}
