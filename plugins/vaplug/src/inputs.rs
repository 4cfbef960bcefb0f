//! Arguments of a calculator as a person gives them, checked as the host checks them: type, unit, range.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use plugin_package::ArgumentValue;
use sandbox::{Argument, Calculator, Domain, Parameter, Quantity, QuantityDomain, Value};

/// `weight=70`, `height="1.75 m"`, `smoker=yes`, `sex=female`.
pub fn parse(inputs: &[String]) -> Result<BTreeMap<String, ArgumentValue>> {
    let mut values = BTreeMap::new();
    for input in inputs {
        let Some((name, value)) = input.split_once('=') else {
            bail!("{input:?} is no input: write name=value, such as weight=70 or height=\"1.75 m\"");
        };
        values.insert(name.trim().to_owned(), read(value.trim()));
    }
    Ok(values)
}

fn read(text: &str) -> ArgumentValue {
    match text {
        "yes" | "true" => return ArgumentValue::Boolean(true),
        "no" | "false" => return ArgumentValue::Boolean(false),
        _ => {}
    }
    if let Ok(number) = text.parse() {
        return ArgumentValue::Number(number);
    }
    if let Some((number, unit)) = text.split_once(' ')
        && let Ok(value) = number.parse()
    {
        let unit = unit.trim().to_owned();
        return ArgumentValue::Quantity { value, unit };
    }
    ArgumentValue::Text(text.to_owned())
}

/// What `compute` receives.
///
/// # Errors
/// Names the input, what was given and what it takes.
pub fn check(calculator: &Calculator, given: &BTreeMap<String, ArgumentValue>) -> Result<Vec<Argument>> {
    for name in given.keys() {
        if !calculator.parameters.iter().any(|parameter| parameter.name == *name) {
            let names: Vec<_> = calculator
                .parameters
                .iter()
                .map(|parameter| parameter.name.as_str())
                .collect();
            bail!("{} has no input {name}; it has {}", calculator.id, names.join(", "));
        }
    }
    let mut arguments = Vec::new();
    for parameter in &calculator.parameters {
        let value = match given.get(&parameter.name) {
            Some(value) => value_of(parameter, value)?,
            None if parameter.required => bail!("{} is missing: {}", parameter.name, takes(parameter)),
            None if parameter.domain == Domain::Boolean => Value::Boolean(false),
            None => continue,
        };
        arguments.push(Argument {
            name: parameter.name.clone(),
            value,
        });
    }
    Ok(arguments)
}

fn value_of(parameter: &Parameter, value: &ArgumentValue) -> Result<Value> {
    let name = &parameter.name;
    match (&parameter.domain, value) {
        (Domain::Boolean, ArgumentValue::Boolean(given)) => Ok(Value::Boolean(*given)),
        (Domain::Integer { minimum, maximum }, ArgumentValue::Number(given)) => {
            let whole = given.fract() == 0.0 && given.abs() <= f64::from(i32::MAX);
            let low = minimum.is_none_or(|low| *given >= f64::from(low));
            let high = maximum.is_none_or(|high| *given <= f64::from(high));
            if !whole || !low || !high {
                bail!("{name} is {given}: {}", takes(parameter));
            }
            #[expect(clippy::cast_possible_truncation, reason = "whole and within i32, checked above")]
            Ok(Value::Integer(*given as i32))
        }
        (Domain::Choice(options), ArgumentValue::Text(given)) => {
            match options.iter().find(|option| option.id.eq_ignore_ascii_case(given)) {
                Some(option) => Ok(Value::Choice(option.id.clone())),
                None => bail!("{name} is {given}: {}", takes(parameter)),
            }
        }
        (Domain::Date, ArgumentValue::Text(given)) => Ok(Value::Date(given.clone())),
        (Domain::Quantity(domain), ArgumentValue::Number(given)) => quantity(parameter, domain, *given, &domain.unit),
        (Domain::Quantity(domain), ArgumentValue::Quantity { value, unit }) => {
            quantity(parameter, domain, *value, unit)
        }
        _ => bail!("{name} is {}: {}", shown(value), takes(parameter)),
    }
}

