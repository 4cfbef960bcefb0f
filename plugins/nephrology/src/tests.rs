use voiceassist_plugin::{Outcome, Severity, Value, argument, compute, quantity};

use super::{CALCULATORS, cockcroft_gault, gfr};

fn run(
    id: &str,
    age: Option<i32>,
    quantities: &[(&str, f64, &str)],
    choices: &[(&str, &str)],
) -> Result<Outcome, String> {
    let mut arguments: Vec<_> = quantities
        .iter()
        .map(|(name, value, unit)| argument(name, quantity(*value, unit)))
        .collect();
    arguments.extend(age.map(|age| argument("age", Value::Integer(age))));
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
fn categories_of_the_gfr_begin_at_their_edges() {
    for (rate, category) in [
        (14.9, "G5"),
        (15.0, "G4"),
        (29.9, "G4"),
        (30.0, "G3b"),
        (44.9, "G3b"),
        (45.0, "G3a"),
        (59.9, "G3a"),
        (60.0, "G2"),
        (89.9, "G2"),
        (90.0, "G1"),
    ] {
        assert!(gfr::category(rate).1.starts_with(category), "{rate}");
    }
}

#[test]
fn clearance_is_marked_at_15_30_and_60() {
    for (clearance, severity) in [
        (14.9, Severity::Critical),
        (15.0, Severity::High),
        (29.9, Severity::High),
        (30.0, Severity::Moderate),
        (59.9, Severity::Moderate),
        (60.0, Severity::Info),
    ] {
        assert_eq!(cockcroft_gault::severity(clearance), severity, "{clearance}");
    }
}

#[test]
fn the_weight_follows_the_body_mass_index_at_18_5_and_25() {
    // 100 cm tall, so that weight is the index; sex and height make the ideal weight negative, hence 2 m here.
    let weight = |index: f64| {
        let outcome = run(
            "cockcroft-gault",
            Some(60),
            &[
                ("weight", index * 4.0, "kg"),
                ("height", 200.0, "cm"),
                ("creatinine", 1.0, "mg/dL"),
            ],
            &[("sex", "male"), ("variant", "weight-by-bmi")],
        );
        outcome
            .map(|outcome| outcome.steps[2].detail.clone())
            .unwrap_or_default()
    };
    assert!(weight(18.4).contains("below 18.5: actual"), "{}", weight(18.4));
    assert!(weight(18.5).contains("lower of ideal and actual"));
    assert!(weight(24.9).contains("lower of ideal and actual"));
    assert!(weight(25.0).contains("25 or more: adjusted"));
}

#[test]
fn a_variant_that_needs_the_height_asks_for_it() {
    let without = run(
        "cockcroft-gault",
        Some(60),
        &[("weight", 80.0, "kg"), ("creatinine", 1.0, "mg/dL")],
        &[("sex", "male"), ("variant", "ideal-weight")],
    );
    assert_eq!(without.err().as_deref(), Some("This variant needs the height."));
}

#[test]
fn race_is_used_only_when_asked_for_and_warned_about() {
    let mdrd = |race: &[(&str, &str)]| {
        let mut choices = vec![("sex", "male")];
        choices.extend(race);
        run("mdrd", Some(60), &[("creatinine", 2.0, "mg/dL")], &choices)
    };
    let warnings = |outcome: Result<Outcome, String>| outcome.map(|outcome| outcome.warnings.len());
    assert_eq!(warnings(mdrd(&[])), Ok(0));
    assert_eq!(warnings(mdrd(&[("race", "other")])), Ok(0));
    assert_eq!(warnings(mdrd(&[("race", "black")])), Ok(1));
    assert!(mdrd(&[("race", "martian")]).is_err());
}

#[test]
fn ckd_epi_turns_at_each_sexs_own_creatinine() {
    let exponent = |sex, creatinine| {
        run(
            "ckd-epi-2021",
            Some(50),
            &[("creatinine", creatinine, "mg/dL")],
            &[("sex", sex)],
        )
        .map(|outcome| outcome.steps[2].detail.contains("^-1.2"))
    };
    assert_eq!(exponent("female", 0.7), Ok(false));
    assert_eq!(exponent("female", 0.71), Ok(true));
    assert_eq!(exponent("male", 0.9), Ok(false));
    assert_eq!(exponent("male", 0.91), Ok(true));
}

#[test]
fn fractional_excretion_is_prerenal_below_one_percent_only() {
    let severity = |urine: f64| {
        run(
            "fractional-excretion-of-sodium",
            None,
            &[
                ("sodium", 100.0, "mmol/L"),
                ("creatinine", 1.0, "mg/dL"),
                ("urine-sodium", urine, "mmol/L"),
                ("urine-creatinine", 100.0, "mg/dL"),
            ],
            &[],
        )
        .map(|outcome| outcome.findings[0].severity)
    };
    assert_eq!(severity(99.0), Ok(Severity::Moderate));
    assert_eq!(severity(100.0), Ok(Severity::High));
}

#[test]
fn without_hypernatraemia_there_is_no_deficit_to_give() {
    let meaning = |sodium: f64| {
        let outcome = run(
            "free-water-deficit",
            None,
            &[("age", 50.0, "a"), ("weight", 70.0, "kg"), ("sodium", sodium, "mmol/L")],
            &[("sex", "male")],
        );
        outcome
            .ok()
            .and_then(|outcome| outcome.findings[0].interpretation.clone())
            .unwrap_or_default()
    };
    assert!(meaning(140.0).contains("no free water deficit"));
    assert!(meaning(145.0).contains("no hypernatraemia"));
    assert!(meaning(146.0).contains("10 mmol/L a day"));
}

#[test]
fn a_creatinine_of_zero_is_refused_everywhere() {
    for id in ["cockcroft-gault", "ckd-epi-2021", "mdrd"] {
        let zero = [("creatinine", 0.0, "mg/dL"), ("weight", 70.0, "kg")];
        assert!(run(id, Some(60), &zero, &[("sex", "male")]).is_err(), "{id}");
    }
}
