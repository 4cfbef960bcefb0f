//! Numbers with their names and units: weight, creatinine, whatever a calculator declares.

use std::ops::Range;

use api_types::{CalculatorInfo, Parameter};

use super::amount::{ALSO_ENGLISH, Amount, accepted, amount, fits, plausible, reading, unit};
use super::fluids::{self, Fluid};
use super::reading::{Found, Reading};
use super::scope::others;
use super::text::{Kind, Token};
use super::vocabulary::{Measured, Vocabulary, known_name, spells};
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
/// Between a name and a number that is surely its own.
const BRIDGE: &str = "of is was at level value : = ( - on";

/// A name in the text: whose it is (an index in `measured`, or none of them) and where.
struct Name {
    of: Option<usize>,
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
    let mut found: Vec<Found> = Vec::new();
    let mut unsure = Vec::new();
    for (place, measured) in words.measured.iter().enumerate() {
        let own: Vec<_> = names.iter().filter(|name| name.of == Some(place)).collect();
        for name in &own {
            let fluid = fluids::of(text, &name.tokens, measured);
            let told = match &fluid {
                Fluid::Own => measured,
                Fluid::Urine | Fluid::PerhapsUrine => match fluids::in_urine(words, measured) {
                    Some(in_urine) => in_urine,
                    None if fluid == Fluid::Urine => continue,
                    None => measured,
                },
            };
            let one =
                behind(text, &usable, &names, &name.tokens, told).or_else(|| before(text, &usable, &name.tokens, told));
            match one {
                Some(one) if fluid == Fluid::PerhapsUrine => unsure.push((place, told, one)),
                one => found.extend(one),
            }
        }
        let valued = found.iter().any(|one| one.parameter == measured.number.name);
        if !valued && measured.known_by_unit {
            found.extend(by_unit(text, &usable, measured));
        }
    }
    let bodily = |one: &Found| {
        let measured = words.measured.iter().find(|it| it.number.name == one.parameter);
        measured.is_some_and(|it| it.known_by_unit)
    };
    found.retain(|one| !bodily(one) || !at_birth(text, &one.tokens));
    for (place, told, one) in unsure {
        let parameter = &calculator.parameters[words.measured[place].parameter];
        found.extend(fluids::settled(one, told, parameter, &found));
    }
    found
}

/// "Born with 3210 g and 52 cm", "weighed 3210 g at birth": not what the patient weighs.
fn at_birth(text: &[Token], tokens: &Range<usize>) -> bool {
    let around = tokens.start.saturating_sub(8)..text.len().min(tokens.end + 3);
    text[around].iter().any(|token| token.one_of(&["birth", "born"]))
}

/// Every name of a measurement; longest first at each place.
fn names(text: &[Token], usable: &[bool], words: &Vocabulary) -> Vec<Name> {
    let (mut out, mut at) = (Vec::new(), 0);
    while at < text.len() {
        let own = words.measured.iter().enumerate().flat_map(|(place, one)| {
            let spelled = one.words.iter().filter_map(|phrase| spells(text, at, phrase));
            spelled.map(move |length| (length, Some(place)))
        });
        let longest = own
            .chain(known_name(text, at).map(|length| (length, None)))
            .filter(|_| usable[at])
            .max_by_key(|(length, of)| (*length, of.is_some()));
        match longest {
            Some((length, of)) => {
                out.push(Name {
                    of,
                    tokens: at..at + length,
                });
                at += length;
            }
            None => at += 1,
        }
    }
    out
}

