//! From typed or dictated words to a calculator with its inputs. Deterministic: no model reads numbers here.
//!
//! A question *about* a score goes to the documents; a patient *for* a score comes here. Numbers, labs, age and
//! sex are read or asked for, never assumed; a history item nobody mentioned is left out, which the calculator's
//! answer then shows as "not mentioned = no".

mod beside;
mod decide;
mod history;
mod lexicon;
mod measure;
mod person;
mod reading;
mod scope;
mod text;
mod vocabulary;

#[cfg(test)]
#[expect(clippy::expect_used, reason = "tests")]
mod tests;

use std::ops::Range;

use api_types::{ArgumentValue, Calculation, CalculatorInfo, InputSource, ParameterDomain};

pub use crate::plugins::{Input, Intent};
use reading::{Found, Reading, settle};
use text::Token;
use vocabulary::{Vocabulary, named};

/// What was read of one calculator's inputs, before it is decided whether to calculate.
struct Read {
    found: Vec<Found>,
    /// Words that look like a condition and are none.
    masked: Vec<Range<usize>>,
}

/// The calculation the text asks for, alone or as a continuation of `previous`. `None`: it asks something else.
pub fn read(text: &str, catalogue: &[CalculatorInfo], previous: Option<&Calculation>) -> Option<Intent> {
    let tokens = person::relatives_as_patients(text::tokens(text));
    if let Some((place, name)) = named(&tokens, catalogue) {
        let calculator = &catalogue[place];
        let read = inputs(&tokens, Some(&name), calculator);
        if decide::asks_to_calculate(&tokens, &name, &read, calculator) {
            return Some(intent(calculator, &read, None));
        }
        return None;
    }
    let previous = previous?;
    let calculator = catalogue.iter().find(|one| one.id == previous.calculator)?;
    let mut read = inputs(&tokens, None, calculator);
    read.found.extend(short_answer(&tokens, calculator, previous));
    decide::continues(&tokens, &read).then(|| intent(calculator, &read, Some(previous)))
}

fn inputs(tokens: &[Token], name: Option<&Range<usize>>, calculator: &CalculatorInfo) -> Read {
    let words = Vocabulary::of(calculator);
    let mut free: Vec<bool> = (0..tokens.len())
        .map(|at| !name.is_some_and(|name| name.contains(&at)))
        .collect();
    let mut found = person::age(tokens, &free, calculator, &words);
    let claimed = |found: &[Found], free: &mut Vec<bool>| {
        found
            .iter()
            .flat_map(|one| one.tokens.clone())
            .for_each(|at| free[at] = false);
    };
    let sex = person::sex(tokens, &free, calculator, &words);
    claimed(&found, &mut free);
    found.extend(sex);
    let (conditions, masked) = history::read(tokens, &free, calculator, &words);
    claimed(&conditions, &mut free);
    found.extend(conditions);
    found.extend(measure::read(tokens, &free, calculator, &words));
    found.extend(options(tokens, &free, calculator, &words));
    Read { found, masked }
}

/// Choices other than sex, by their labels.
fn options(tokens: &[Token], free: &[bool], calculator: &CalculatorInfo, words: &Vocabulary) -> Vec<Found> {
    let mut found = Vec::new();
    for (place, option, phrase) in &words.options {
        let at = (0..tokens.len()).find(|&at| free[at] && vocabulary::spells(tokens, at, phrase).is_some());
        found.extend(at.map(|at| Found {
            parameter: calculator.parameters[*place].name.clone(),
            reading: Reading::Value(ArgumentValue::Text(option.clone())),
            tokens: at..at + phrase.len(),
        }));
    }
    found
}

/// "72", "yes" or "1.2 mg/dL" as the answer to the one question that is open.
fn short_answer(tokens: &[Token], calculator: &CalculatorInfo, previous: &Calculation) -> Option<Found> {
    let open: Vec<_> = previous
        .inputs
        .iter()
        .filter(|input| input.source == InputSource::Missing)
        .collect();
    let found = |parameter: &str, value, tokens| {
        Some(Found {
            parameter: parameter.to_owned(),
            reading: Reading::Value(value),
            tokens,
        })
    };
    let word = tokens.first()?;
    if let [only] = open.as_slice()
        && tokens.len() <= 3
    {
        let (yes, no) = (
            word.one_of(&["yes", "y", "yeah", "yep", "correct", "right", "true", "confirmed"]),
            word.one_of(&["no", "n", "nope", "none"]),
        );
        match (&only.domain, &only.value) {
            (ParameterDomain::Boolean, _) if yes || no => return found(&only.name, ArgumentValue::Boolean(yes), 0..1),
            // "Did you mean 120 umol/L?" "Yes."
            (_, Some(suggestion)) if yes => return found(&only.name, suggestion.clone(), 0..1),
            _ => {}
        }
    }
    // "Weight 72: in kg or lb?" "kg"
    let unitless = open.iter().filter_map(|input| match input.value {
        Some(ArgumentValue::Quantity { value, .. }) => Some((input, value)),
        _ => None,
    });
    if let [(input, value)] = unitless.collect::<Vec<_>>().as_slice()
        && let Some((unit, tokens)) = measure::bare_unit(tokens)
    {
        return found(&input.name, ArgumentValue::Quantity { value: *value, unit }, tokens);
    }
    let numeric: Vec<_> = open
        .iter()
        .filter(|input| {
            matches!(
                input.domain,
                ParameterDomain::Integer { .. } | ParameterDomain::Quantity { .. }
            )
        })
        .collect();
    let [only] = numeric.as_slice() else { return None };
    let parameter = calculator
        .parameters
        .iter()
        .find(|parameter| parameter.name == only.name)?;
    measure::bare(tokens, parameter)
}

/// The inputs in the calculator's order, on top of what `previous` already knew.
fn intent(calculator: &CalculatorInfo, read: &Read, previous: Option<&Calculation>) -> Intent {
    let mut inputs = Vec::new();
    for parameter in &calculator.parameters {
        let found: Vec<_> = read
            .found
            .iter()
            .filter(|one| one.parameter == parameter.name)
            .collect();
        let earlier = previous.and_then(|previous| previous.inputs.iter().find(|input| input.name == parameter.name));
        let input = |value, source, question| Input {
            name: parameter.name.clone(),
            value,
            source,
            question,
        };
        inputs.push(match (settle(&parameter.label, &found), earlier) {
            (Some(Reading::Value(value)), _) => input(Some(value), InputSource::Given, None),
            (Some(Reading::Ask { suggestion, question }), _) => input(suggestion, InputSource::Missing, Some(question)),
            (None, Some(earlier)) if earlier.source == InputSource::Given => {
                input(earlier.value.clone(), InputSource::Given, None)
            }
            (None, Some(earlier)) if earlier.source == InputSource::Missing => {
                input(earlier.value.clone(), InputSource::Missing, earlier.question.clone())
            }
            (None, _) if parameter.domain == ParameterDomain::Boolean && !parameter.required => {
                input(None, InputSource::NotMentionedNo, None)
            }
            (None, _) => input(None, InputSource::Missing, None),
        });
    }
    Intent {
        calculator: calculator.id.clone(),
        inputs,
    }
}
