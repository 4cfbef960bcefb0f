//! Checks arguments against a calculator's parameters: type, unit, range. Converts units; questions what is
//! implausible; asks for what is missing. Nothing is assumed but "not mentioned = no" for optional history items.

use api_types::{ArgumentValue, CalculationInput, CalculationStep, InputSource};
use sandbox::{Argument, Calculator, Domain, Parameter, Quantity, QuantityDomain, Value};

use super::{Input, Intent, units, wire};

/// The inputs as understood and, when nothing is missing, what to compute with.
pub struct Checked {
    pub inputs: Vec<CalculationInput>,
    /// `None` while any input is missing.
    pub arguments: Option<Vec<Argument>>,
    /// Conversions made on the way.
    pub steps: Vec<CalculationStep>,
}

/// A value that no question can mend: wrong type, no such option, no such parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Unusable(pub String);

/// Label of the step that says a person stands by an implausible value.
pub const CONFIRMED: &str = "Confirmed";

/// What becomes of a value outside its plausible range.
#[derive(Clone, Copy, PartialEq)]
pub enum Implausible {
    /// It is asked about and not computed with.
    Questioned,
    /// Whoever gave it stands by it: it is computed with, and a step says so. For evaluations, whose labels were made
    /// of the values as they are written; a person's are questioned.
    Confirmed,
}

enum Verdict {
    Use(Value, Option<CalculationStep>),
    Ask {
        suggestion: Option<ArgumentValue>,
        question: String,
        /// The value, where nothing but its size is in question.
        confirmable: Option<Value>,
    },
}

/// # Errors
/// [`Unusable`], naming the parameter and what it takes.
pub fn check(calculator: &Calculator, intent: &Intent, implausible: Implausible) -> Result<Checked, Unusable> {
    if let Some(stranger) = intent
        .inputs
        .iter()
        .find(|input| !calculator.parameters.iter().any(|p| p.name == input.name))
    {
        return Err(Unusable(format!(
            "{} has no input called \"{}\".",
            calculator.title, stranger.name
        )));
    }
    let mut checked = Checked {
        inputs: Vec::new(),
        arguments: Some(Vec::new()),
        steps: Vec::new(),
    };
    for parameter in &calculator.parameters {
        checked.add(parameter, intent.input(&parameter.name), implausible)?;
    }
    Ok(checked)
}

impl Checked {
    fn add(&mut self, parameter: &Parameter, input: Option<&Input>, implausible: Implausible) -> Result<(), Unusable> {
        let Some(value) = input.and_then(|input| input.value.as_ref()) else {
            match input.and_then(|input| input.question.clone()) {
                Some(question) => self.missing(parameter, None, question),
                None if parameter.required => self.missing(parameter, None, question_for(parameter)),
                None if parameter.domain == Domain::Boolean => {
                    let no = ArgumentValue::Boolean(false);
                    self.known(parameter, no, InputSource::NotMentionedNo, Value::Boolean(false));
                }
                None => {}
            }
            return Ok(());
        };
        let source = match input.map(|input| input.source) {
            Some(InputSource::FromContext) => InputSource::FromContext,
            _ => InputSource::Given,
        };
        match judge(parameter, value)? {
            Verdict::Ask {
                question,
                confirmable: Some(sized),
                ..
            } if implausible == Implausible::Confirmed => {
                self.steps.push(CalculationStep {
                    label: CONFIRMED.to_owned(),
                    detail: question,
                });
                self.known(parameter, value.clone(), source, sized);
            }
            Verdict::Ask {
                suggestion, question, ..
            } => self.missing(parameter, suggestion, question),
            Verdict::Use(converted, step) => match input.and_then(|input| input.question.clone()) {
                Some(question) => self.missing(parameter, Some(value.clone()), question),
                None => {
                    self.steps.extend(step);
                    self.known(parameter, value.clone(), source, converted);
                }
            },
        }
        Ok(())
    }

    fn known(&mut self, parameter: &Parameter, shown: ArgumentValue, source: InputSource, value: Value) {
        self.inputs.push(facts(parameter, Some(shown), source, None));
        if let Some(arguments) = &mut self.arguments {
            arguments.push(Argument {
                name: parameter.name.clone(),
                value,
            });
        }
    }

