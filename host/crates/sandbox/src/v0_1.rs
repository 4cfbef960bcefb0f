//! Version 0.1 of the plugin interface, converted into the newest types.

use std::sync::Arc;

use wasmtime::{Store, component::InstancePre};

use crate::{
    CallError, PluginError,
    ceiling::Ceiling,
    engine::{DeadlinePassed, Guest, Shared},
    types,
};

mod bindings {
    wasmtime::component::bindgen!({
        path: "../../../wit",
        world: "calculator",
        exports: { default: async },
    });
}

use bindings::{CalculatorPre, exports::voiceassist::plugin::calculators as wit, voiceassist::plugin::types as common};

type Checked<T> = Result<T, CallError>;

/// The exported functions, each run in a fresh store.
pub(crate) struct Calls {
    shared: Arc<Shared>,
    instance: CalculatorPre<Guest>,
}

/// Runs `$call` on the exports of a fresh instance.
macro_rules! fresh {
    ($self:ident, |$exports:ident, $store:ident| $call:expr) => {{
        let _place = $self.shared.place().await?;
        let mut $store = $self.shared.store();
        let result = async {
            let instance = $self.instance.instantiate_async(&mut $store).await?;
            let $exports = instance.voiceassist_plugin_calculators();
            $call.await
        }
        .await;
        result.map_err(|error| classify(&error, &$store))?
    }};
}

impl Calls {
    pub fn new(shared: Arc<Shared>, instance: InstancePre<Guest>) -> wasmtime::Result<Self> {
        Ok(Self {
            shared,
            instance: CalculatorPre::new(instance)?,
        })
    }

    pub async fn calculators(&self, language: &str) -> Checked<Vec<types::Calculator>> {
        let language = language.to_owned();
        let infos = fresh!(self, |exports, store| exports.call_calculators(&mut store, &language));
        let ceiling = Ceiling(&self.shared.limits);
        ceiling.list(infos, |info| calculator(info, &ceiling))
    }

    pub async fn examples(&self) -> Checked<Vec<types::Example>> {
        let examples = fresh!(self, |exports, store| exports.call_examples(&mut store));
        let ceiling = Ceiling(&self.shared.limits);
        ceiling.list(examples, |given| example(given, &ceiling))
    }

    pub async fn compute(
        &self,
        calculator: &str,
        arguments: Vec<types::Argument>,
        language: &str,
    ) -> Checked<types::Outcome> {
        let arguments: Vec<_> = arguments.into_iter().map(given).collect();
        let language = language.to_owned();
        let outcome = fresh!(self, |exports, store| exports
            .call_compute(&mut store, calculator, &arguments, &language));
        let ceiling = Ceiling(&self.shared.limits);
        match outcome {
            Ok(found) => outcome_of(found, &ceiling),
            Err(error) => Err(CallError::Plugin(refusal(error))),
        }
    }
}

/// Names the failure by its type, never by its text.
fn classify(error: &wasmtime::Error, store: &Store<Guest>) -> CallError {
    if error.is::<DeadlinePassed>() {
        CallError::Deadline
    } else if store.data().memory.refused {
        CallError::Memory
    } else if error.is::<wasmtime::PoolConcurrencyLimitError>() {
        CallError::Saturated
    } else if let Some(trap) = error.downcast_ref::<wasmtime::Trap>() {
        CallError::Trap(trap.to_string())
    } else {
        // What is left fails while the answer is read: its size, a pointer out of bounds, text that is not UTF-8.
        CallError::Output(error.root_cause().to_string())
    }
}

fn calculator(info: wit::CalculatorInfo, ceiling: &Ceiling) -> Checked<types::Calculator> {
    Ok(types::Calculator {
        id: ceiling.text(info.id)?,
        version: ceiling.text(info.version)?,
        title: ceiling.text(info.title)?,
        summary: ceiling.text(info.summary)?,
        population: ceiling.text(info.population)?,
        parameters: ceiling.list(info.parameters, |parameter| parameter_of(parameter, ceiling))?,
        citations: ceiling.list(info.citations, |given| citation(given, ceiling))?,
    })
}

fn parameter_of(parameter: wit::Parameter, ceiling: &Ceiling) -> Checked<types::Parameter> {
    Ok(types::Parameter {
        name: ceiling.text(parameter.name)?,
        label: ceiling.text(parameter.label)?,
        help: ceiling.optional(parameter.help)?,
        required: parameter.required,
        domain: domain(parameter.domain, ceiling)?,
        codings: codings(parameter.codings, ceiling)?,
    })
}

fn domain(domain: wit::Domain, ceiling: &Ceiling) -> Checked<types::Domain> {
    let finite = |bound: Option<f64>| bound.map(|bound| ceiling.finite(bound)).transpose();
    Ok(match domain {
        wit::Domain::Quantity(quantity) => types::Domain::Quantity(types::QuantityDomain {
            unit: ceiling.text(quantity.unit)?,
            also_accepts: ceiling.texts(quantity.also_accepts)?,
            minimum: finite(quantity.minimum)?,
            maximum: finite(quantity.maximum)?,
            molar_mass: finite(quantity.molar_mass)?,
        }),
        wit::Domain::Integer(integer) => types::Domain::Integer {
            minimum: integer.minimum,
            maximum: integer.maximum,
        },
        wit::Domain::Boolean => types::Domain::Boolean,
        wit::Domain::Choice(options) => types::Domain::Choice(ceiling.list(options, |option| {
            Ok(types::ChoiceOption {
                id: ceiling.text(option.id)?,
                label: ceiling.text(option.label)?,
                codings: codings(option.codings, ceiling)?,
            })
        })?),
        wit::Domain::Date => types::Domain::Date,
    })
}

