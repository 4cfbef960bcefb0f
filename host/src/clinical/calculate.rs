//! From typed or dictated words to a calculator with its inputs. Deterministic: no model reads numbers here.
//!
//! A question *about* a score goes to the documents; a patient *for* a score comes here. Numbers, labs, age and
//! sex are read or asked for, never assumed; a history item nobody mentioned is left out, which the calculator's
//! answer then shows as "not mentioned = no".

mod amount;
mod beside;
mod dates;
mod decide;
mod fluids;
mod history;
mod lexicon;
mod measure;
mod names;
mod person;
mod pressure;
mod reading;
mod scope;
mod text;
mod vocabulary;
mod written;

#[cfg(test)]
#[expect(clippy::expect_used, reason = "tests")]
mod tests;

use std::ops::Range;

use api_types::{ArgumentValue, Calculation, CalculationInput, CalculatorInfo, InputSource, ParameterDomain};

pub use crate::plugins::{Input, Intent};
use names::{Named, named};
pub use reading::say;
use reading::{Found, Reading, settle};
use text::Token;
use vocabulary::Vocabulary;

/// What was read of one calculator's inputs, before it is decided whether to calculate.
struct Read {
    found: Vec<Found>,
    /// Age and sex of the patient where the calculator does not ask for them.
    beside: Vec<Found>,
    /// Words that look like a condition and are none.
    masked: Vec<Range<usize>>,
}

impl Read {
    /// What was read as a value of one parameter.
    fn of(&self, parameter: &str) -> Vec<&Found> {
        self.found.iter().filter(|one| one.parameter == parameter).collect()
    }

    fn all(&self) -> impl Iterator<Item = &Found> {
        self.found.iter().chain(&self.beside)
    }
}

/// The calculation the text asks for, alone or as a continuation of `previous`. `None`: it asks something else.
pub fn read(text: &str, catalogue: &[CalculatorInfo], previous: Option<&Calculation>) -> Option<Intent> {
    let tokens = person::relatives_as_patients(text::tokens(text));
    let named = named(&tokens, catalogue);
    if let Some((calculator, read, _)) = asked(&tokens, &named, catalogue).into_iter().next() {
        return Some(intent(calculator, &read, None));
    }
    let previous = previous?;
    let calculator = catalogue.iter().find(|one| one.id == previous.calculator)?;
    let mut read = inputs(&tokens, None, calculator);
    read.found.extend(short_answer(&tokens, calculator, previous));
    // A name that is no input of the last calculation begins another subject.
    let input = |one: &Named| read.found.iter().any(|found| found.tokens.contains(&one.tokens.start));
    if !named.iter().all(|one| one.weak || input(one)) {
        return None;
    }
    decide::continues(&tokens, &read).then(|| intent(calculator, &read, Some(previous)))
}

/// Fills inputs that nobody mentioned from what is known of the patient, in the words of [`super::context::sentence`].
pub fn fill(intent: &mut Intent, known: &str, catalogue: &[CalculatorInfo]) {
    let Some(calculator) = catalogue.iter().find(|one| one.id == intent.calculator) else {
        return;
    };
    let read = inputs(&text::tokens(known), None, calculator);
    for parameter in &calculator.parameters {
        let found = read.of(&parameter.name);
        let Some(Reading::Value(value)) = settle(&parameter.label, &found) else {
            continue;
        };
        // What is not there says nothing: only a condition that the patient has is taken over.
        if value == ArgumentValue::Boolean(false) {
            continue;
        }
        let filled = Input {
            name: parameter.name.clone(),
            value: Some(value),
            source: InputSource::FromContext,
            question: None,
        };
        match intent.inputs.iter_mut().find(|input| input.name == parameter.name) {
            Some(input) if input.value.is_none() && input.question.is_none() => *input = filled,
            Some(_) => {}
            None => intent.inputs.push(filled),
        }
    }
}

/// Titles of further calculators that the text asks for; one question gets one calculation.
pub fn also_asked<'a>(text: &str, catalogue: &'a [CalculatorInfo], calculated: &str) -> Vec<&'a str> {
    let tokens = person::relatives_as_patients(text::tokens(text));
    let asked = asked(&tokens, &named(&tokens, catalogue), catalogue);
    let inputs: Vec<usize> = asked
        .iter()
        .filter(|(calculator, ..)| calculator.id == calculated)
        .flat_map(|(_, read, _)| read.found.iter().flat_map(|found| found.tokens.clone()))
        .collect();
    let mut titles: Vec<&str> = asked
        .iter()
        .filter(|(calculator, _, name)| calculator.id != calculated && !inputs.contains(&name.start))
        .map(|(calculator, ..)| calculator.title.as_str())
        .collect();
    titles.dedup();
    titles
}

/// The calculators that are named and asked for: those in a question, then those in what was told.
fn asked<'a>(
    tokens: &[Token],
    named: &[Named],
    catalogue: &'a [CalculatorInfo],
) -> Vec<(&'a CalculatorInfo, Read, Range<usize>)> {
    let mut asked: Vec<_> = named
        .iter()
        .filter_map(|name| {
            let (calculator, read) = meant(tokens, name, catalogue)?;
            let asks = decide::asks_to_calculate(tokens, name, &read, calculator);
            asks.then(|| (calculator, read, name.tokens.clone()))
        })
        .collect();
    asked.sort_by_key(|(.., name)| !decide::in_question(tokens, name));
    asked
}

