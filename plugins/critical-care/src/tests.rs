use voiceassist_plugin::{Inputs, Value, argument, compute, conformance, quantity};

use super::CALCULATORS;

#[test]
fn every_calculator_conforms_and_its_examples_are_the_vectors() {
    conformance::conforms(CALCULATORS, include_str!("../vectors.json"));
}

/// A parameter, its unit, and the points of each value.
type Limits = (&'static str, &'static str, &'static [(f64, i32)]);

fn first(id: &str, given: &[(&str, Value)]) -> Option<Value> {
    conformance::first(CALCULATORS, id, given)
}

/// `base` with one value replaced, or added where `base` has none of that name.
fn with<'a>(base: &[(&'a str, Value)], name: &'a str, value: Value) -> Vec<(&'a str, Value)> {
    let mut given: Vec<_> = base.iter().filter(|(other, _)| *other != name).cloned().collect();
    given.push((name, value));
    given
}

fn calm() -> Vec<(&'static str, Value)> {
    vec![
        ("age", 60.into()),
        ("respiratory-rate", quantity(16.0, "/min")),
        ("spo2-scale", "scale-1".into()),
        ("spo2", quantity(98.0, "%")),
        ("oxygen", "air".into()),
        ("systolic-bp", quantity(120.0, "mm[Hg]")),
        ("heart-rate", quantity(70.0, "/min")),
        ("consciousness", "alert".into()),
        ("temperature", quantity(37.0, "Cel")),
    ]
}

#[test]
fn news2_changes_at_each_limit_of_the_chart() {
    assert_eq!(first("news2", &calm()), Some(0.into()));
    let cases: [Limits; 5] = [
        (
            "respiratory-rate",
            "/min",
            &[
                (8.0, 3),
                (9.0, 1),
                (11.0, 1),
                (12.0, 0),
                (20.0, 0),
                (21.0, 2),
                (24.0, 2),
                (25.0, 3),
            ],
        ),
        (
            "spo2",
            "%",
            &[(91.0, 3), (92.0, 2), (93.0, 2), (94.0, 1), (95.0, 1), (96.0, 0)],
        ),
        (
            "systolic-bp",
            "mm[Hg]",
            &[
                (90.0, 3),
                (91.0, 2),
                (100.0, 2),
                (101.0, 1),
                (110.0, 1),
                (111.0, 0),
                (219.0, 0),
                (220.0, 3),
            ],
        ),
        (
            "heart-rate",
            "/min",
            &[
                (40.0, 3),
                (41.0, 1),
                (50.0, 1),
                (51.0, 0),
                (90.0, 0),
                (91.0, 1),
                (110.0, 1),
                (111.0, 2),
                (130.0, 2),
                (131.0, 3),
            ],
        ),
        (
            "temperature",
            "Cel",
            &[
                (35.0, 3),
                (35.1, 1),
                (36.0, 1),
                (36.1, 0),
                (38.0, 0),
                (38.1, 1),
                (39.0, 1),
                (39.1, 2),
            ],
        ),
    ];
    for (name, unit, rows) in cases {
        for (value, points) in rows {
            let given = with(&calm(), name, quantity(*value, unit));
            assert_eq!(first("news2", &given), Some((*points).into()), "{name} {value}");
        }
    }
}

#[test]
fn news2_scale_2_depends_on_the_oxygen() {
    for (saturation, air, oxygen) in [
        (83.0, 3, 3),
        (84.0, 2, 2),
        (85.0, 2, 2),
        (86.0, 1, 1),
        (87.0, 1, 1),
        (88.0, 0, 0),
        (92.0, 0, 0),
        (93.0, 0, 1),
        (94.0, 0, 1),
        (95.0, 0, 2),
        (96.0, 0, 2),
        (97.0, 0, 3),
        (100.0, 0, 3),
    ] {
        let given = with(&calm(), "spo2-scale", "scale-2".into());
        let given = with(&given, "spo2", quantity(saturation, "%"));
        assert_eq!(first("news2", &given), Some(air.into()), "{saturation} % on air");
        let given = with(&given, "oxygen", "oxygen".into());
        assert_eq!(
            first("news2", &given),
            Some((oxygen + 2).into()),
            "{saturation} % on oxygen"
        );
    }
}