fn codings(codings: Vec<common::Coding>, ceiling: &Ceiling) -> Checked<Vec<types::Coding>> {
    ceiling.list(codings, |coding| {
        Ok(types::Coding {
            system: ceiling.text(coding.system)?,
            code: ceiling.text(coding.code)?,
            display: ceiling.optional(coding.display)?,
        })
    })
}

fn citation(given: common::Citation, ceiling: &Ceiling) -> Checked<types::Citation> {
    Ok(types::Citation {
        id: ceiling.text(given.id)?,
        title: ceiling.text(given.title)?,
        publisher: ceiling.optional(given.publisher)?,
        authors: ceiling.texts(given.authors)?,
        published: ceiling.optional(given.published)?,
        url: ceiling.optional(given.url)?,
        doi: ceiling.optional(given.doi)?,
        pmid: ceiling.optional(given.pmid)?,
        locator: ceiling.optional(given.locator)?,
        license: ceiling.optional(given.license)?,
    })
}

fn example(given: wit::Example, ceiling: &Ceiling) -> Checked<types::Example> {
    Ok(types::Example {
        calculator: ceiling.text(given.calculator)?,
        arguments: ceiling.list(given.arguments, |one| argument(one, ceiling))?,
        expected: ceiling.list(given.expected, |one| argument(one, ceiling))?,
        tolerance: ceiling.finite(given.tolerance)?,
        source: citation(given.source, ceiling)?,
    })
}

fn outcome_of(outcome: wit::Outcome, ceiling: &Ceiling) -> Checked<types::Outcome> {
    Ok(types::Outcome {
        findings: ceiling.list(outcome.findings, |finding| {
            Ok(types::Finding {
                name: ceiling.text(finding.name)?,
                label: ceiling.text(finding.label)?,
                value: value(finding.value, ceiling)?,
                interpretation: ceiling.optional(finding.interpretation)?,
                severity: severity(finding.severity),
                cites: ceiling.texts(finding.cites)?,
            })
        })?,
        warnings: ceiling.texts(outcome.warnings)?,
        steps: ceiling.list(outcome.steps, |step| {
            Ok(types::Step {
                label: ceiling.text(step.label)?,
                detail: ceiling.text(step.detail)?,
            })
        })?,
    })
}

fn argument(given: wit::Argument, ceiling: &Ceiling) -> Checked<types::Argument> {
    Ok(types::Argument {
        name: ceiling.text(given.name)?,
        value: value(given.value, ceiling)?,
    })
}

fn value(given: wit::Value, ceiling: &Ceiling) -> Checked<types::Value> {
    Ok(match given {
        wit::Value::Quantity(quantity) => types::Value::Quantity(types::Quantity {
            value: ceiling.finite(quantity.value)?,
            unit: ceiling.text(quantity.unit)?,
        }),
        wit::Value::Integer(integer) => types::Value::Integer(integer),
        wit::Value::Boolean(boolean) => types::Value::Boolean(boolean),
        wit::Value::Choice(choice) => types::Value::Choice(ceiling.text(choice)?),
        wit::Value::Date(date) => types::Value::Date(ceiling.text(date)?),
        wit::Value::Text(text) => types::Value::Text(ceiling.text(text)?),
    })
}

fn given(argument: types::Argument) -> wit::Argument {
    let value = match argument.value {
        types::Value::Quantity(quantity) => wit::Value::Quantity(common::Quantity {
            value: quantity.value,
            unit: quantity.unit,
        }),
        types::Value::Integer(integer) => wit::Value::Integer(integer),
        types::Value::Boolean(boolean) => wit::Value::Boolean(boolean),
        types::Value::Choice(choice) => wit::Value::Choice(choice),
        types::Value::Date(date) => wit::Value::Date(date),
        types::Value::Text(text) => wit::Value::Text(text),
    };
    wit::Argument {
        name: argument.name,
        value,
    }
}

fn severity(severity: common::Severity) -> types::Severity {
    match severity {
        common::Severity::Info => types::Severity::Info,
        common::Severity::Low => types::Severity::Low,
        common::Severity::Moderate => types::Severity::Moderate,
        common::Severity::High => types::Severity::High,
        common::Severity::Critical => types::Severity::Critical,
    }
}

/// Longest message of a plugin's own refusal, in bytes.
const MESSAGE_BYTES: usize = 4 << 10;

fn refusal(error: common::Error) -> PluginError {
    let kind = match error.kind {
        common::ErrorKind::InvalidInput => types::ErrorKind::InvalidInput,
        common::ErrorKind::NotFound => types::ErrorKind::NotFound,
        common::ErrorKind::AuthRequired => types::ErrorKind::AuthRequired,
        common::ErrorKind::Denied => types::ErrorKind::Denied,
        common::ErrorKind::Conflict => types::ErrorKind::Conflict,
        common::ErrorKind::RateLimited => types::ErrorKind::RateLimited,
        common::ErrorKind::Unavailable => types::ErrorKind::Unavailable,
        common::ErrorKind::Unsupported => types::ErrorKind::Unsupported,
        common::ErrorKind::Internal => types::ErrorKind::Internal,
    };
    let mut message = error.message;
    message.truncate(message.floor_char_boundary(MESSAGE_BYTES));
    let code = error.code.filter(|code| code.len() <= 64);
    PluginError {
        kind,
        code,
        message,
        retry_after_ms: error.retry_after_ms,
    }
}
