//! Blood or urine: a value of the one is never taken for the other.

use std::ops::Range;

use api_types::{ArgumentValue, Parameter, ParameterDomain};

use super::reading::{Found, Reading};
use super::scope::ends_sentence;
use super::text::Token;
use super::vocabulary::{Measured, Vocabulary};
use crate::plugins::units;

const OTHER: &str = "urine urinary urines csf ascitic pleural peritoneal dialysate sweat saliva";
const BLOOD: &str = "serum plasma blood arterial";
/// What is listed behind these words may still be of that sample.
const SAMPLE: &str = "urine urinary urines csf";
/// Behind such a word these make it no sample.
const NOT_A_SAMPLE: &str = "output volume dip dipstick culture microscopy infection";

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fluid {
    /// As the parameter means it.
    Own,
    Urine,
    /// The sentence spoke of urine before.
    PerhapsUrine,
}

/// What the name at `name` was measured in, for a parameter that is not of the urine itself.
pub fn of(text: &[Token], name: &Range<usize>, measured: &Measured) -> Fluid {
    let laboratory = matches!(&measured.number.domain, ParameterDomain::Quantity { unit, .. } if unit.ends_with("/L") || unit.ends_with("/dL"));
    if !laboratory
        || measured.number.name.contains("urine")
        || text[name.clone()].iter().any(|token| token.listed(BLOOD))
    {
        return Fluid::Own;
    }
    let before = |back: usize| name.start.checked_sub(back).map(|at| &text[at]);
    let beside = before(1).is_some_and(|token| token.listed(OTHER));
    let explained = text[name.end..]
        .iter()
        .take(4)
        .take_while(|token| token.number().is_none() && !token.is_mark(',') && !token.is_mark(';'))
        .any(|token| token.listed(OTHER));
    // "sodium 18 in the urine"
    let behind = text[name.end..]
        .iter()
        .take(8)
        .take_while(|token| !token.is_mark(',') && !token.is_mark(';'))
        .collect::<Vec<_>>();
    let within = behind.windows(3).any(|three| {
        three[0].text == "in" && (three[1].listed(OTHER) || three[1].text == "the" && three[2].listed(OTHER))
    }) || matches!(behind.as_slice(), [.., preposition, fluid] if preposition.text == "in" && fluid.listed(OTHER));
    if beside || explained || within {
        return Fluid::Urine;
    }
    let since = (0..name.start)
        .rev()
        .find(|&at| ends_sentence(&text[at], text.get(at + 1)))
        .map_or(0, |at| at + 1);
    let sample = |at: &usize| {
        text[*at].listed(BLOOD)
            || text[*at].listed(SAMPLE) && !text.get(at + 1).is_some_and(|next| next.listed(NOT_A_SAMPLE))
    };
    match (since..name.start).rev().find(sample) {
        Some(at) if text[at].listed(BLOOD) => Fluid::Own,
        Some(at) if text[at + 1].is_mark(':') => Fluid::Urine,
        Some(_) => Fluid::PerhapsUrine,
        None => Fluid::Own,
    }
}

/// The calculator's parameter for the same substance in urine.
pub fn in_urine<'a>(words: &'a Vocabulary, measured: &Measured) -> Option<&'a Measured> {
    let name = format!("urine-{}", measured.number.name);
    words.measured.iter().find(|one| one.number.name == name)
}

/// A value that may be the urine's is the blood's where the urine's is given in so many words, and is else asked.
pub fn settled(one: Found, told: &Measured, parameter: &Parameter, found: &[Found]) -> Option<Found> {
    let urine = told.number.name != parameter.name;
    let Reading::Value(value) = &one.reading else {
        return Some(one);
    };
    if urine && found.iter().any(|other| other.parameter == told.number.name) {
        return Some(Found {
            parameter: parameter.name.clone(),
            ..one
        });
    }
    let shown = match value {
        ArgumentValue::Quantity { value, unit } => units::shown_quantity(*value, unit),
        _ => String::new(),
    };
    let of = if urine { "urine" } else { "blood" };
    Some(Found {
        reading: Reading::Ask {
            suggestion: Some(value.clone()),
            question: format!("{} {shown}: is that of the {of}?", told.number.label),
        },
        ..one
    })
}
