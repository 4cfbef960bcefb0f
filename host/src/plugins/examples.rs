//! Holds a plugin against its worked examples before anyone may use it: those in the component and those beside it.

use api_types::{ArgumentValue, CalculateRequest};
use plugin_package::{CalculatorVector, Vectors};
use sandbox::{Argument, Calculator, Example, Outcome, Plugin, Value};

use super::{Intent, arguments};

/// # Errors
/// The first example that fails, or a calculator that has none, in words for an operator.
pub async fn verify(plugin: &Plugin, calculators: &[Calculator], vectors: &Vectors) -> Result<(), String> {
    let examples = plugin
        .examples()
        .await
        .map_err(|error| format!("its examples could not be read: {error}"))?;
    let vectors = &vectors.calculators;
    if let Some(untested) = calculators.iter().find(|one| {
        !examples.iter().any(|example| example.calculator == one.id)
            && !vectors.iter().any(|vector| vector.calculator == one.id)
    }) {
        return Err(format!("{} has no worked example", untested.id));
    }
    for (number, example) in examples.iter().enumerate() {
        let fail = |why: String| format!("worked example {} of {} failed: {why}", number + 1, example.calculator);
        let outcome = plugin
            .compute(&example.calculator, example.arguments.clone(), "en")
            .await
            .map_err(|error| fail(error.to_string()))?;
        compare(example, &outcome).map_err(fail)?;
    }
    for (number, vector) in vectors.iter().enumerate() {
        let fail = |why: String| format!("test vector {} of {} failed: {why}", number + 1, vector.calculator);
        let calculator = calculators.iter().find(|one| one.id == vector.calculator);
        let calculator = calculator.ok_or_else(|| fail("there is no such calculator".to_owned()))?;
        run(plugin, calculator, vector).await.map_err(fail)?;
    }
    Ok(())
}

/// A vector goes the way of a filled form: its units are converted and its ranges checked.
async fn run(plugin: &Plugin, calculator: &Calculator, vector: &CalculatorVector) -> Result<(), String> {
    let given = vector
        .arguments
        .iter()
        .map(|(name, value)| (name.clone(), entered(value)));
    let request = CalculateRequest {
        arguments: given.collect(),
    };
    let checked = arguments::check(
        calculator,
        &Intent::form(&calculator.id, request),
        arguments::Implausible::Questioned,
    )
    .map_err(|unusable| unusable.0)?;
    let questions = || {
        checked
            .inputs
            .iter()
            .filter_map(|input| input.question.clone())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let arguments = checked.arguments.as_ref().ok_or_else(questions)?.clone();
    let outcome = plugin
        .compute(&calculator.id, arguments, "en")
        .await
        .map_err(|error| error.to_string())?;
    for (name, expected) in &vector.expected {
        let finding = outcome.findings.iter().find(|finding| finding.name == *name);
        let finding = finding.ok_or_else(|| format!("no finding called {name}"))?;
        if !fits(expected, &finding.value, vector.tolerance) {
            return Err(format!("{name} is {:?}, expected {expected:?}", finding.value));
        }
    }
    Ok(())
}

fn entered(value: &plugin_package::ArgumentValue) -> ArgumentValue {
    match value {
        plugin_package::ArgumentValue::Boolean(given) => ArgumentValue::Boolean(*given),
        plugin_package::ArgumentValue::Number(given) => ArgumentValue::Number(*given),
        plugin_package::ArgumentValue::Quantity { value, unit } => ArgumentValue::Quantity {
            value: *value,
            unit: unit.clone(),
        },
        plugin_package::ArgumentValue::Text(given) => ArgumentValue::Text(given.clone()),
    }
}

fn fits(expected: &plugin_package::ArgumentValue, found: &Value, tolerance: f64) -> bool {
    use plugin_package::ArgumentValue as Expected;
    let near = |expected: f64, found: f64| (expected - found).abs() <= tolerance * expected.abs() + f64::EPSILON;
    match (expected, found) {
        (Expected::Boolean(expected), Value::Boolean(found)) => expected == found,
        (Expected::Number(expected), Value::Integer(found)) => near(*expected, f64::from(*found)),
        (Expected::Number(expected), Value::Quantity(found)) => near(*expected, found.value),
        (Expected::Quantity { value, unit }, Value::Quantity(found)) => {
            *unit == found.unit && near(*value, found.value)
        }
        (Expected::Text(expected), Value::Choice(found) | Value::Date(found) | Value::Text(found)) => expected == found,
        _ => false,
    }
}

fn compare(example: &Example, outcome: &Outcome) -> Result<(), String> {
    if example.expected.is_empty() {
        return Err("it expects nothing".to_owned());
    }
    for Argument { name, value: expected } in &example.expected {
        let finding = outcome.findings.iter().find(|finding| finding.name == *name);
        let Some(finding) = finding else {
            return Err(format!("no finding called {name}"));
        };
        if !agree(expected, &finding.value, example.tolerance) {
            return Err(format!("{name} is {:?}, expected {expected:?}", finding.value));
        }
    }
    Ok(())
}

fn agree(expected: &Value, found: &Value, tolerance: f64) -> bool {
    match (expected, found) {
        (Value::Quantity(expected), Value::Quantity(found)) => {
            expected.unit == found.unit
                && (expected.value - found.value).abs() <= tolerance.abs() * expected.value.abs()
        }
        (expected, found) => expected == found,
    }
}