#[test]
fn qsofa_changes_at_22_and_100() {
    for (rate, systolic, score) in [(21.9, 100.1, 0), (22.0, 100.1, 1), (21.9, 100.0, 1)] {
        let given = [
            ("respiratory-rate", quantity(rate, "/min")),
            ("systolic-bp", quantity(systolic, "mm[Hg]")),
        ];
        assert_eq!(first("qsofa", &given), Some(score.into()), "{rate} {systolic}");
    }
}

fn healthy() -> Vec<(&'static str, Value)> {
    vec![
        ("pao2", quantity(400.0, "mm[Hg]")),
        ("fio2", quantity(100.0, "%")),
        ("respiratory-support", true.into()),
        ("platelets", quantity(150.0, "10*9/L")),
        ("bilirubin", quantity(1.1, "mg/dL")),
        ("mean-arterial-pressure", quantity(70.0, "mm[Hg]")),
        ("gcs", 15.into()),
        ("creatinine", quantity(1.1, "mg/dL")),
    ]
}

#[test]
fn sofa_changes_at_each_limit() {
    assert_eq!(first("sofa", &healthy()), Some(0.into()));
    let cases: [Limits; 10] = [
        (
            "pao2",
            "mm[Hg]",
            &[
                (399.0, 1),
                (300.0, 1),
                (299.0, 2),
                (200.0, 2),
                (199.0, 3),
                (100.0, 3),
                (99.0, 4),
            ],
        ),
        (
            "platelets",
            "10*9/L",
            &[
                (149.0, 1),
                (100.0, 1),
                (99.0, 2),
                (50.0, 2),
                (49.0, 3),
                (20.0, 3),
                (19.0, 4),
            ],
        ),
        (
            "bilirubin",
            "mg/dL",
            &[(1.2, 1), (1.9, 1), (2.0, 2), (5.9, 2), (6.0, 3), (11.9, 3), (12.0, 4)],
        ),
        ("mean-arterial-pressure", "mm[Hg]", &[(69.9, 1)]),
        ("dopamine", "ug/kg/min", &[(5.0, 2), (5.1, 3), (15.0, 3), (15.1, 4)]),
        ("dobutamine", "ug/kg/min", &[(1.0, 2), (0.0, 0)]),
        ("epinephrine", "ug/kg/min", &[(0.1, 3), (0.11, 4)]),
        ("norepinephrine", "ug/kg/min", &[(0.1, 3), (0.11, 4)]),
        (
            "creatinine",
            "mg/dL",
            &[(1.2, 1), (2.0, 2), (3.4, 2), (3.5, 3), (4.9, 3), (5.0, 4)],
        ),
        (
            "urine-output",
            "mL/d",
            &[(500.0, 0), (499.0, 3), (200.0, 3), (199.0, 4)],
        ),
    ];
    for (name, unit, rows) in cases {
        for (value, points) in rows {
            let given = with(&healthy(), name, quantity(*value, unit));
            assert_eq!(first("sofa", &given), Some((*points).into()), "{name} {value}");
        }
    }
    for (coma, points) in [(14, 1), (13, 1), (12, 2), (10, 2), (9, 3), (6, 3), (5, 4), (3, 4)] {
        assert_eq!(
            first("sofa", &with(&healthy(), "gcs", coma.into())),
            Some(points.into()),
            "coma {coma}"
        );
    }
}

#[test]
fn sofa_needs_support_for_three_and_a_pressure_for_none() {
    let unsupported = with(&healthy(), "respiratory-support", false.into());
    let given = with(&unsupported, "pao2", quantity(90.0, "mm[Hg]"));
    assert_eq!(first("sofa", &given), Some(2.into()));
    let mut without: Vec<_> = healthy();
    without.retain(|(name, _)| *name != "mean-arterial-pressure");
    assert_eq!(first("sofa", &without), None);
    assert_eq!(
        first("sofa", &with(&without, "hypotension", "yes".into())),
        Some(1.into())
    );
    assert_eq!(
        first("sofa", &with(&without, "dobutamine", quantity(2.0, "ug/kg/min"))),
        Some(2.into())
    );
}