/// Of the calculators that go by a name, the one with most hints and inputs in the text.
fn meant<'a>(tokens: &[Token], name: &Named, catalogue: &'a [CalculatorInfo]) -> Option<(&'a CalculatorInfo, Read)> {
    let mut best: Option<(usize, &CalculatorInfo, Read)> = None;
    for &place in &name.places {
        let calculator = &catalogue[place];
        let read = inputs(tokens, Some(&name.tokens), calculator);
        let rank = names::hints(tokens, calculator) + read.found.len();
        if best.as_ref().is_none_or(|(other, ..)| rank > *other) {
            best = Some((rank, calculator, read));
        }
    }
    best.map(|(_, calculator, read)| (calculator, read))
}

fn inputs(tokens: &[Token], name: Option<&Range<usize>>, calculator: &CalculatorInfo) -> Read {
    let words = Vocabulary::of(calculator);
    let mut free: Vec<bool> = (0..tokens.len())
        .map(|at| !name.is_some_and(|name| name.contains(&at)))
        .collect();
    let claim = |found: &[Found], free: &mut Vec<bool>| {
        found
            .iter()
            .flat_map(|one| one.tokens.clone())
            .for_each(|at| free[at] = false);
    };
    // "HR 60, woman": no age.
    let ageless: Vec<bool> = (0..tokens.len())
        .map(|at| free[at] && !vocabulary::behind_a_name(tokens, &free, at))
        .collect();
    let age = person::age(tokens, &ageless, words.age.map(|place| &calculator.parameters[place]));
    let sex = person::sex(tokens, &free, words.sex.map(|place| &calculator.parameters[place]));
    claim(&age, &mut free);
    let mut found = dates::read(tokens, calculator);
    claim(&found, &mut free);
    let (conditions, masked) = history::read(tokens, &free, calculator, &words);
    claim(&conditions, &mut free);
    found.extend(conditions);
    let pressures = pressure::read(tokens, &free, &words);
    claim(&pressures, &mut free);
    let measured = pressures
        .into_iter()
        .chain(measure::read(tokens, &free, calculator, &words));
    for one in measured {
        // A number that answers an item settles what its words left open.
        if matches!(one.reading, Reading::Value(ArgumentValue::Boolean(_))) {
            found.retain(|other| other.parameter != one.parameter || matches!(other.reading, Reading::Value(_)));
        }
        found.push(one);
    }
    // The name may say a choice: "apixaban dose", "Mosteller BSA".
    name.into_iter().flat_map(Range::clone).for_each(|at| free[at] = true);
    found.extend(options(tokens, &free, calculator, &words));
    let (asked, beside) = age
        .into_iter()
        .chain(sex)
        .partition::<Vec<_>, _>(|one| !one.parameter.is_empty());
    found.extend(asked);
    Read { found, beside, masked }
}

/// Choices other than sex, by their words or labels.
fn options(tokens: &[Token], free: &[bool], calculator: &CalculatorInfo, words: &Vocabulary) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (place, option, phrase) in &words.options {
        for at in (0..tokens.len()).filter(|&at| vocabulary::spells(tokens, at, phrase).is_some()) {
            let range = at..at + phrase.len();
            let denied = at.checked_sub(1).is_some_and(|before| scope::is_cue(&tokens[before]));
            let taken = found
                .iter()
                .any(|one| one.tokens.start < range.end && range.start < one.tokens.end);
            if range.clone().all(|at| free[at]) && !denied && !taken {
                found.push(Found {
                    parameter: calculator.parameters[*place].name.clone(),
                    reading: Reading::Value(ArgumentValue::Text(option.clone())),
                    tokens: range,
                });
            }
        }
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
    let parameter = |name: &str| calculator.parameters.iter().find(|parameter| parameter.name == name);
    if let [(input, value)] = unitless.collect::<Vec<_>>().as_slice()
        && let Some((unit, tokens)) = parameter(&input.name).and_then(|one| amount::bare_unit(tokens, one))
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
    let words = Vocabulary::of(calculator);
    let measured = words.measured.iter().find(|one| one.number.name == only.name)?;
    amount::bare(tokens, measured, &only.name)
}

/// The inputs in the calculator's order, on top of what `previous` already knew.
fn intent(calculator: &CalculatorInfo, read: &Read, previous: Option<&Calculation>) -> Intent {
    let mut inputs = Vec::new();
    for parameter in &calculator.parameters {
        let found = read.of(&parameter.name);
        let earlier = previous.and_then(|previous| previous.inputs.iter().find(|input| input.name == parameter.name));
        let input = |value, source, question| Input {
            name: parameter.name.clone(),
            value,
            source,
            question,
        };
        inputs.push(match (settle(&parameter.label, &found), earlier) {
            (Some(Reading::Value(value)), earlier) => match unit_of(earlier, &value) {
                Some((suggestion, question)) => input(Some(suggestion), InputSource::Missing, Some(question)),
                None => input(Some(value), InputSource::Given, None),
            },
            (Some(Reading::Ask { suggestion, question }), _) => input(suggestion, InputSource::Missing, Some(question)),
            (None, Some(earlier)) if matches!(earlier.source, InputSource::Given | InputSource::FromContext) => {
                input(earlier.value.clone(), earlier.source, None)
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

/// "And if the creatinine is 2.1?": the unit is asked, and the one given before is offered.
fn unit_of(earlier: Option<&CalculationInput>, value: &ArgumentValue) -> Option<(ArgumentValue, String)> {
    let (earlier, ArgumentValue::Quantity { value, unit }) = (earlier?, value) else {
        return None;
    };
    match &earlier.value {
        Some(ArgumentValue::Quantity { unit: before, .. }) if unit.is_empty() && !before.is_empty() => {
            let suggestion = ArgumentValue::Quantity {
                value: *value,
                unit: before.clone(),
            };
            let shown = crate::plugins::units::shown_quantity(*value, before);
            Some((suggestion, format!("{}: is that {shown}?", earlier.label)))
        }
        _ => None,
    }
}
