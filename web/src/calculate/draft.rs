//! What somebody has typed into a field, before it is a value.

use api_types::{ArgumentValue, ParameterDomain};

use super::units;
use crate::{
    format,
    texts::{fill, t},
};

/// The text of the field, and the unit chosen beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    pub text: String,
    pub unit: String,
}

impl Draft {
    pub fn of(value: Option<&ArgumentValue>, domain: &ParameterDomain) -> Draft {
        let own_unit = match domain {
            ParameterDomain::Quantity { unit, .. } => unit.clone(),
            _ => String::new(),
        };
        let (text, unit) = match value {
            None => (String::new(), own_unit),
            Some(ArgumentValue::Boolean(yes)) => (yes.to_string(), own_unit),
            Some(ArgumentValue::Number(number)) => (format::number(*number), own_unit),
            Some(ArgumentValue::Quantity { value, unit }) => (format::number(*value), unit.clone()),
            Some(ArgumentValue::Text(text)) => (text.clone(), own_unit),
        };
        Draft { text, unit }
    }

    /// The value, nothing for an empty field, or what is wrong with it.
    pub fn value(&self, domain: &ParameterDomain) -> Result<Option<ArgumentValue>, String> {
        let text = self.text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let value = match domain {
            ParameterDomain::Boolean => ArgumentValue::Boolean(text == "true"),
            ParameterDomain::Choice { .. } | ParameterDomain::Date => ArgumentValue::Text(text.to_owned()),
            ParameterDomain::Integer { minimum, maximum } => {
                let number = number(text)
                    .filter(|n| n.fract() == 0.0)
                    .ok_or_else(|| t().not_whole.to_owned())?;
                within(number, minimum.map(f64::from), maximum.map(f64::from), "")?;
                ArgumentValue::Number(number)
            }
            ParameterDomain::Quantity {
                unit, minimum, maximum, ..
            } => {
                let number = number(text).ok_or_else(|| t().not_a_number.to_owned())?;
                // The range is stated in the parameter's own unit; another unit is converted and checked by the calculator.
                if self.unit == *unit {
                    within(number, *minimum, *maximum, unit)?;
                }
                ArgumentValue::Quantity {
                    value: number,
                    unit: self.unit.clone(),
                }
            }
        };
        Ok(Some(value))
    }
}

/// A number as typed in either decimal notation.
fn number(text: &str) -> Option<f64> {
    text.replace(',', ".")
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
}

fn within(number: f64, minimum: Option<f64>, maximum: Option<f64>, unit: &str) -> Result<(), String> {
    let low = minimum.is_some_and(|minimum| number < minimum);
    let high = maximum.is_some_and(|maximum| number > maximum);
    if !low && !high {
        return Ok(());
    }
    Err(fill(t().out_of_range, &[("range", &range(minimum, maximum, unit))]))
}

/// The allowed range in words: `18 to 120 years`.
pub fn range(minimum: Option<f64>, maximum: Option<f64>, unit: &str) -> String {
    let numbers = match (minimum, maximum) {
        (Some(low), Some(high)) => fill(
            t().from_to,
            &[("low", &format::number(low)), ("high", &format::number(high))],
        ),
        (Some(low), None) => fill(t().at_least, &[("low", &format::number(low))]),
        (None, Some(high)) => fill(t().at_most, &[("high", &format::number(high))]),
        (None, None) => return String::new(),
    };
    format!("{numbers} {}", units::show(unit)).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn creatinine() -> ParameterDomain {
        ParameterDomain::Quantity {
            unit: "mg/dL".into(),
            also_accepts: vec!["umol/L".into()],
            minimum: Some(0.1),
            maximum: Some(30.0),
        }
    }

    fn draft(text: &str, unit: &str) -> Draft {
        Draft {
            text: text.into(),
            unit: unit.into(),
        }
    }

    #[test]
    fn an_empty_field_is_no_value() {
        assert_eq!(draft(" ", "mg/dL").value(&creatinine()), Ok(None));
    }

    #[test]
    fn the_range_holds_in_the_parameters_own_unit_only() {
        assert!(draft("120", "mg/dL").value(&creatinine()).is_err());
        assert_eq!(
            draft("120", "umol/L").value(&creatinine()),
            Ok(Some(ArgumentValue::Quantity {
                value: 120.0,
                unit: "umol/L".into()
            }))
        );
    }

    #[test]
    fn a_decimal_comma_is_a_decimal_point() {
        assert_eq!(
            draft("1,2", "mg/dL").value(&creatinine()),
            Ok(Some(ArgumentValue::Quantity {
                value: 1.2,
                unit: "mg/dL".into()
            }))
        );
        assert!(
            draft("1.5", "")
                .value(&ParameterDomain::Integer {
                    minimum: None,
                    maximum: None
                })
                .is_err()
        );
    }
}
