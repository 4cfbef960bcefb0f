//! The words of one calculator: its parameters bound to the lexicon by coding, then by name, else by label.

use std::collections::HashMap;
use std::sync::LazyLock;

use api_types::{CalculatorInfo, ChoiceOption, Coding, Parameter, ParameterDomain};

use super::lexicon::choices::{CHOICES, LABEL};
use super::lexicon::conditions::HISTORY;
use super::lexicon::critical::CRITICAL;
use super::lexicon::findings::FINDINGS;
use super::lexicon::measurements::{MEASUREMENTS, Measurement, NOT_A_MEASUREMENT, OF_ONE};
use super::lexicon::thrombosis::THROMBOSIS;
use super::lexicon::{AGE, Condition, Limit, SEX};
use super::text::{Kind, Token, in_list, phrases, tokens};

const LOINC: &str = "http://loinc.org";
const SNOMED: &str = "http://snomed.info/sct";

/// Labels that many options share and that no text means by themselves.
const NO_LABEL: &str = "none no yes other normal absent present";

/// A name of a measurement, or of what only looks like one.
struct KnownName {
    words: Vec<Token>,
    measured: bool,
}

/// All of them, by their first word.
static KNOWN: LazyLock<HashMap<String, Vec<KnownName>>> = LazyLock::new(|| {
    let names = MEASUREMENTS.iter().flat_map(|one| phrases(one.words));
    let names = names.map(|words| (words, true));
    let mut by_first: HashMap<String, Vec<KnownName>> = HashMap::new();
    for (words, measured) in names.chain(phrases(NOT_A_MEASUREMENT).map(|words| (words, false))) {
        let first = words[0].text.clone();
        by_first.entry(first).or_default().push(KnownName { words, measured });
    }
    by_first
});

/// What words mean for a parameter.
#[derive(Clone, Debug)]
pub enum Meaning {
    Yes,
    /// Present means no, denied means yes.
    Against,
    Ask(&'static str),
    /// Denied means this option of a choice; that it is there leaves open how much.
    Denied(&'static str),
}

pub struct Phrase {
    pub words: Vec<Token>,
    /// Index in the calculator's parameters.
    pub parameter: usize,
    pub meaning: Meaning,
}

/// A parameter that takes a number, or a yes-or-no one that a number answers.
pub struct Measured {
    pub parameter: usize,
    /// The number as a parameter: the calculator's own, or one made for the limit.
    pub number: Parameter,
    pub limit: Option<Limit>,
    pub words: Vec<Vec<Token>>,
    pub known_by_unit: bool,
    pub unit_by_size: bool,
    pub mass_unsure: &'static str,
}

pub struct Vocabulary {
    pub phrases: Vec<Phrase>,
    pub measured: Vec<Measured>,
    /// Choices other than sex: parameter, option, words; longest first.
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
        for place in 0..calculator.parameters.len() {
            words.bind(place, calculator);
        }
        // Longest first, so that "pulmonary hypertension" is not read as hypertension.
        words
            .phrases
            .sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
        words.options.sort_by_key(|(.., words)| std::cmp::Reverse(words.len()));
        words
    }

    fn bind(&mut self, place: usize, calculator: &CalculatorInfo) {
        let parameter = &calculator.parameters[place];
        match &parameter.domain {
            ParameterDomain::Boolean => self.bind_condition(place, calculator),
            ParameterDomain::Choice { .. } if answers(parameter, LOINC, SEX.0, SEX.1) => self.sex = Some(place),
            ParameterDomain::Choice { options } => self.bind_choice(place, calculator, options),
            ParameterDomain::Integer { .. } if answers(parameter, LOINC, AGE.0, AGE.1) => self.age = Some(place),
            ParameterDomain::Quantity { unit, .. } if unit == "a" && answers(parameter, LOINC, AGE.0, AGE.1) => {
                self.age = Some(place);
            }
            ParameterDomain::Integer { .. } | ParameterDomain::Quantity { .. } => {
                self.bind_measurement(place, calculator)
            }
            ParameterDomain::Date => {}
        }
    }

    fn bind_condition(&mut self, place: usize, calculator: &CalculatorInfo) {
        let parameter = &calculator.parameters[place];
        let mut add = |words: Vec<Token>, meaning| {
            self.phrases.push(Phrase {
                words,
                parameter: place,
                meaning,
            });
        };
        let Some(condition) = condition(calculator, parameter) else {
            own_words(parameter).for_each(|words| add(words, Meaning::Yes));
            return;
        };
        phrases(condition.yes).for_each(|words| add(words, Meaning::Yes));
        phrases(condition.against).for_each(|words| add(words, Meaning::Against));
        for (words, question) in condition.ask {
            phrases(words).for_each(|words| add(words, Meaning::Ask(question)));
        }
        if let Some(limit) = condition.limit {
            self.bind_limit(place, parameter, limit);
        }
    }

    fn bind_limit(&mut self, place: usize, parameter: &Parameter, limit: Limit) {
        let Some(measurement) = MEASUREMENTS.iter().find(|one| in_list(one.names, limit.measurement)) else {
            return;
        };
        let mut units = limit.at.iter().map(|(unit, _)| (*unit).to_owned());
        let number = Parameter {
            domain: ParameterDomain::Quantity {
                unit: units.next().unwrap_or_default(),
                also_accepts: units.collect(),
                minimum: None,
                maximum: None,
            },
            ..parameter.clone()
        };
        self.measured.push(measured(
            place,
            number,
            Some(limit),
            measurement,
            phrases(measurement.words).collect(),
        ));
    }

    fn bind_choice(&mut self, place: usize, calculator: &CalculatorInfo, options: &[ChoiceOption]) {
        let parameter = &calculator.parameters[place];
        let choice = CHOICES.iter().find(|one| called(one.names, calculator, parameter));
        for option in options {
            let listed = choice.iter().flat_map(|choice| choice.options);
            for (_, words) in listed.filter(|(id, _)| *id == "*" || *id == option.id) {
                let words = words.replace(LABEL, &option.label);
                let spelled = phrases(&words).map(|words| (place, option.id.clone(), words));
                self.options.extend(spelled);
            }
            if choice.is_none() && !in_list(NO_LABEL, &option.label.to_lowercase()) {
                self.options.push((place, option.id.clone(), tokens(&option.label)));
            }
        }
        if let Some((words, none)) = choice.and_then(|choice| choice.denied) {
            self.phrases.extend(phrases(words).map(|words| Phrase {
                words,
                parameter: place,
                meaning: Meaning::Denied(none),
            }));
        }
    }

    fn bind_measurement(&mut self, place: usize, calculator: &CalculatorInfo) {
        let parameter = &calculator.parameters[place];
        let own = || own_words(parameter).collect();
        let one = match measurement(calculator, parameter) {
            Some(known) => measured(place, parameter.clone(), None, known, phrases(known.words).collect()),
            None => Measured {
                parameter: place,
                number: parameter.clone(),
                limit: None,
                words: own(),
                known_by_unit: false,
                unit_by_size: false,
                mass_unsure: "",
            },
        };
        self.measured.push(one);
    }
}

fn measured(
    parameter: usize,
    number: Parameter,
    limit: Option<Limit>,
    known: &Measurement,
    words: Vec<Vec<Token>>,
) -> Measured {
    Measured {
        parameter,
        number,
        limit,
        words,
        known_by_unit: known.known_by_unit && limit.is_none(),
        unit_by_size: known.unit_by_size || limit.is_some(),
        mass_unsure: known.mass_unsure,
    }
}

/// What is said of this calculator's item before what is said of it by coding, and that before its name: a name may
/// mean something else in another author's plugin.
fn condition(calculator: &CalculatorInfo, parameter: &Parameter) -> Option<&'static Condition> {
    let all = || [FINDINGS, THROMBOSIS, CRITICAL, HISTORY].into_iter().flatten();
    all()
        .find(|one| of_one(one.names, calculator, parameter))
        .or_else(|| all().find(|one| answers(parameter, SNOMED, one.codes, one.names)))
}

