//! Numbers with their names and units: weight, creatinine, whatever a calculator declares.

use std::ops::Range;

use api_types::{ArgumentValue, CalculatorInfo, Parameter, ParameterDomain};

use super::reading::{Found, Reading};
use super::scope::others;
use super::text::{Kind, Token};
use super::vocabulary::{Vocabulary, spells};
use crate::plugins::units;

/// How far behind its name a value may stand, in tokens.
const REACH: usize = 8;
/// Words that say the value has moved; the reader may not choose which of two counts.
const MOVING: &str = "rose rising rises increased increasing fell falling decreased decreasing improved peaked baseline previously \
     from up down";
/// Words between two values of the same measurement: "1.2 mg/dL yesterday and 1.9 mg/dL today".
const LINKS: &str =
    "yesterday today and then now to up down after before day days hours later ago last this week month";
/// Before a bare mass these make it a change, not a weight.
const CHANGE: &str = "lost gained loses gains loss gain losing gaining";
const ABOUT: &str = "about around approximately approx roughly nearly almost over under circa";

/// Unit codes that are words or letters of a sentence: "creatinine 1.2 in a man".
const ALSO_ENGLISH: &str = "in a s d h st foot";

struct Amount {
    value: f64,
    /// UCUM; empty when none was written.
    unit: String,
    doubt: bool,
    tokens: Range<usize>,
}

pub fn read(text: &[Token], free: &[bool], calculator: &CalculatorInfo, words: &Vocabulary) -> Vec<Found> {
    let elsewhere = others(text);
    let usable: Vec<bool> = free
        .iter()
        .zip(&elsewhere)
        .map(|(free, other)| *free && !*other)
        .collect();
    let names = names(text, &usable, words);
    let mut found = Vec::new();
    for measured in &words.measured {
        let parameter = &calculator.parameters[measured.parameter];
        let own: Vec<_> = names
            .iter()
            .filter(|(which, _)| *which == measured.parameter)
            .map(|(_, range)| range)
            .collect();
        for range in &own {
            found.extend(
                behind(text, &usable, &names, range, parameter).or_else(|| before(text, &usable, range, parameter)),
            );
        }
        if own.is_empty() && measured.known_by_unit {
            found.extend(by_unit(text, &usable, parameter));
        }
    }
    found
}

/// Every name of a measured parameter; longest first at each place.
fn names(text: &[Token], usable: &[bool], words: &Vocabulary) -> Vec<(usize, Range<usize>)> {
    let (mut out, mut at) = (Vec::new(), 0);
    while at < text.len() {
        let longest = words
            .measured
            .iter()
            .flat_map(|one| one.words.iter().map(move |phrase| (one.parameter, phrase)))
            .filter(|_| usable[at])
            .filter_map(|(parameter, phrase)| spells(text, at, phrase).map(|length| (length, parameter)))
            .max();
        match longest {
            Some((length, parameter)) => {
                out.push((parameter, at..at + length));
                at += length;
            }
            None => at += 1,
        }
    }
    out
}

/// "creatinine (today) was 1.2 mg/dL"
fn behind(
    text: &[Token],
    usable: &[bool],
    names: &[(usize, Range<usize>)],
    name: &Range<usize>,
    parameter: &Parameter,
) -> Option<Found> {
    let mut moving = false;
    // "creatinine (mg/dL): 1.2"
    let mut declared = None;
    let mut amounts: Vec<Amount> = Vec::new();
    let mut at = name.end;
    let mut end = name.end + REACH;
    while at < text.len().min(end) {
        let token = &text[at];
        let stop = matches!(token.kind, Kind::Mark('.' | ';')) && !token.text.is_empty()
            || token.is_mark(',')
            || names.iter().any(|(_, other)| other.start == at)
            || !usable[at];
        if stop {
            break;
        }
        moving |= token.listed(MOVING);
        match amount(text, at, parameter) {
            Some(one) => {
                at = one.tokens.end;
                let linked = text[at..].iter().take_while(|token| token.listed(LINKS)).count();
                if linked > 0 && amount(text, at + linked, parameter).is_some_and(|next| !next.unit.is_empty()) {
                    moving = true;
                    amounts.push(one);
                    at += linked;
                    end = at + 2;
                    continue;
                }
                // A second value only counts when the sentence leads on to it: "1.2 to 2.4", "1.2-1.4".
                let leads_on = text.get(at).is_some_and(|next| {
                    next.one_of(&["to", "then", "now", "and"]) || next.is_mark('-') || next.is_mark('>')
                });
                amounts.push(one);
                if !leads_on {
                    break;
                }
                end = at + 3;
            }
            // The number of another thing: an age, a dose.
            None if token.number().is_some() => break,
            None => match unit(text, at).filter(|(code, _)| !token.listed(ALSO_ENGLISH) && fits(parameter, code)) {
                Some((code, after)) => {
                    declared = Some(code);
                    at = after;
                }
                None => at += 1,
            },
        }
    }
    let mut last = amounts.pop()?;
    if last.unit.is_empty() {
        last.unit = declared.unwrap_or_default();
    }
    let tokens = name.start..last.tokens.end;
    if let Some(first) = amounts.first().filter(|first| first.value != last.value || moving) {
        let unit = if first.unit.is_empty() { &last.unit } else { &first.unit };
        let question = format!(
            "{} is given more than once ({} and {}). Which one, and is it stable?",
            parameter.label,
            units::shown_quantity(first.value, unit),
            units::shown_quantity(last.value, &last.unit),
        );
        return Some(Found {
            parameter: parameter.name.clone(),
            reading: Reading::Ask {
                suggestion: None,
                question,
            },
            tokens,
        });
    }
    Some(Found {
        parameter: parameter.name.clone(),
        reading: reading(&last, parameter),
        tokens,
    })
}

