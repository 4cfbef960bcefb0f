//! The words of one calculator: its parameters bound to the lexicon by coding, then by name, else by label.

use api_types::{CalculatorInfo, Coding, Parameter, ParameterDomain};

use super::lexicon::{self, AGE, CONDITIONS, MEASUREMENTS, SEX};
use super::text::{Kind, Token, phrase, tokens};

const LOINC: &str = "http://loinc.org";
const SNOMED: &str = "http://snomed.info/sct";

/// What words mean for a yes-or-no parameter.
#[derive(Clone, Debug)]
pub enum Meaning {
    Yes,
    Ask(&'static str),
}

pub struct Phrase {
    pub words: Vec<Token>,
    /// Index in the calculator's parameters.
    pub parameter: usize,
    pub meaning: Meaning,
}

pub struct Measured {
    pub parameter: usize,
    pub words: Vec<Vec<Token>>,
    pub known_by_unit: bool,
}

pub struct Vocabulary {
    pub phrases: Vec<Phrase>,
    pub measured: Vec<Measured>,
    /// Choices other than sex, by their labels: parameter, option, words.
    pub options: Vec<(usize, String, Vec<Token>)>,
    pub age: Option<usize>,
    pub sex: Option<usize>,
}

impl Vocabulary {
    pub fn of(calculator: &CalculatorInfo) -> Self {
        let mut words = Self {
            phrases: Vec::new(),
            measured: Vec::new(),
            options: Vec::new(),
            age: None,
            sex: None,
        };
        for (place, parameter) in calculator.parameters.iter().enumerate() {
            words.bind(place, parameter);
        }
        // Longest first, so that "pulmonary hypertension" is not read as hypertension.
        words
            .phrases
            .sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
        words
    }

    fn bind(&mut self, place: usize, parameter: &Parameter) {
        match &parameter.domain {
            ParameterDomain::Boolean => self.bind_condition(place, parameter),
            ParameterDomain::Choice { .. } if answers(parameter, LOINC, SEX.0, SEX.1) => self.sex = Some(place),
            ParameterDomain::Choice { options } => {
                let labelled = options
                    .iter()
                    .map(|option| (place, option.id.clone(), tokens(&option.label)));
                self.options.extend(labelled);
            }
            ParameterDomain::Integer { .. } if answers(parameter, LOINC, AGE.0, AGE.1) => self.age = Some(place),
            ParameterDomain::Quantity { unit, .. } if unit == "a" && answers(parameter, LOINC, AGE.0, AGE.1) => {
                self.age = Some(place);
            }
            ParameterDomain::Integer { .. } | ParameterDomain::Quantity { .. } => {
                self.bind_measurement(place, parameter)
            }
            ParameterDomain::Date => {}
        }
    }

    fn bind_condition(&mut self, place: usize, parameter: &Parameter) {
        let mut add = |words: &str, meaning| {
            self.phrases.push(Phrase {
                words: phrase(words),
                parameter: place,
                meaning,
            });
        };
        match CONDITIONS
            .iter()
            .find(|condition| answers(parameter, SNOMED, condition.codes, condition.names))
        {
            Some(condition) => {
                condition.yes.split(';').for_each(|words| add(words, Meaning::Yes));
                condition
                    .ask
                    .iter()
                    .for_each(|(words, question)| add(words, Meaning::Ask(question)));
            }
            None => own_words(parameter).iter().for_each(|words| add(words, Meaning::Yes)),
        }
    }

    fn bind_measurement(&mut self, place: usize, parameter: &Parameter) {
        let known = MEASUREMENTS
            .iter()
            .find(|one| answers(parameter, LOINC, one.codes, one.names));
        let words = match known {
            Some(known) => known.words.split(';').map(phrase).collect(),
            None => own_words(parameter).iter().map(|words| phrase(words)).collect(),
        };
        self.measured.push(Measured {
            parameter: place,
            words,
            known_by_unit: known.is_some_and(|one| one.known_by_unit),
        });
    }
}

/// By coding first: a name may mean something else in another author's plugin.
fn answers(parameter: &Parameter, system: &str, codes: &[&str], names: &[&str]) -> bool {
    let of_system = |coding: &&Coding| coding.system == system;
    if parameter.codings.iter().any(|coding| of_system(&coding)) {
        return parameter
            .codings
            .iter()
            .filter(of_system)
            .any(|coding| codes.contains(&coding.code.as_str()));
    }
    names.contains(&parameter.name.as_str())
}

/// The label, without what stands in brackets, and the name.
fn own_words(parameter: &Parameter) -> Vec<String> {
    let label = parameter
        .label
        .split(['(', ','])
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned();
    let name = parameter.name.replace('-', " ");
    let mut words = vec![label, name];
    words.retain(|words| words.chars().any(char::is_alphabetic));
    words
}

/// How many tokens from `at` spell the phrase, if they do.
pub fn spells(tokens: &[Token], at: usize, phrase: &[Token]) -> Option<usize> {
    let window = tokens.get(at..at + phrase.len())?;
    let matches = !phrase.is_empty()
        && window.iter().zip(phrase).all(|(token, word)| match word.kind {
            Kind::Number { value, .. } => token.number() == Some(value),
            _ => token.is_word(&word.text),
        });
    matches.then_some(phrase.len())
}

/// Index of the calculator that is named, with the tokens of its name.
pub fn named(tokens: &[Token], catalogue: &[CalculatorInfo]) -> Option<(usize, std::ops::Range<usize>)> {
    let aliases: Vec<(usize, Vec<String>)> = catalogue
        .iter()
        .enumerate()
        .map(|(place, calculator)| {
            let listed = lexicon::CALCULATORS.iter().find(|(id, _)| *id == calculator.id);
            let mut names: Vec<String> = listed
                .map(|(_, names)| names.split(' ').map(str::to_owned).collect())
                .unwrap_or_default();
            names.extend([
                joined(&super::text::tokens(&calculator.id)),
                joined(&super::text::tokens(
                    calculator.title.split('(').next().unwrap_or_default(),
                )),
            ]);
            (place, names)
        })
        .collect();
    (0..tokens.len()).find_map(|start| {
        // The longest name wins: five tokens cover "cha 2 ds 2 vasc".
        (1..=5)
            .rev()
            .filter(|length| start + length <= tokens.len())
            .find_map(|length| {
                let window = &tokens[start..start + length];
                if window
                    .iter()
                    .any(|token| matches!(token.kind, Kind::Mark(mark) if mark != '-'))
                {
                    return None;
                }
                let text = joined(window);
                let place = aliases
                    .iter()
                    .find(|(_, names)| names.contains(&text))
                    .map(|(place, _)| *place)?;
                Some((place, start..start + length))
            })
    })
}

fn joined(tokens: &[Token]) -> String {
    tokens
        .iter()
        .filter(|token| !matches!(token.kind, Kind::Mark(_)))
        .map(|token| token.text.as_str())
        .collect()
}
