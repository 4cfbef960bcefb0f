//! An input's value in words.

use api_types::{ArgumentValue, ParameterDomain};

use super::units;
use crate::{format, texts::t};

pub fn show(value: &ArgumentValue, domain: &ParameterDomain) -> String {
    match (value, domain) {
        (ArgumentValue::Boolean(true), _) => t().yes.to_owned(),
        (ArgumentValue::Boolean(false), _) => t().no.to_owned(),
        (ArgumentValue::Number(number), ParameterDomain::Quantity { unit, .. }) => with_unit(*number, unit),
        (ArgumentValue::Number(number), _) => format::number(*number),
        (ArgumentValue::Quantity { value, unit }, _) => with_unit(*value, unit),
        (ArgumentValue::Text(id), ParameterDomain::Choice { options }) => options
            .iter()
            .find(|option| option.id == *id)
            .map_or_else(|| id.clone(), |option| option.label.clone()),
        (ArgumentValue::Text(iso), ParameterDomain::Date) => format::stated_date(iso),
        (ArgumentValue::Text(text), _) => text.clone(),
    }
}

fn with_unit(number: f64, unit: &str) -> String {
    format!("{} {}", format::number(number), units::show(unit))
        .trim_end()
        .to_owned()
}