    fn missing(&mut self, parameter: &Parameter, suggestion: Option<ArgumentValue>, question: String) {
        self.inputs
            .push(facts(parameter, suggestion, InputSource::Missing, Some(question)));
        self.arguments = None;
    }
}

fn facts(
    parameter: &Parameter,
    value: Option<ArgumentValue>,
    source: InputSource,
    question: Option<String>,
) -> CalculationInput {
    CalculationInput {
        name: parameter.name.clone(),
        label: parameter.label.clone(),
        value,
        source,
        domain: wire::domain(&parameter.domain),
        question,
    }
}

fn question_for(parameter: &Parameter) -> String {
    let label = &parameter.label;
    match &parameter.domain {
        Domain::Quantity(quantity) => format!("{label}, in {}?", either(&accepted(quantity))),
        Domain::Choice(options) => {
            let labels: Vec<_> = options.iter().map(|option| option.label.to_lowercase()).collect();
            format!("{label}: {}?", either(&labels))
        }
        Domain::Integer { .. } | Domain::Boolean | Domain::Date => format!("{label}?"),
    }
}

fn accepted(quantity: &QuantityDomain) -> Vec<String> {
    std::iter::once(&quantity.unit)
        .chain(&quantity.also_accepts)
        .map(|unit| units::shown(unit))
        .collect()
}

