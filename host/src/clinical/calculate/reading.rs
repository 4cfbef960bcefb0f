//! What was read for one parameter, and how several readings become one.

use std::ops::Range;

use api_types::ArgumentValue;

#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    Value(ArgumentValue),
    /// Must be asked; `suggestion` may be confirmed by a click.
    Ask {
        suggestion: Option<ArgumentValue>,
        question: String,
    },
}

/// A reading with the tokens it explains.
#[derive(Clone, Debug)]
pub struct Found {
    pub parameter: String,
    pub reading: Reading,
    pub tokens: Range<usize>,
}

/// One reading of everything found for a parameter. Equal values agree; different ones are asked about.
pub fn settle(label: &str, found: &[&Found]) -> Option<Reading> {
    let values: Vec<&ArgumentValue> = found
        .iter()
        .filter_map(|one| match &one.reading {
            Reading::Value(value) => Some(value),
            Reading::Ask { .. } => None,
        })
        .collect();
    let asked = found
        .iter()
        .find(|one| matches!(one.reading, Reading::Ask { .. }))
        .map(|one| one.reading.clone());
    // Of a history item that several words can prove, one proof is enough: "no stroke, but a TIA".
    if values.iter().any(|value| **value == ArgumentValue::Boolean(true)) {
        return Some(Reading::Value(ArgumentValue::Boolean(true)));
    }
    let Some((first, rest)) = values.split_first() else {
        return asked;
    };
    if asked.is_some() {
        return asked;
    }
    if let Some(other) = rest.iter().find(|other| *other != first) {
        let question = format!("{label} is given as {} and as {}: which one?", say(first), say(other));
        return Some(Reading::Ask {
            suggestion: None,
            question,
        });
    }
    Some(Reading::Value((*first).clone()))
}

/// A value as people read it, with its unit.
pub fn say(value: &ArgumentValue) -> String {
    match value {
        ArgumentValue::Boolean(true) => "yes".to_owned(),
        ArgumentValue::Boolean(false) => "no".to_owned(),
        ArgumentValue::Number(number) => number.to_string(),
        ArgumentValue::Quantity { value, unit } => crate::plugins::units::shown_quantity(*value, unit),
        ArgumentValue::Text(text) => text.clone(),
    }
}