/// "creatinine (today) was 1.2 mg/dL"
fn behind(text: &[Token], usable: &[bool], names: &[Name], name: &Range<usize>, measured: &Measured) -> Option<Found> {
    let parameter = &measured.number;
    // "AST/ALT 27/15": two names and two values, of which the first is not this name's.
    let joins = |token: &Token| token.one_of(&["/", "and", "&"]);
    let second = name
        .start
        .checked_sub(1)
        .is_some_and(|at| joins(&text[at]) && names.iter().any(|other| other.tokens.end == at));
    let pair =
        |end: usize| text.get(end).is_some_and(joins) && text.get(end + 1).is_some_and(|next| next.number().is_some());
    let mut moving = false;
    // "creatinine (mg/dL): 1.2"
    let mut declared = None;
    let mut amounts: Vec<Amount> = Vec::new();
    let mut at = name.end;
    let mut end = name.end + REACH;
    // Nothing but "is", ":" and the like since the name.
    let mut adjoining = true;
    while at < text.len().min(end) {
        let token = &text[at];
        let stop = matches!(token.kind, Kind::Mark('.' | ';')) && !token.text.is_empty()
            || token.is_mark(',')
            || names.iter().any(|other| other.tokens.start == at)
            || !usable[at];
        if stop {
            break;
        }
        moving |= token.listed(MOVING);
        match amount(text, at, parameter).filter(|one| !one.misfit || adjoining && !is_time(&one.unit)) {
            Some(one) if second && pair(one.tokens.end) => return None,
            Some(one) if one.misfit => {
                amounts.push(one);
                break;
            }
            Some(one) => {
                at = one.tokens.end;
                let linked = text[at..].iter().take_while(|token| token.listed(LINKS)).count();
                if linked > 0
                    && amount(text, at + linked, parameter).is_some_and(|next| !next.misfit && !next.unit.is_empty())
                {
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
            None => match unit(text, at, parameter)
                .filter(|(code, _)| !token.listed(ALSO_ENGLISH) && fits(parameter, code))
            {
                Some((code, after)) => {
                    declared = Some(code);
                    at = after;
                }
                None => {
                    adjoining &= token.listed(BRIDGE);
                    at += 1;
                }
            },
        }
    }
    let mut last = amounts.pop()?;
    if last.unit.is_empty() {
        last.unit = declared.unwrap_or_default();
    }
    let tokens = name.start..last.tokens.end;
    let reading = match amounts.first().filter(|first| first.value != last.value || moving) {
        Some(first) => Reading::Ask {
            suggestion: None,
            question: {
                let unit = if first.unit.is_empty() { &last.unit } else { &first.unit };
                format!(
                    "{} is given more than once ({} and {}). Which one, and is it stable?",
                    parameter.label,
                    units::shown_quantity(first.value, unit),
                    units::shown_quantity(last.value, &last.unit),
                )
            },
        },
        None => reading(&last, measured, &text[name.clone()]),
    };
    Some(Found {
        parameter: parameter.name.clone(),
        reading,
        tokens,
    })
}

fn is_time(code: &str) -> bool {
    units::convert(1.0, code, "d", None).is_some()
}

/// "1.2 mg/dL creatinine", "72 kg weight"
fn before(text: &[Token], usable: &[bool], name: &Range<usize>, measured: &Measured) -> Option<Found> {
    let start = name.start.saturating_sub(6);
    let one = (start..name.start)
        .filter(|&at| usable[at])
        .filter_map(|at| amount(text, at, &measured.number))
        .find(|one| one.tokens.end == name.start)?;
    let tokens = one.tokens.start..name.end;
    (!one.unit.is_empty() && !one.misfit).then(|| Found {
        parameter: measured.number.name.clone(),
        reading: reading(&one, measured, &text[name.clone()]),
        tokens,
    })
}

/// "72 kg" in a sentence without the word weight.
fn by_unit(text: &[Token], usable: &[bool], measured: &Measured) -> Vec<Found> {
    let changes =
        |at: usize| (1..=2).any(|back| at.checked_sub(back).is_some_and(|before| text[before].listed(CHANGE)));
    let parameter: &Parameter = &measured.number;
    (0..text.len())
        .filter(|&at| usable[at] && !changes(at))
        .filter_map(|at| amount(text, at, parameter))
        .filter(|one| accepted(parameter).contains(&one.unit) || one.unit == "[stone_av]")
        .filter(|one| plausible(parameter, one.value, &one.unit) != Some(false))
        .map(|one| Found {
            parameter: parameter.name.clone(),
            reading: reading(&one, measured, &[]),
            tokens: one.tokens.clone(),
        })
        .collect()
}