fn quantity(parameter: &Parameter, domain: &QuantityDomain, given: f64, written: &str) -> Result<Value> {
    let unit = units::canonical(written);
    let converted = unit.and_then(|unit| units::convert(given, &unit, &domain.unit, domain.molar_mass));
    let Some(value) = converted.filter(|value| value.is_finite()) else {
        bail!("{} is {given} {written}: {}", parameter.name, takes(parameter));
    };
    let low = domain.minimum.is_none_or(|low| value >= low);
    let high = domain.maximum.is_none_or(|high| value <= high);
    if !low || !high {
        bail!(
            "{} is {}: the host would question it ({})",
            parameter.name,
            units::shown_quantity(given, written),
            takes(parameter)
        );
    }
    Ok(Value::Quantity(Quantity {
        value,
        unit: domain.unit.clone(),
    }))
}

/// What a parameter takes, in words.
pub fn takes(parameter: &Parameter) -> String {
    let range = |low: Option<f64>, high: Option<f64>| match (low, high) {
        (Some(low), Some(high)) => format!(", {} to {}", units::shown_number(low), units::shown_number(high)),
        (Some(low), None) => format!(", at least {}", units::shown_number(low)),
        (None, Some(high)) => format!(", at most {}", units::shown_number(high)),
        (None, None) => String::new(),
    };
    match &parameter.domain {
        Domain::Boolean => "yes or no".to_owned(),
        Domain::Integer { minimum, maximum } => {
            format!(
                "a whole number{}",
                range(minimum.map(f64::from), maximum.map(f64::from))
            )
        }
        Domain::Choice(options) => {
            let ids: Vec<_> = options.iter().map(|option| option.id.as_str()).collect();
            format!("one of {}", ids.join(", "))
        }
        Domain::Date => "a date such as 2026-05-17".to_owned(),
        Domain::Quantity(quantity) => {
            let all: Vec<_> = std::iter::once(&quantity.unit)
                .chain(&quantity.also_accepts)
                .cloned()
                .collect();
            format!(
                "a number in {}{} {}",
                all.join(" or "),
                range(quantity.minimum, quantity.maximum),
                quantity.unit
            )
        }
    }
}

pub fn shown(value: &ArgumentValue) -> String {
    match value {
        ArgumentValue::Boolean(given) => given.to_string(),
        ArgumentValue::Number(given) => units::shown_number(*given),
        ArgumentValue::Quantity { value, unit } => format!("{} {unit}", units::shown_number(*value)),
        ArgumentValue::Text(given) => format!("{given:?}"),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn weight() -> Calculator {
        Calculator {
            id: "bmi".into(),
            version: "1.0.0".into(),
            title: String::new(),
            summary: String::new(),
            population: String::new(),
            parameters: vec![Parameter {
                name: "weight".into(),
                label: "Weight".into(),
                help: None,
                required: true,
                domain: Domain::Quantity(QuantityDomain {
                    unit: "kg".into(),
                    also_accepts: vec!["[lb_av]".into()],
                    minimum: Some(25.0),
                    maximum: Some(350.0),
                    molar_mass: None,
                }),
                codings: Vec::new(),
            }],
            citations: Vec::new(),
        }
    }

    fn checked(input: &str) -> Result<Vec<Argument>> {
        check(&weight(), &parse(&[input.to_owned()])?)
    }

    #[test]
    fn a_unit_is_converted_to_the_parameters_own() {
        let Value::Quantity(quantity) = &checked("weight=100 lbs").unwrap()[0].value else {
            unreachable!()
        };
        assert!((quantity.value - 45.359_237).abs() < 1e-9);
        assert_eq!(quantity.unit, "kg");
    }

    #[test]
    fn what_the_host_would_question_or_refuse_is_said() {
        for (input, said) in [
            (
                "weight=700",
                "weight is 700 kg: the host would question it (a number in kg or [lb_av], 25 to 350 kg)",
            ),
            ("weight=70 m", "weight is 70 m: a number in kg or [lb_av]"),
            ("weight=yes", "weight is true: a number in kg"),
            ("height=2", "bmi has no input height; it has weight"),
            ("weight", "\"weight\" is no input: write name=value"),
        ] {
            let error = checked(input).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
        assert!(
            check(&weight(), &BTreeMap::new())
                .unwrap_err()
                .to_string()
                .contains("weight is missing")
        );
    }
}