fn either(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

fn judge(parameter: &Parameter, value: &ArgumentValue) -> Result<Verdict, Unusable> {
    let unusable = |takes: &str| Err(Unusable(format!("\"{}\" takes {takes}.", parameter.label)));
    match (&parameter.domain, value) {
        (Domain::Boolean, ArgumentValue::Boolean(given)) => Ok(Verdict::Use(Value::Boolean(*given), None)),
        (Domain::Boolean, _) => unusable("yes or no (true or false)"),
        (Domain::Integer { minimum, maximum }, ArgumentValue::Number(given)) => {
            Ok(integer(parameter, *given, *minimum, *maximum))
        }
        (Domain::Integer { .. }, _) => unusable("a whole number"),
        (Domain::Choice(options), ArgumentValue::Text(given)) => {
            match options
                .iter()
                .find(|option| option.id.eq_ignore_ascii_case(given) || option.label.eq_ignore_ascii_case(given))
            {
                Some(option) => Ok(Verdict::Use(Value::Choice(option.id.clone()), None)),
                None => unusable(&either(
                    &options.iter().map(|option| option.id.clone()).collect::<Vec<_>>(),
                )),
            }
        }
        (Domain::Choice(options), _) => unusable(&either(
            &options.iter().map(|option| option.id.clone()).collect::<Vec<_>>(),
        )),
        (Domain::Date, ArgumentValue::Text(given)) if given.parse::<chrono::NaiveDate>().is_ok() => {
            Ok(Verdict::Use(Value::Date(given.clone()), None))
        }
        (Domain::Date, _) => unusable("a date such as 2026-05-17"),
        (Domain::Quantity(domain), ArgumentValue::Number(given)) => {
            Ok(quantity(parameter, domain, *given, &domain.unit))
        }
        (Domain::Quantity(domain), ArgumentValue::Quantity { value, unit }) => {
            Ok(quantity(parameter, domain, *value, unit))
        }
        (Domain::Quantity(_), _) => unusable("a number with its unit"),
    }
}

fn integer(parameter: &Parameter, given: f64, minimum: Option<i32>, maximum: Option<i32>) -> Verdict {
    let ask = |question, confirmable| Verdict::Ask {
        suggestion: None,
        question,
        confirmable,
    };
    let label = &parameter.label;
    if given.fract() != 0.0 || !given.is_finite() || given.abs() > f64::from(i32::MAX) {
        let question = format!("{label} must be a whole number, not {}.", units::shown_number(given));
        return ask(question, None);
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and within i32, checked above")]
    let value = Value::Integer(given as i32);
    let (low, high) = (minimum.map(f64::from), maximum.map(f64::from));
    if outside(given, low, high) {
        let allowed = range(low, high, "1");
        let question = format!(
            "{label} {} is outside what this calculator was made for ({allowed}). Is it right?",
            units::shown_number(given)
        );
        return ask(question, Some(value));
    }
    Verdict::Use(value, None)
}

fn outside(value: f64, minimum: Option<f64>, maximum: Option<f64>) -> bool {
    minimum.is_some_and(|minimum| value < minimum) || maximum.is_some_and(|maximum| value > maximum)
}

fn range(minimum: Option<f64>, maximum: Option<f64>, unit: &str) -> String {
    let show = |value| units::shown_quantity(value, unit);
    match (minimum, maximum) {
        (Some(low), Some(high)) => format!("{} to {}", units::shown_number(low), show(high)),
        (Some(low), None) => format!("at least {}", show(low)),
        (None, Some(high)) => format!("at most {}", show(high)),
        (None, None) => "any value".to_owned(),
    }
}

/// Converts to the parameter's unit, then checks the range there.
fn quantity(parameter: &Parameter, domain: &QuantityDomain, given: f64, written: &str) -> Verdict {
    let label = &parameter.label;
    let all = || std::iter::once(&domain.unit).chain(&domain.also_accepts);
    let fits = |unit: &str| {
        units::convert(given, unit, &domain.unit, domain.molar_mass)
            .is_some_and(|value| value.is_finite() && !outside(value, domain.minimum, domain.maximum))
    };
    let plausible: Vec<&String> = all().filter(|unit| fits(unit)).collect();
    // One unit that fits is offered for a click; it is still asked, because a lucky number is no unit.
    let suggestion = match plausible.as_slice() {
        [only] => Some(ArgumentValue::Quantity {
            value: given,
            unit: (*only).clone(),
        }),
        _ => None,
    };
    let number = units::shown_number(given);
    if written.trim().is_empty() {
        let suggestion = suggestion.or(Some(ArgumentValue::Quantity {
            value: given,
            unit: String::new(),
        }));
        let which = match plausible.as_slice() {
            [only] => format!("is that {}?", units::shown(only)),
            _ => format!("in {}?", either(&accepted(domain))),
        };
        return Verdict::Ask {
            suggestion,
            question: format!("{label} {number}: {which}"),
            confirmable: None,
        };
    }
    let unit = units::canonical(written).map(|unit| units::meant(&unit, all()).to_owned());
    let converted = unit
        .as_deref()
        .and_then(|unit| units::convert(given, unit, &domain.unit, domain.molar_mass));
    let (Some(unit), Some(converted)) = (unit, converted.filter(|value| value.is_finite())) else {
        let written: String = written.chars().take(20).collect();
        let question = format!(
            "{label} {number} {written} cannot be used: give it in {}.",
            either(&accepted(domain))
        );
        return Verdict::Ask {
            suggestion: None,
            question,
            confirmable: None,
        };
    };
    let value = Value::Quantity(Quantity {
        value: converted,
        unit: domain.unit.clone(),
    });
    if outside(converted, domain.minimum, domain.maximum) {
        let shown = units::shown_quantity(given, &unit);
        let expected = range(domain.minimum, domain.maximum, &domain.unit);
        let meant = match &suggestion {
            Some(ArgumentValue::Quantity { value, unit }) => {
                format!(" Did you mean {}?", units::shown_quantity(*value, unit))
            }
            _ => " Please check it.".to_owned(),
        };
        let question = format!("{label} {shown} is implausible (expected {expected}).{meant}");
        return Verdict::Ask {
            suggestion,
            question,
            confirmable: Some(value),
        };
    }
    let step = (unit != domain.unit).then(|| conversion(label, given, &unit, converted, domain));
    Verdict::Use(value, step)
}

fn conversion(label: &str, given: f64, unit: &str, converted: f64, domain: &QuantityDomain) -> CalculationStep {
    let mut detail = format!(
        "{label} {} = {}",
        units::shown_quantity(given, unit),
        units::shown_quantity(converted, &domain.unit)
    );
    let substance = |unit: &str| unit.contains("mol") || unit.contains("eq{");
    if let Some(mass) = domain.molar_mass.filter(|_| substance(unit) != substance(&domain.unit)) {
        detail.push_str(&format!(" (molar mass {} g/mol)", units::shown_number(mass)));
    }
    CalculationStep {
        label: "Unit".to_owned(),
        detail,
    }
}
