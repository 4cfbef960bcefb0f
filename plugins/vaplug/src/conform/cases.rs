//! Calculators: worked cases, refusals, and the same answer twice.

use std::time::Instant;

use plugin_package::{ArgumentValue, CalculatorVector, Vectors};
use sandbox::{Argument, Calculator, CallError, Domain, ErrorKind, Example, Outcome, Plugin, Value};

use super::measure::Measured;
use super::{Report, declared};
use crate::inputs;
use crate::project::Project;

/// Calls that are timed.
const TIMED: usize = 50;

pub async fn run(plugin: &Plugin, project: &Project, vectors: &Vectors, report: &mut Report) -> Measured {
    let mut measured = Measured::default();
    let (calculators, examples) = match (plugin.calculators("en").await, plugin.examples().await) {
        (Ok(calculators), Ok(examples)) => (calculators, examples),
        (Err(error), _) => {
            report.fail(&format!("it does not name its calculators: {}", why(&error)));
            return measured;
        }
        (_, Err(error)) => {
            report.fail(&format!("it does not give its examples: {}", why(&error)));
            return measured;
        }
    };
    report.check(
        &format!("{} calculators are well declared", calculators.len()),
        declared::calculators(&calculators, &project.manifest.off),
    );
    report.check(
        "each calculator has a worked case",
        untested(&calculators, &examples, vectors),
    );
    let failures = report_of(plugin, &calculators, &examples, vectors).await;
    let cases = examples.len() + vectors.calculators.len();
    if failures.is_empty() {
        report.pass(&format!("{cases} worked cases come out right"));
    }
    for failure in failures {
        report.fail(&failure);
    }
    for calculator in &calculators {
        report.check(
            &format!("{} refuses what it cannot compute", calculator.id),
            refuses(plugin, calculator).await,
        );
    }
    if let Some(example) = examples.first() {
        report.check(
            "the same inputs give the same answer",
            repeats(plugin, example, &mut measured).await,
        );
    }
    measured
}

fn untested(calculators: &[Calculator], examples: &[Example], vectors: &Vectors) -> Result<(), String> {
    let has_case = |id: &str| {
        examples.iter().any(|example| example.calculator == id)
            || vectors.calculators.iter().any(|vector| vector.calculator == id)
    };
    match calculators.iter().find(|one| !has_case(&one.id)) {
        Some(one) => Err(format!("{} has none; the host refuses it", one.id)),
        None => Ok(()),
    }
}

/// What fails among all worked cases.
async fn report_of(
    plugin: &Plugin,
    calculators: &[Calculator],
    examples: &[Example],
    vectors: &Vectors,
) -> Vec<String> {
    let mut failures = Vec::new();
    for (number, example) in examples.iter().enumerate() {
        if let Err(why) = run_example(plugin, calculators, example).await {
            failures.push(format!("example {} of {}: {why}", number + 1, example.calculator));
        }
    }
    for (number, vector) in vectors.calculators.iter().enumerate() {
        if let Err(why) = run_vector(plugin, calculators, vector).await {
            failures.push(format!(
                "case {} of {} in vectors.json: {why}",
                number + 1,
                vector.calculator
            ));
        }
    }
    failures
}

/// Whether every worked case passes; for the search for the memory it needs.
pub async fn pass(plugin: &Plugin, vectors: &Vectors) -> bool {
    let (Ok(calculators), Ok(examples)) = (plugin.calculators("en").await, plugin.examples().await) else {
        return false;
    };
    report_of(plugin, &calculators, &examples, vectors).await.is_empty()
}

async fn run_example(plugin: &Plugin, calculators: &[Calculator], example: &Example) -> Result<(), String> {
    let calculator = find(calculators, &example.calculator)?;
    let outcome = compute(plugin, calculator, example.arguments.clone()).await?;
    if example.expected.is_empty() {
        return Err("it expects nothing".into());
    }
    for Argument { name, value } in &example.expected {
        let found = finding(&outcome, name)?;
        if !agree(value, found, example.tolerance) {
            return Err(format!("{name} is {}, expected {}", shown(found), shown(value)));
        }
    }
    Ok(())
}

async fn run_vector(plugin: &Plugin, calculators: &[Calculator], vector: &CalculatorVector) -> Result<(), String> {
    let calculator = find(calculators, &vector.calculator)?;
    let arguments = inputs::check(calculator, &vector.arguments).map_err(|error| error.to_string())?;
    let outcome = compute(plugin, calculator, arguments).await?;
    for (name, value) in &vector.expected {
        let found = finding(&outcome, name)?;
        if !fits(value, found, vector.tolerance) {
            return Err(format!("{name} is {}, expected {}", shown(found), inputs::shown(value)));
        }
    }
    Ok(())
}

fn find<'a>(calculators: &'a [Calculator], id: &str) -> Result<&'a Calculator, String> {
    let found = calculators.iter().find(|one| one.id == id);
    found.ok_or_else(|| format!("there is no calculator {id}"))
}

fn finding<'a>(outcome: &'a Outcome, name: &str) -> Result<&'a Value, String> {
    let found = outcome.findings.iter().find(|finding| finding.name == name);
    let names: Vec<_> = outcome.findings.iter().map(|finding| finding.name.as_str()).collect();
    found
        .map(|finding| &finding.value)
        .ok_or_else(|| format!("there is no finding {name}; there are {}", names.join(", ")))
}

