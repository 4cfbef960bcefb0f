//! A number with its unit, as one parameter could take it.

use std::ops::Range;

use api_types::{ArgumentValue, Parameter, ParameterDomain};

use super::lexicon::{Limit, There};
use super::reading::{Found, Reading};
use super::text::{Kind, Token};
use super::vocabulary::{Measured, known_name};
use crate::plugins::units;

const ABOUT: &str = "about around approximately approx roughly nearly almost over under circa";

/// Unit codes that are words or letters of a sentence: "creatinine 1.2 in a man".
pub const ALSO_ENGLISH: &str = "in a s d h st foot g l k u";

/// Once a day, behind a dose.
const DAILY: &[&[&str]] = &[
    &["daily"],
    &["a", "day"],
    &["per", "day"],
    &["each", "day"],
    &["every", "day"],
    &["once", "daily"],
    &["once", "a", "day"],
    &["od"],
    &["qd"],
    &["in", "total", "daily"],
];

pub struct Amount {
    pub value: f64,
    /// UCUM; empty when none was written.
    pub unit: String,
    /// The unit is none that the parameter takes: the host says so, instead of asking as if nothing had been given.
    pub misfit: bool,
    pub doubt: bool,
    pub tokens: Range<usize>,
}

/// The number at `at` with its unit.
pub fn amount(text: &[Token], at: usize, parameter: &Parameter) -> Option<Amount> {
    let Kind::Number { value, comma } = text.get(at)?.kind else {
        return None;
    };
    // "2.5 x 10^5" is not 2.5; the powers that are units were read as such before.
    let power = text.get(at + 1).is_some_and(|next| {
        next.text == "x10"
            || next.one_of(&["x", "*", "^"]) && text.get(at + 2).is_some_and(|next| next.number().is_some())
    });
    if power {
        return None;
    }
    let quantity = matches!(parameter.domain, ParameterDomain::Quantity { .. });
    let mut misfit = false;
    // "QT 400 HR 60": no hours, but the next name.
    let next_name = known_name(text, at + 1);
    let next_value =
        next_name.is_some_and(|length| text.get(at + 1 + length).is_some_and(|next| next.number().is_some()));
    let (code, end) = match unit(text, at + 1, parameter).filter(|_| !next_value) {
        Some((code, end)) if quantity => match daily(text, end, parameter, &code) {
            Some((code, end)) => (code, end),
            None if fits(parameter, &code) => (code, end),
            None if text[at + 1].listed(ALSO_ENGLISH) || next_name.is_some() => (String::new(), at + 1),
            None => {
                misfit = true;
                (code, end)
            }
        },
        None if quantity && !next_value && is_year(text, at + 1) => return None,
        Some((code, _)) if code != "1" && !quantity && !text[at + 1].listed(ALSO_ENGLISH) => return None,
        _ => (String::new(), at + 1),
    };
    let doubt = comma
        || at.checked_sub(1).is_some_and(|before| {
            text[before].listed(ABOUT) || matches!(text[before].kind, Kind::Mark('~' | '<' | '>'))
        });
    Some(Amount {
        value,
        unit: code,
        misfit,
        doubt,
        tokens: at..end,
    })
}

/// "60 mg daily" where the parameter is a dose a day.
fn daily(text: &[Token], at: usize, parameter: &Parameter, code: &str) -> Option<(String, usize)> {
    let a_day = format!("{code}/d");
    let words = DAILY.iter().find(|words| {
        text.get(at..at + words.len())
            .is_some_and(|window| window.iter().zip(**words).all(|(token, word)| token.text == *word))
    })?;
    (!fits(parameter, code) && fits(parameter, &a_day)).then(|| (a_day, at + words.len()))
}

/// Units the parameter accepts, its own first.
pub fn accepted(parameter: &Parameter) -> Vec<String> {
    match &parameter.domain {
        ParameterDomain::Quantity { unit, also_accepts, .. } => {
            std::iter::once(unit).chain(also_accepts).cloned().collect()
        }
        _ => Vec::new(),
    }
}

/// Commensurable with a unit of the parameter, or convertible through a molar mass the host knows.
pub fn fits(parameter: &Parameter, code: &str) -> bool {
    accepted(parameter)
        .iter()
        .any(|own| units::convert(1.0, code, own, Some(1.0)).is_some() || units::meant(code, [own]) == own)
}

/// Whether the value in this unit is one that has been seen. `None` where the conversion needs a molar mass.
pub fn plausible(parameter: &Parameter, value: f64, code: &str) -> Option<bool> {
    let ParameterDomain::Quantity {
        unit, minimum, maximum, ..
    } = &parameter.domain
    else {
        return None;
    };
    let converted = units::convert(value, code, unit, None)?;
    Some(minimum.is_none_or(|least| converted >= least) && maximum.is_none_or(|most| converted <= most))
}

