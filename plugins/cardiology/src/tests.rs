use voiceassist_plugin::{Value, argument, compute, conformance, quantity};

use super::CALCULATORS;

#[test]
fn every_calculator_conforms_and_its_examples_are_the_vectors() {
    conformance::conforms(CALCULATORS, include_str!("../vectors.json"));
}

fn score(id: &str, given: &[(&str, Value)]) -> Option<Value> {
    conformance::first(CALCULATORS, id, given)
}

#[test]
fn every_combination_of_cha2ds2_vasc_is_the_sum_of_its_points() {
    let history = [
        ("heart-failure", 1),
        ("hypertension", 1),
        ("diabetes", 1),
        ("stroke-tia", 2),
        ("vascular-disease", 1),
    ];
    for (age, age_points) in [(18, 0), (64, 0), (65, 1), (74, 1), (75, 2), (120, 2)] {
        for (sex, sex_points) in [("male", 0), ("female", 1)] {
            for set in 0..32_u8 {
                let mut given = vec![("age", age.into()), ("sex", sex.into())];
                let mut expected = age_points + sex_points;
                for (place, (name, points)) in history.iter().enumerate() {
                    let present = set & (1 << place) != 0;
                    given.push((name, present.into()));
                    expected += if present { *points } else { 0 };
                }
                assert_eq!(score("cha2ds2-vasc", &given), Some(expected.into()));
            }
        }
    }
}

#[test]
fn has_bled_counts_age_from_66() {
    for (age, points) in [(65, 0), (66, 1)] {
        assert_eq!(score("has-bled", &[("age", age.into())]), Some(points.into()));
    }
}

#[test]
fn heart_counts_risk_factors_together_and_atherosclerosis_for_two() {
    let base = |age: i32| {
        vec![
            ("history", "slightly".into()),
            ("ecg", "normal".into()),
            ("troponin", "normal".into()),
            ("age", age.into()),
        ]
    };
    for (age, points) in [(44, 0), (45, 1), (64, 1), (65, 2)] {
        assert_eq!(score("heart-score", &base(age)), Some(points.into()));
    }
    let risks = ["hypertension", "hypercholesterolemia", "diabetes", "obesity"];
    for (count, points) in [(0, 0), (1, 1), (2, 1), (3, 2), (4, 2)] {
        let mut given = base(30);
        given.extend(risks[..count].iter().map(|name| (*name, true.into())));
        assert_eq!(score("heart-score", &given), Some(points.into()));
    }
    let mut given = base(30);
    given.extend([("atherosclerosis", true.into()), ("smoking", true.into())]);
    assert_eq!(score("heart-score", &given), Some(2.into()));
}

#[test]
fn rcri_counts_creatinine_above_two() {
    for (creatinine, points) in [(2.0, 0), (2.01, 1)] {
        let given = [("creatinine", quantity(creatinine, "mg/dL"))];
        assert_eq!(score("rcri", &given), Some(points.into()));
    }
}

#[test]
fn grace_changes_at_each_edge_of_the_nomogram() {
    let of = |age: i32, rate: f64, systolic: f64, creatinine: f64| {
        let given = [
            ("killip", "i".into()),
            ("age", age.into()),
            ("heart-rate", quantity(rate, "/min")),
            ("systolic-bp", quantity(systolic, "mm[Hg]")),
            ("creatinine", quantity(creatinine, "mg/dL")),
        ];
        match score("grace", &given) {
            Some(Value::Integer(points)) => points,
            other => {
                assert_eq!(other, None);
                -1
            }
        }
    };
    let base = of(29, 49.0, 200.0, 0.39);
    assert_eq!(base, 1);
    for (age, points) in [
        (29, 0),
        (30, 8),
        (39, 8),
        (40, 25),
        (50, 41),
        (60, 58),
        (70, 75),
        (80, 91),
        (89, 91),
        (90, 100),
    ] {
        assert_eq!(of(age, 49.0, 200.0, 0.39) - base, points, "{age} years");
    }
    for (rate, points) in [
        (50.0, 3),
        (69.0, 3),
        (70.0, 9),
        (90.0, 15),
        (110.0, 24),
        (149.0, 24),
        (150.0, 38),
        (200.0, 46),
    ] {
        assert_eq!(of(29, rate, 200.0, 0.39) - base, points, "{rate} /min");
    }
    for (systolic, points) in [
        (199.0, 10),
        (160.0, 10),
        (159.0, 24),
        (140.0, 24),
        (120.0, 34),
        (100.0, 43),
        (80.0, 53),
        (79.0, 58),
    ] {
        assert_eq!(of(29, 49.0, systolic, 0.39) - base, points, "{systolic} mmHg");
    }
    for (creatinine, points) in [
        (0.4, 3),
        (0.8, 6),
        (1.2, 9),
        (1.6, 12),
        (2.0, 20),
        (3.99, 20),
        (4.0, 27),
    ] {
        assert_eq!(of(29, 49.0, 200.0, creatinine) - base, points, "{creatinine} mg/dL");
    }
}

#[test]
fn a_point_for_sex_alone_is_said_to_be_no_risk() {
    for (age, sex, warned) in [(64, "female", true), (64, "male", false), (65, "female", false)] {
        let mut arguments = vec![argument("age", age.into()), argument("sex", sex.into())];
        let history = [
            "heart-failure",
            "hypertension",
            "diabetes",
            "stroke-tia",
            "vascular-disease",
        ];
        arguments.extend(history.map(|name| argument(name, false.into())));
        let outcome = compute(CALCULATORS, "cha2ds2-vasc", &arguments);
        assert_eq!(
            outcome.map(|outcome| !outcome.warnings.is_empty()).ok(),
            Some(warned),
            "{age} {sex}"
        );
    }
}

#[test]
fn framingham_is_high_above_20_percent_only() {
    let severity = |cholesterol: f64| {
        let arguments = [
            argument("age", 64.into()),
            argument("sex", "male".into()),
            argument("total-cholesterol", quantity(cholesterol, "mg/dL")),
            argument("hdl-cholesterol", quantity(40.0, "mg/dL")),
            argument("systolic-bp", quantity(150.0, "mm[Hg]")),
            argument("treated", true.into()),
            argument("smoker", false.into()),
        ];
        compute(CALCULATORS, "framingham-hard-chd", &arguments).map(|outcome| {
            let finding = &outcome.findings[0];
            let risk = match &finding.value {
                Value::Quantity(risk) => risk.value,
                _ => f64::NAN,
            };
            (risk, finding.severity == voiceassist_plugin::Severity::High)
        })
    };
    let mut edges = (false, false);
    for tenth in 1_000..4_000 {
        let Ok((risk, high)) = severity(f64::from(tenth) / 10.0) else {
            continue;
        };
        assert_eq!(high, risk > 20.0, "{risk}");
        edges = (edges.0 || risk == 20.0, edges.1 || risk == 20.1);
    }
    assert_eq!(edges, (true, true), "20.0 and 20.1 % were both met");
}