fn stable() -> Vec<(&'static str, Value)> {
    vec![
        ("age", 44.into()),
        ("gcs", 15.into()),
        ("admission", "nonoperative".into()),
        ("temperature", quantity(37.0, "Cel")),
        ("mean-arterial-pressure", quantity(90.0, "mm[Hg]")),
        ("heart-rate", quantity(80.0, "/min")),
        ("respiratory-rate", quantity(16.0, "/min")),
        ("fio2", quantity(21.0, "%")),
        ("pao2", quantity(90.0, "mm[Hg]")),
        ("ph", quantity(7.4, "1")),
        ("sodium", quantity(140.0, "mmol/L")),
        ("potassium", quantity(4.0, "mmol/L")),
        ("creatinine", quantity(1.0, "mg/dL")),
        ("hematocrit", quantity(40.0, "%")),
        ("white-cells", quantity(8.0, "10*9/L")),
    ]
}

#[test]
fn apache_ii_changes_at_each_limit_of_the_table() {
    assert_eq!(first("apache-ii", &stable()), Some(0.into()));
    let cases: [Limits; 11] = [
        (
            "temperature",
            "Cel",
            &[
                (41.0, 4),
                (40.9, 3),
                (39.0, 3),
                (38.9, 1),
                (38.5, 1),
                (38.4, 0),
                (36.0, 0),
                (35.9, 1),
                (34.0, 1),
                (33.9, 2),
                (32.0, 2),
                (31.9, 3),
                (30.0, 3),
                (29.9, 4),
            ],
        ),
        (
            "mean-arterial-pressure",
            "mm[Hg]",
            &[
                (160.0, 4),
                (159.0, 3),
                (130.0, 3),
                (129.0, 2),
                (110.0, 2),
                (109.0, 0),
                (70.0, 0),
                (69.0, 2),
                (50.0, 2),
                (49.0, 4),
            ],
        ),
        (
            "heart-rate",
            "/min",
            &[
                (180.0, 4),
                (179.0, 3),
                (140.0, 3),
                (139.0, 2),
                (110.0, 2),
                (109.0, 0),
                (70.0, 0),
                (69.0, 2),
                (55.0, 2),
                (54.0, 3),
                (40.0, 3),
                (39.0, 4),
            ],
        ),
        (
            "respiratory-rate",
            "/min",
            &[
                (50.0, 4),
                (49.0, 3),
                (35.0, 3),
                (34.0, 1),
                (25.0, 1),
                (24.0, 0),
                (12.0, 0),
                (11.0, 1),
                (10.0, 1),
                (9.0, 2),
                (6.0, 2),
                (5.0, 4),
            ],
        ),
        (
            "pao2",
            "mm[Hg]",
            &[(70.1, 0), (70.0, 1), (61.0, 1), (60.0, 3), (55.0, 3), (54.0, 4)],
        ),
        (
            "ph",
            "1",
            &[
                (7.7, 4),
                (7.69, 3),
                (7.6, 3),
                (7.59, 1),
                (7.5, 1),
                (7.49, 0),
                (7.33, 0),
                (7.32, 2),
                (7.25, 2),
                (7.24, 3),
                (7.15, 3),
                (7.14, 4),
            ],
        ),
        (
            "sodium",
            "mmol/L",
            &[
                (180.0, 4),
                (179.0, 3),
                (160.0, 3),
                (159.0, 2),
                (155.0, 2),
                (154.0, 1),
                (150.0, 1),
                (149.0, 0),
                (130.0, 0),
                (129.0, 2),
                (120.0, 2),
                (119.0, 3),
                (111.0, 3),
                (110.0, 4),
            ],
        ),
        (
            "potassium",
            "mmol/L",
            &[
                (7.0, 4),
                (6.9, 3),
                (6.0, 3),
                (5.9, 1),
                (5.5, 1),
                (5.4, 0),
                (3.5, 0),
                (3.4, 1),
                (3.0, 1),
                (2.9, 2),
                (2.5, 2),
                (2.4, 4),
            ],
        ),
        (
            "creatinine",
            "mg/dL",
            &[
                (3.5, 4),
                (3.4, 3),
                (2.0, 3),
                (1.9, 2),
                (1.5, 2),
                (1.4, 0),
                (0.6, 0),
                (0.5, 2),
            ],
        ),
        (
            "hematocrit",
            "%",
            &[
                (60.0, 4),
                (59.9, 2),
                (50.0, 2),
                (49.9, 1),
                (46.0, 1),
                (45.9, 0),
                (30.0, 0),
                (29.9, 2),
                (20.0, 2),
                (19.9, 4),
            ],
        ),
        (
            "white-cells",
            "10*9/L",
            &[
                (40.0, 4),
                (39.9, 2),
                (20.0, 2),
                (19.9, 1),
                (15.0, 1),
                (14.9, 0),
                (3.0, 0),
                (2.9, 2),
                (1.0, 2),
                (0.9, 4),
            ],
        ),
    ];
    for (name, unit, rows) in cases {
        for (value, points) in rows {
            let given = with(&stable(), name, quantity(*value, unit));
            assert_eq!(first("apache-ii", &given), Some((*points).into()), "{name} {value}");
        }
    }
    for (age, points) in [(45, 2), (54, 2), (55, 3), (64, 3), (65, 5), (74, 5), (75, 6)] {
        assert_eq!(
            first("apache-ii", &with(&stable(), "age", age.into())),
            Some(points.into()),
            "{age} years"
        );
    }
}