/// The unit of a number written without one, where there is nothing to choose: the parameter takes one unit, or units in
/// which the number is the same (mmol/L and mEq/L of sodium), or this is one of the measurements whose units no
/// living patient's value can confuse. Otherwise empty: it is asked.
fn unwritten(value: f64, measured: &Measured) -> String {
    let parameter = &measured.number;
    let accepted = accepted(parameter);
    let Some(first) = accepted.first() else {
        return String::new();
    };
    let same = |unit: &String| units::convert(1.0, unit, first, None) == Some(1.0);
    if accepted.iter().all(same) {
        return first.clone();
    }
    let fitting: Vec<_> = accepted
        .iter()
        .filter(|unit| plausible(parameter, value, unit) != Some(false))
        .collect();
    match fitting.as_slice() {
        [first, rest @ ..]
            if measured.unit_by_size
                && rest
                    .iter()
                    .all(|unit| units::convert(1.0, unit, first, None) == Some(1.0)) =>
        {
            (*first).clone()
        }
        _ => String::new(),
    }
}

/// What the amount says of the parameter. `name` are the words it stood behind.
pub fn reading(amount: &Amount, measured: &Measured, name: &[Token]) -> Reading {
    let parameter = &measured.number;
    let unit = if amount.unit.is_empty() {
        unwritten(amount.value, measured)
    } else {
        amount.unit.clone()
    };
    if let Some(limit) = measured.limit {
        return limited(amount, &unit, limit, parameter);
    }
    let value = match &parameter.domain {
        ParameterDomain::Quantity { .. } => ArgumentValue::Quantity {
            value: amount.value,
            unit: unit.clone(),
        },
        _ => ArgumentValue::Number(amount.value),
    };
    let shown = units::shown_quantity(amount.value, &unit);
    if unsure_of_mass(&unit, measured, name) {
        let question = format!(
            "{} {shown}: is that the nitrogen of the urea (BUN)? Urea itself is taken in mmol/L.",
            parameter.label
        );
        return Reading::Ask {
            suggestion: Some(value),
            question,
        };
    }
    if amount.doubt {
        let question = format!("{}: exactly {shown}?", parameter.label);
        return Reading::Ask {
            suggestion: Some(value),
            question,
        };
    }
    Reading::Value(value)
}

fn unsure_of_mass(unit: &str, measured: &Measured, name: &[Token]) -> bool {
    let named = super::text::phrases(measured.mass_unsure)
        .any(|words| words.len() == name.len() && words.iter().zip(name).all(|(word, said)| said.is_word(&word.text)));
    named && units::convert(1.0, unit, "g/L", None).is_some()
}

/// Whether a number puts a finding there: a creatinine above the limit, a coma scale below 15.
fn limited(amount: &Amount, unit: &str, limit: Limit, parameter: &Parameter) -> Reading {
    let against = limit
        .at
        .iter()
        .find_map(|(code, at)| Some((units::convert(amount.value, unit, code, None)?, *at)));
    let there = against.map(|(value, at)| match limit.there {
        There::Above => value > at,
        There::AtLeast => value >= at,
        There::Below => value < at,
    });
    match there {
        Some(there) if !amount.doubt => Reading::Value(ArgumentValue::Boolean(there)),
        _ => Reading::Ask {
            suggestion: None,
            question: format!(
                "{} with {}: yes or no?",
                parameter.label,
                units::shown_quantity(amount.value, unit)
            ),
        },
    }
}

fn is_year(text: &[Token], at: usize) -> bool {
    text.get(at)
        .is_some_and(|token| token.one_of(&["year", "years", "yr", "yrs", "yo", "y", "m", "f"]))
}

/// The longest unit that starts at `at`: `kg`, `umol / l`, `mg per dl`. A lone `m` is a metre only for a length below 3.
pub fn unit(text: &[Token], at: usize, parameter: &Parameter) -> Option<(String, usize)> {
    let metre = at
        .checked_sub(1)
        .and_then(|before| text[before].number())
        .is_some_and(|value| value < 3.0)
        && accepted(parameter).iter().any(|own| own == "m");
    (1..=5)
        .rev()
        .filter(|length| at + length <= text.len())
        .find_map(|length| {
            let window = &text[at..at + length];
            let plain = window.iter().all(|token| match token.kind {
                Kind::Word => token.text != "m" || length > 1 || metre,
                Kind::Mark(mark) => matches!(mark, '/' | '%'),
                Kind::Number { .. } => false,
            });
            if !plain {
                return None;
            }
            let joined: Vec<_> = window
                .iter()
                .map(|token| if token.text == "per" { "/" } else { token.text.as_str() })
                .collect();
            units::canonical(&joined.concat()).map(|code| (code, at + length))
        })
}

/// A number that stands alone as an answer, with or without its unit.
pub fn bare(text: &[Token], measured: &Measured, name: &str) -> Option<Found> {
    let mut amounts = (0..text.len()).filter_map(|at| amount(text, at, &measured.number));
    let one = amounts.next()?;
    let alone = amounts.next().is_none() && one.tokens.start <= 2 && text.len() - one.tokens.end <= 1;
    alone.then(|| Found {
        parameter: name.to_owned(),
        reading: reading(&one, measured, &[]),
        tokens: one.tokens.clone(),
    })
}

/// A unit that stands alone as an answer.
pub fn bare_unit(text: &[Token], parameter: &Parameter) -> Option<(String, Range<usize>)> {
    let start = text
        .iter()
        .position(|token| !token.one_of(&["it", "is", "in", "that", "yes", ","]))?;
    let (code, end) = unit(text, start, parameter)?;
    (text.len() - end <= 1).then_some((code, start..end))
}