/// "1.2 mg/dL creatinine", "72 kg weight"
fn before(text: &[Token], usable: &[bool], name: &Range<usize>, parameter: &Parameter) -> Option<Found> {
    let start = name.start.saturating_sub(6);
    let one = (start..name.start)
        .filter(|&at| usable[at])
        .filter_map(|at| amount(text, at, parameter))
        .find(|one| one.tokens.end == name.start)?;
    let tokens = one.tokens.start..name.end;
    (!one.unit.is_empty()).then(|| Found {
        parameter: parameter.name.clone(),
        reading: reading(&one, parameter),
        tokens,
    })
}

/// "72 kg" in a sentence without the word weight.
fn by_unit(text: &[Token], usable: &[bool], parameter: &Parameter) -> Vec<Found> {
    let changes =
        |at: usize| (1..=2).any(|back| at.checked_sub(back).is_some_and(|before| text[before].listed(CHANGE)));
    (0..text.len())
        .filter(|&at| usable[at] && !changes(at))
        .filter_map(|at| amount(text, at, parameter))
        .filter(|one| accepted(parameter).contains(&one.unit) || one.unit == "[stone_av]")
        .map(|one| Found {
            parameter: parameter.name.clone(),
            reading: reading(&one, parameter),
            tokens: one.tokens.clone(),
        })
        .collect()
}

fn accepted(parameter: &Parameter) -> Vec<String> {
    match &parameter.domain {
        ParameterDomain::Quantity { unit, also_accepts, .. } => {
            std::iter::once(unit).chain(also_accepts).cloned().collect()
        }
        _ => Vec::new(),
    }
}

fn reading(amount: &Amount, parameter: &Parameter) -> Reading {
    let value = match &parameter.domain {
        ParameterDomain::Quantity { .. } => ArgumentValue::Quantity {
            value: amount.value,
            unit: amount.unit.clone(),
        },
        _ => ArgumentValue::Number(amount.value),
    };
    if amount.doubt {
        let question = format!(
            "{}: exactly {}?",
            parameter.label,
            units::shown_quantity(amount.value, &amount.unit)
        );
        return Reading::Ask {
            suggestion: Some(value),
            question,
        };
    }
    Reading::Value(value)
}

/// The number at `at` with its unit, if it is one this parameter could have.
fn amount(text: &[Token], at: usize, parameter: &Parameter) -> Option<Amount> {
    let Kind::Number { value, comma } = text.get(at)?.kind else {
        return None;
    };
    let unit = unit(text, at + 1);
    let (code, end) = match (&parameter.domain, unit) {
        (ParameterDomain::Quantity { .. }, Some((code, end))) => match fits(parameter, &code) {
            true => (code, end),
            false if text[at + 1].listed(ALSO_ENGLISH) => (String::new(), at + 1),
            false => return None,
        },
        (ParameterDomain::Quantity { .. }, None) if is_year(text, at + 1) => return None,
        (_, Some((code, _))) if code != "1" && !matches!(parameter.domain, ParameterDomain::Quantity { .. }) => {
            return None;
        }
        _ => (String::new(), at + 1),
    };
    let doubt = comma
        || at.checked_sub(1).is_some_and(|before| {
            text[before].listed(ABOUT) || matches!(text[before].kind, Kind::Mark('~' | '<' | '>'))
        });
    Some(Amount {
        value,
        unit: code,
        doubt,
        tokens: at..end,
    })
}

/// Commensurable with a unit of the parameter, or convertible through a molar mass the host knows.
fn fits(parameter: &Parameter, code: &str) -> bool {
    accepted(parameter)
        .iter()
        .any(|own| units::convert(1.0, code, own, Some(1.0)).is_some())
}

fn is_year(text: &[Token], at: usize) -> bool {
    text.get(at)
        .is_some_and(|token| token.one_of(&["year", "years", "yr", "yrs", "yo", "y", "m", "f"]))
}

/// The longest unit that starts at `at`: `kg`, `umol / l`, `mg per dl`.
fn unit(text: &[Token], at: usize) -> Option<(String, usize)> {
    (1..=5)
        .rev()
        .filter(|length| at + length <= text.len())
        .find_map(|length| {
            let window = &text[at..at + length];
            let plain = window.iter().all(|token| match token.kind {
                Kind::Word => token.text != "m" || length > 1,
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
pub fn bare(text: &[Token], parameter: &Parameter) -> Option<Found> {
    let mut amounts = (0..text.len()).filter_map(|at| amount(text, at, parameter));
    let one = amounts.next()?;
    let alone = amounts.next().is_none() && one.tokens.start <= 2 && text.len() - one.tokens.end <= 1;
    alone.then(|| Found {
        parameter: parameter.name.clone(),
        reading: reading(&one, parameter),
        tokens: one.tokens.clone(),
    })
}

/// A unit that stands alone as an answer.
pub fn bare_unit(text: &[Token]) -> Option<(String, Range<usize>)> {
    let start = text
        .iter()
        .position(|token| !token.one_of(&["it", "is", "in", "that", "yes", ","]))?;
    let (code, end) = unit(text, start)?;
    (text.len() - end <= 1).then_some((code, start..end))
}
