//! World `calculator`.

use async_trait::async_trait;
use wasmtime::component::InstancePre;

use super::{
    Checked, Exports,
    common::{self, citation, codings, quantity, severity, wit as types_wit},
};
use crate::{
    World,
    calls::{Alone, Pure},
    ceiling::Ceiling,
    types,
};

mod bindings {
    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "
            package voiceassist:host;
            world guest { export voiceassist:plugin/calculators@0.1.0; }
        ",
        exports: { default: async },
        with: { "voiceassist:plugin/types": crate::v0_1::common::wit },
    });
}

use bindings::{GuestPre, exports::voiceassist::plugin::calculators as wit};

/// The exported functions, each run in a fresh store.
pub(crate) struct Calculators {
    calls: Pure,
    instance: GuestPre<Alone>,
}

impl Calculators {
    pub fn new(calls: Pure, instance: InstancePre<Alone>) -> wasmtime::Result<Self> {
        Ok(Self {
            calls,
            instance: GuestPre::new(instance)?,
        })
    }
}

#[async_trait]
impl Exports for Calculators {
    fn world(&self) -> World {
        World::Calculator
    }

    async fn calculators(&self, language: &str) -> Checked<Vec<types::Calculator>> {
        let language = language.to_owned();
        let infos = self.calls.run(async |store| {
            let guest = self.instance.instantiate_async(&mut *store).await?;
            guest
                .voiceassist_plugin_calculators()
                .call_calculators(store, &language)
                .await
        });
        let infos = infos.await?;
        let ceiling = Ceiling(&self.calls.limits);
        ceiling.list(infos, |info| calculator(info, &ceiling))
    }

    async fn examples(&self) -> Checked<Vec<types::Example>> {
        let examples = self.calls.run(async |store| {
            let guest = self.instance.instantiate_async(&mut *store).await?;
            guest.voiceassist_plugin_calculators().call_examples(store).await
        });
        let examples = examples.await?;
        let ceiling = Ceiling(&self.calls.limits);
        ceiling.list(examples, |given| example(given, &ceiling))
    }

    async fn compute(
        &self,
        calculator: &str,
        arguments: Vec<types::Argument>,
        language: &str,
    ) -> Checked<types::Outcome> {
        let arguments: Vec<_> = arguments.into_iter().map(given).collect();
        let language = language.to_owned();
        let outcome = self.calls.run(async |store| {
            let guest = self.instance.instantiate_async(&mut *store).await?;
            let exports = guest.voiceassist_plugin_calculators();
            exports.call_compute(store, calculator, &arguments, &language).await
        });
        match outcome.await? {
            Ok(found) => outcome_of(found, &Ceiling(&self.calls.limits)),
            Err(error) => Err(common::refusal(error)),
        }
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
        wit::Value::Quantity(given) => types::Value::Quantity(quantity(given, ceiling)?),
        wit::Value::Integer(integer) => types::Value::Integer(integer),
        wit::Value::Boolean(boolean) => types::Value::Boolean(boolean),
        wit::Value::Choice(choice) => types::Value::Choice(ceiling.text(choice)?),
        wit::Value::Date(date) => types::Value::Date(ceiling.text(date)?),
        wit::Value::Text(text) => types::Value::Text(ceiling.text(text)?),
    })
}

fn given(argument: types::Argument) -> wit::Argument {
    let value = match argument.value {
        types::Value::Quantity(quantity) => wit::Value::Quantity(types_wit::Quantity {
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