fn measurement(calculator: &CalculatorInfo, parameter: &Parameter) -> Option<&'static Measurement> {
    OF_ONE
        .iter()
        .find(|one| of_one(one.names, calculator, parameter))
        .or_else(|| {
            MEASUREMENTS
                .iter()
                .find(|one| answers(parameter, LOINC, one.codes, one.names))
        })
}

/// Whether the list has `calculator/parameter`.
fn of_one(names: &str, calculator: &CalculatorInfo, parameter: &Parameter) -> bool {
    in_list(names, &format!("{}/{}", calculator.id, parameter.name))
}

fn called(names: &str, calculator: &CalculatorInfo, parameter: &Parameter) -> bool {
    of_one(names, calculator, parameter) || in_list(names, &parameter.name)
}

/// By coding first; a parameter without one of that system goes by its name.
fn answers(parameter: &Parameter, system: &str, codes: &str, names: &str) -> bool {
    let of_system = |coding: &&Coding| coding.system == system;
    if parameter.codings.iter().any(|coding| of_system(&coding)) {
        return parameter
            .codings
            .iter()
            .filter(of_system)
            .any(|coding| in_list(codes, &coding.code));
    }
    in_list(names, &parameter.name)
}

/// The label, without what stands in brackets, and the name.
fn own_words(parameter: &Parameter) -> impl Iterator<Item = Vec<Token>> {
    let label = parameter.label.split(['(', ',']).next().unwrap_or_default();
    let words = [tokens(label), tokens(&parameter.name.replace('-', " "))];
    words
        .into_iter()
        .filter(|words| words.iter().any(|word| word.kind == Kind::Word))
}

/// How many tokens from `at` spell the name of a measurement, of any calculator, or of what only looks like one.
pub fn known_name(text: &[Token], at: usize) -> Option<usize> {
    known(text, at).map(|(length, _)| length).max()
}

/// Whether the token at `at` stands directly behind the name of a measurement.
pub fn behind_a_name(text: &[Token], free: &[bool], at: usize) -> bool {
    let mut start = at.saturating_sub(6);
    while start < at {
        let longest = known(text, start).filter(|_| free[start]).max();
        match longest {
            Some((length, measured)) if start + length == at => return measured,
            Some((length, _)) => start += length,
            None => start += 1,
        }
    }
    false
}

fn known(text: &[Token], at: usize) -> impl Iterator<Item = (usize, bool)> {
    let first = text.get(at).map(|token| token.text.as_str()).unwrap_or_default();
    let singular = first.strip_suffix('s').and_then(|word| KNOWN.get(word));
    let names = KNOWN.get(first).into_iter().chain(singular).flatten();
    names.filter_map(move |name| Some((spells(text, at, &name.words)?, name.measured)))
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