#[test]
fn apache_ii_takes_the_gradient_on_much_oxygen_and_bicarbonate_without_a_ph() {
    let rich = with(&stable(), "fio2", quantity(50.0, "%"));
    assert_eq!(first("apache-ii", &rich), None);
    for (gradient, points) in [(500.0, 4), (499.0, 3), (350.0, 3), (349.0, 2), (200.0, 2), (199.0, 0)] {
        let given = with(&rich, "aa-gradient", quantity(gradient, "mm[Hg]"));
        assert_eq!(first("apache-ii", &given), Some(points.into()), "{gradient}");
    }
    let mut without = stable();
    without.retain(|(name, _)| *name != "ph");
    assert_eq!(first("apache-ii", &without), None);
    for (bicarbonate, points) in [
        (52.0, 4),
        (41.0, 3),
        (32.0, 1),
        (31.9, 0),
        (22.0, 0),
        (18.0, 2),
        (15.0, 3),
        (14.9, 4),
    ] {
        let given = with(&without, "bicarbonate", quantity(bicarbonate, "mmol/L"));
        assert_eq!(first("apache-ii", &given), Some(points.into()), "{bicarbonate}");
    }
    let failing = with(&stable(), "creatinine", quantity(3.5, "mg/dL"));
    assert_eq!(
        first("apache-ii", &with(&failing, "acute-renal-failure", true.into())),
        Some(8.into())
    );
    for (admission, points) in [("nonoperative", 5), ("emergency-surgery", 5), ("elective-surgery", 2)] {
        let given = with(
            &with(&stable(), "admission", admission.into()),
            "severe-chronic-disease",
            true.into(),
        );
        assert_eq!(first("apache-ii", &given), Some(points.into()), "{admission}");
    }
}