/// Computes, and holds the outcome against the declaration.
async fn compute(plugin: &Plugin, calculator: &Calculator, arguments: Vec<Argument>) -> Result<Outcome, String> {
    let outcome = plugin
        .compute(&calculator.id, arguments, "en")
        .await
        .map_err(|error| why(&error))?;
    for finding in &outcome.findings {
        let unknown = finding
            .cites
            .iter()
            .find(|id| !calculator.citations.iter().any(|one| one.id == **id));
        if let Some(id) = unknown {
            return Err(format!(
                "the finding {} cites {id}, which the calculator does not declare",
                finding.name
            ));
        }
    }
    Ok(outcome)
}

/// Without its inputs, and asked for what it does not have, a plugin refuses in words instead of crashing.
async fn refuses(plugin: &Plugin, calculator: &Calculator) -> Result<(), String> {
    let required = calculator.parameters.iter().any(|parameter| parameter.required);
    if required {
        match plugin.compute(&calculator.id, Vec::new(), "en").await {
            Err(CallError::Plugin(error)) if error.kind == ErrorKind::InvalidInput => {}
            Err(CallError::Plugin(error)) => {
                return Err(format!(
                    "without inputs it answers {:?}; that is invalid-input",
                    error.kind
                ));
            }
            Ok(_) => return Err("without inputs it computes something".into()),
            Err(error) => return Err(format!("without inputs: {}", why(&error))),
        }
    }
    let quantity = calculator
        .parameters
        .iter()
        .find(|parameter| matches!(parameter.domain, Domain::Quantity(_)));
    if let Some(parameter) = quantity {
        let wrong = vec![Argument {
            name: parameter.name.clone(),
            value: Value::Boolean(true),
        }];
        match plugin.compute(&calculator.id, wrong, "en").await {
            Err(CallError::Plugin(_)) => {}
            Ok(_) => return Err(format!("it computes with yes as {}", parameter.name)),
            Err(error) => return Err(format!("with yes as {}: {}", parameter.name, why(&error))),
        }
    }
    match plugin.compute("no-such-calculator", Vec::new(), "en").await {
        Err(CallError::Plugin(error)) if error.kind == ErrorKind::NotFound => Ok(()),
        Err(CallError::Plugin(error)) => Err(format!(
            "asked for a calculator it does not have it answers {:?}; that is not-found",
            error.kind
        )),
        Ok(_) => Err("it computes a calculator it does not have".into()),
        Err(error) => Err(format!("asked for a calculator it does not have: {}", why(&error))),
    }
}

async fn repeats(plugin: &Plugin, example: &Example, measured: &mut Measured) -> Result<(), String> {
    let mut first = None;
    for _ in 0..TIMED {
        let start = Instant::now();
        let outcome = plugin
            .compute(&example.calculator, example.arguments.clone(), "en")
            .await
            .map_err(|error| why(&error))?;
        measured.times.push(start.elapsed());
        match &first {
            None => first = Some(outcome),
            Some(first) if *first == outcome => {}
            Some(_) => return Err("two calls differ: it depends on something else".into()),
        }
    }
    Ok(())
}

/// An error in words for the author.
pub fn why(error: &CallError) -> String {
    match error {
        CallError::Plugin(error) => format!("it refuses ({:?}): {}", error.kind, error.message),
        CallError::Trap(trap) => {
            format!("it crashed ({trap}); in JavaScript and Python an error that is not caught does that")
        }
        CallError::Memory => "it needs more memory than a call may use".into(),
        CallError::Deadline => "it takes longer than a call may".into(),
        other => other.to_string(),
    }
}

fn agree(expected: &Value, found: &Value, tolerance: f64) -> bool {
    match (expected, found) {
        (Value::Quantity(expected), Value::Quantity(found)) => {
            expected.unit == found.unit && near(expected.value, found.value, tolerance)
        }
        (expected, found) => expected == found,
    }
}

fn fits(expected: &ArgumentValue, found: &Value, tolerance: f64) -> bool {
    match (expected, found) {
        (ArgumentValue::Boolean(expected), Value::Boolean(found)) => expected == found,
        (ArgumentValue::Number(expected), Value::Integer(found)) => near(*expected, f64::from(*found), tolerance),
        (ArgumentValue::Number(expected), Value::Quantity(found)) => near(*expected, found.value, tolerance),
        (ArgumentValue::Quantity { value, unit }, Value::Quantity(found)) => {
            *unit == found.unit && near(*value, found.value, tolerance)
        }
        (ArgumentValue::Text(expected), Value::Choice(found) | Value::Date(found) | Value::Text(found)) => {
            expected == found
        }
        _ => false,
    }
}

fn near(expected: f64, found: f64, tolerance: f64) -> bool {
    (expected - found).abs() <= tolerance.abs() * expected.abs() + f64::EPSILON
}

pub fn shown(value: &Value) -> String {
    match value {
        Value::Quantity(quantity) => format!("{} {}", quantity.value, quantity.unit),
        Value::Integer(integer) => integer.to_string(),
        Value::Boolean(boolean) => boolean.to_string(),
        Value::Choice(text) | Value::Date(text) | Value::Text(text) => format!("{text:?}"),
    }
}
