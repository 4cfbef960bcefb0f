//! Holds a plugin against its own worked examples before anyone may use it.

use sandbox::{Argument, Calculator, Example, Outcome, Plugin, Value};

/// # Errors
/// The first example that fails, or a calculator that has none, in words for an operator.
pub async fn verify(plugin: &Plugin, calculators: &[Calculator]) -> Result<(), String> {
    let examples = plugin
        .examples()
        .await
        .map_err(|error| format!("its examples could not be read: {error}"))?;
    if let Some(untested) = calculators
        .iter()
        .find(|one| !examples.iter().any(|example| example.calculator == one.id))
    {
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
    Ok(())
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
