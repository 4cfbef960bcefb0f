//! Stroke risk in atrial fibrillation and creatinine clearance.

mod cha2ds2_vasc;
mod cockcroft_gault;
mod sex;

use voiceassist_plugin::{
    Argument, CalculatorInfo, Calculators, Error, ErrorKind, Example, Inputs, Outcome, UNSUPPORTED_CALCULATOR, plugin,
};

struct Plugin;

impl Calculators for Plugin {
    fn calculators(_language: String) -> Vec<CalculatorInfo> {
        vec![cha2ds2_vasc::info(), cockcroft_gault::info()]
    }

    fn examples() -> Vec<Example> {
        let mut examples = cha2ds2_vasc::examples();
        examples.extend(cockcroft_gault::examples());
        examples
    }

    fn compute(calculator: String, arguments: Vec<Argument>, _language: String) -> Result<Outcome, Error> {
        let inputs = Inputs(&arguments);
        match calculator.as_str() {
            cha2ds2_vasc::ID => cha2ds2_vasc::compute(&inputs),
            cockcroft_gault::ID => cockcroft_gault::compute(&inputs),
            _ => Err(Error {
                kind: ErrorKind::NotFound,
                code: None,
                message: UNSUPPORTED_CALCULATOR.into(),
                retry_after_ms: None,
            }),
        }
    }
}

plugin!(Plugin, title: "Cardiology and renal function");

#[cfg(test)]
#[expect(clippy::expect_used, reason = "tests")]
mod tests {
    use voiceassist_plugin::{Domain, Value, argument, quantity};

    use super::*;

    #[test]
    fn every_worked_example_holds() {
        let examples = Plugin::examples();
        assert!(examples.len() >= 12);
        for example in examples {
            let outcome = Plugin::compute(example.calculator, example.arguments, "en".into()).expect("a result");
            let found = outcome.findings.first().expect("a finding");
            match (&example.expected[0].value, &found.value) {
                (Value::Quantity(expected), Value::Quantity(got)) => {
                    let distance = (expected.value - got.value).abs();
                    assert!(
                        distance <= example.tolerance * expected.value,
                        "{} and {}",
                        expected.value,
                        got.value
                    );
                }
                (expected, got) => assert_eq!(expected, got),
            }
        }
    }

    #[test]
    fn every_combination_of_the_score_is_the_sum_of_its_points() {
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
                    let present = |place: usize| set & (1 << place) != 0;
                    let mut arguments = vec![
                        argument("age", Value::Integer(age)),
                        argument("sex", Value::Choice(sex.into())),
                    ];
                    let named = history.iter().enumerate();
                    arguments.extend(named.map(|(place, (name, _))| argument(name, Value::Boolean(present(place)))));
                    let points: i32 = history
                        .iter()
                        .enumerate()
                        .filter(|(place, _)| present(*place))
                        .map(|(_, (_, points))| points)
                        .sum();
                    let outcome = Plugin::compute("cha2ds2-vasc".into(), arguments, "en".into()).expect("a score");
                    assert_eq!(
                        outcome.findings[0].value,
                        Value::Integer(points + age_points + sex_points)
                    );
                }
            }
        }
    }

    #[test]
    fn what_is_not_declared_is_refused() {
        let refused = |id: &str, arguments| {
            Plugin::compute(id.into(), arguments, "en".into())
                .expect_err("refused")
                .kind
        };
        assert_eq!(refused("astrology", Vec::new()), ErrorKind::NotFound);
        assert_eq!(refused("cha2ds2-vasc", Vec::new()), ErrorKind::InvalidInput);
        let zero = vec![
            argument("age", Value::Integer(60)),
            argument("sex", Value::Choice("male".into())),
            argument("weight", quantity(70.0, "kg")),
            argument("creatinine", quantity(0.0, "mg/dL")),
        ];
        assert_eq!(refused("cockcroft-gault", zero), ErrorKind::InvalidInput);
    }

    #[test]
    fn every_parameter_carries_a_coding() {
        for calculator in Plugin::calculators("en".into()) {
            for parameter in calculator.parameters {
                assert!(!parameter.codings.is_empty(), "{}", parameter.name);
                assert_eq!(
                    parameter.required,
                    !matches!(parameter.domain, Domain::Boolean),
                    "{}",
                    parameter.name
                );
            }
        }
    }
}
