//! History items: conditions that are there, denied, doubted or someone else's.

use std::ops::Range;
use std::sync::LazyLock;

use api_types::{ArgumentValue, CalculatorInfo};

use super::lexicon::conditions::NOT_A_CONDITION;
use super::reading::{Found, Reading};
use super::scope::{Standing, standings};
use super::text::{Token, phrase};
use super::vocabulary::{Meaning, Phrase, Vocabulary, spells};

static MASKS: LazyLock<Vec<Vec<Token>>> = LazyLock::new(|| NOT_A_CONDITION.split(';').map(phrase).collect());

/// An ejection fraction up to this counts as left ventricular dysfunction (Lip et al. 2010), in percent.
const REDUCED_EF: f64 = 40.0;

/// Readings of yes-or-no parameters, and the ranges of words that only look like one.
pub fn read(
    text: &[Token],
    free: &[bool],
    calculator: &CalculatorInfo,
    words: &Vocabulary,
) -> (Vec<Found>, Vec<Range<usize>>) {
    let (mut mentions, mut masked, mut at) = (Vec::<(Range<usize>, &Phrase)>::new(), Vec::new(), 0);
    while at < text.len() {
        let phrase = words
            .phrases
            .iter()
            .find(|phrase| spells(text, at, &phrase.words).is_some());
        let mask = MASKS.iter().filter_map(|mask| spells(text, at, mask)).max();
        match (phrase, mask) {
            (_, Some(length)) if phrase.is_none_or(|phrase| phrase.words.len() < length) => {
                masked.push(at..at + length);
                at += length;
            }
            (Some(phrase), _) if free[at] => {
                mentions.push((at..at + phrase.words.len(), phrase));
                at += phrase.words.len();
            }
            _ => at += 1,
        }
    }
    // "Family history of stroke" is an answer where the calculator asks for it, and still says whose stroke it is.
    let of_family = |phrase: &Phrase| calculator.parameters[phrase.parameter].name.contains("family");
    let ranges: Vec<_> = mentions
        .iter()
        .map(|(range, _)| range.clone())
        .chain(masked.iter().cloned())
        .collect();
    let mut order: Vec<usize> = (0..ranges.len())
        .filter(|&place| mentions.get(place).is_none_or(|(_, phrase)| !of_family(phrase)))
        .collect();
    order.sort_by_key(|&place| ranges[place].start);
    let sorted: Vec<_> = order.iter().map(|&place| ranges[place].clone()).collect();
    let standing = standings(text, &sorted);
    let mut found: Vec<Found> = Vec::new();
    for (place, (range, phrase)) in mentions.iter().enumerate() {
        let denied_before = (1..=2).any(|back| {
            let before = range.start.checked_sub(back).map(|at| &text[at]);
            before.is_some_and(|token| token.one_of(&["no", "denies", "without", "negative"]))
        });
        let of_family = if denied_before {
            Standing::Denied
        } else {
            Standing::Present
        };
        let standing = order
            .iter()
            .position(|&one| one == place)
            .map_or(&of_family, |one| &standing[one]);
        let parameter = &calculator.parameters[phrase.parameter];
        let said: Vec<_> = text[range.clone()].iter().map(|token| token.text.as_str()).collect();
        let boolean = |yes| Reading::Value(ArgumentValue::Boolean(yes));
        let ask = |question: String| Reading::Ask {
            suggestion: None,
            question,
        };
        let reading = match (standing, &phrase.meaning) {
            (Standing::Present, Meaning::Yes) | (Standing::Denied, Meaning::Against) => boolean(true),
            (Standing::Denied, Meaning::Yes) | (Standing::Present, Meaning::Against) => boolean(false),
            (Standing::Present | Standing::Doubtful, Meaning::Ask(question)) => ask((*question).to_owned()),
            (Standing::Doubtful, Meaning::Yes | Meaning::Against) => ask(format!(
                "{}: \"{}\" is not certain from what you wrote. Yes or no?",
                parameter.label,
                said.join(" ")
            )),
            (Standing::Denied, Meaning::Denied(option)) => Reading::Value(ArgumentValue::Text((*option).to_owned())),
            _ => continue,
        };
        found.push(Found {
            parameter: parameter.name.clone(),
            reading,
            tokens: range.clone(),
        });
    }
    found.extend(ejection_fraction(text, calculator, words));
    contradictions(&mut found, text, calculator);
    (found, masked)
}

/// "LVEF 35 %" is a number that answers the heart failure item.
fn ejection_fraction(text: &[Token], calculator: &CalculatorInfo, words: &Vocabulary) -> Option<Found> {
    let phrase = words
        .phrases
        .iter()
        .find(|phrase| phrase.words.len() == 1 && phrase.words[0].text == "chf")?;
    let name = text
        .iter()
        .position(|token| token.one_of(&["lvef", "ef", "fraction"]))?;
    let glue = ["of", "is", "was", "about", "at"];
    let number = (name + 1..text.len().min(name + 5))
        .take_while(|&at| text[at].number().is_none())
        .take_while(|&at| text[at].one_of(&glue) || matches!(text[at].text.as_str(), ":" | "=" | "<" | ">" | "~"))
        .last()
        .map_or(name + 1, |at| at + 1);
    let value = text
        .get(number)?
        .number()
        .filter(|value| (5.0..=90.0).contains(value))?;
    let end = if text
        .get(number + 1)
        .is_some_and(|token| token.is_mark('%') || token.text == "percent")
    {
        number + 2
    } else {
        number + 1
    };
    let reading = if value <= REDUCED_EF {
        Reading::Value(ArgumentValue::Boolean(true))
    } else {
        let question = format!("Ejection fraction {value} %: is there heart failure?");
        Reading::Ask {
            suggestion: None,
            question,
        }
    };
    let parameter = calculator.parameters[phrase.parameter].name.clone();
    Some(Found {
        parameter,
        reading,
        tokens: name..end,
    })
}

/// The same words once as present and once as denied: neither is believed.
fn contradictions(found: &mut [Found], text: &[Token], calculator: &CalculatorInfo) {
    let said = |one: &Found| {
        text[one.tokens.clone()]
            .iter()
            .map(|token| token.text.clone())
            .collect::<Vec<_>>()
    };
    let value = |one: &Found, yes: bool| one.reading == Reading::Value(ArgumentValue::Boolean(yes));
    let disputed: Vec<usize> = (0..found.len())
        .filter(|&yes| {
            value(&found[yes], true) && found.iter().any(|no| value(no, false) && said(no) == said(&found[yes]))
        })
        .collect();
    for place in disputed {
        let label = calculator
            .parameters
            .iter()
            .find(|one| one.name == found[place].parameter)
            .map(|one| one.label.as_str());
        let question = format!("{} is both stated and denied. Yes or no?", label.unwrap_or_default());
        found[place].reading = Reading::Ask {
            suggestion: None,
            question,
        };
    }
}