#[test]
fn glasgow_blatchford_has_other_limits_of_hemoglobin_for_each_sex() {
    let base = vec![
        ("sex", Value::Choice("male".into())),
        ("urea-nitrogen", quantity(5.0, "mmol/L")),
        ("hemoglobin", quantity(14.0, "g/dL")),
        ("systolic-bp", quantity(120.0, "mm[Hg]")),
        ("heart-rate", quantity(80.0, "/min")),
    ];
    for (sex, rows) in [
        (
            "male",
            [(13.0, 0), (12.9, 1), (12.0, 1), (11.9, 3), (10.0, 3), (9.9, 6)],
        ),
        (
            "female",
            [(12.0, 0), (11.9, 1), (11.0, 1), (10.5, 1), (10.0, 1), (9.9, 6)],
        ),
    ] {
        for (hemoglobin, points) in rows {
            let given = with(
                &with(&base, "sex", sex.into()),
                "hemoglobin",
                quantity(hemoglobin, "g/dL"),
            );
            assert_eq!(
                first("glasgow-blatchford", &given),
                Some(points.into()),
                "{sex} {hemoglobin}"
            );
        }
    }
    for (urea, points) in [
        (6.4, 0),
        (6.497, 2),
        (7.9, 2),
        (8.0, 3),
        (9.9, 3),
        (10.0, 4),
        (24.9, 4),
        (25.0, 6),
    ] {
        let given = with(&base, "urea-nitrogen", quantity(urea, "mmol/L"));
        assert_eq!(first("glasgow-blatchford", &given), Some(points.into()), "{urea}");
    }
    for (systolic, points) in [(110.0, 0), (109.0, 1), (100.0, 1), (99.0, 2), (90.0, 2), (89.0, 3)] {
        let given = with(&base, "systolic-bp", quantity(systolic, "mm[Hg]"));
        assert_eq!(first("glasgow-blatchford", &given), Some(points.into()), "{systolic}");
    }
    assert_eq!(
        first(
            "glasgow-blatchford",
            &with(&base, "heart-rate", quantity(100.0, "/min"))
        ),
        Some(1.into())
    );
}

#[test]
fn meld_na_counts_sodium_above_a_meld_of_11_within_125_and_137() {
    let of = |creatinine: f64, sodium: f64| {
        let given = [
            ("creatinine", quantity(creatinine, "mg/dL")),
            ("bilirubin", quantity(1.5, "mg/dL")),
            ("inr", quantity(1.05, "1")),
            ("sodium", quantity(sodium, "mmol/L")),
        ];
        first("meld-na", &given)
    };
    assert_eq!(of(1.3, 125.0), of(1.3, 137.0), "11: sodium does not count");
    assert_ne!(of(1.6, 125.0), of(1.6, 137.0));
    assert_eq!(of(1.6, 120.0), of(1.6, 125.0));
    assert_eq!(of(1.6, 150.0), of(1.6, 137.0));
}

#[test]
fn charlson_counts_a_decade_from_50() {
    for (age, points) in [
        (49, 0),
        (50, 1),
        (59, 1),
        (60, 2),
        (69, 2),
        (70, 3),
        (79, 3),
        (80, 4),
        (99, 4),
    ] {
        assert_eq!(first("charlson", &[("age", age.into())]), Some(points.into()), "{age}");
    }
}

#[test]
fn a_response_that_cannot_be_tested_has_no_sum() {
    let given = [
        voiceassist_plugin::argument("eye", "spontaneous".into()),
        voiceassist_plugin::argument("verbal", "not-testable".into()),
        voiceassist_plugin::argument("motor", "obeys".into()),
    ];
    let outcome = super::gcs::compute(&Inputs(&given));
    let names = outcome.map(|outcome| {
        outcome
            .findings
            .into_iter()
            .map(|finding| finding.name)
            .collect::<Vec<_>>()
    });
    assert_eq!(names.ok(), Some(vec!["components".to_owned()]));
}

#[test]
fn apache_ii_questions_acute_renal_failure_with_a_low_creatinine() {
    for (creatinine, failure, warned) in [(0.5, true, true), (0.6, true, false), (0.5, false, false)] {
        let given = with(&stable(), "creatinine", quantity(creatinine, "mg/dL"));
        let given = with(&given, "acute-renal-failure", failure.into());
        let mut arguments: Vec<_> = given.into_iter().map(|(name, value)| argument(name, value)).collect();
        arguments.push(argument("severe-chronic-disease", false.into()));
        let warnings = compute(CALCULATORS, "apache-ii", &arguments).map(|outcome| outcome.warnings.len());
        assert_eq!(warnings.ok(), Some(usize::from(warned)), "{creatinine} {failure}");
    }
}
