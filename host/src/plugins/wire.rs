//! The sandbox's records as the API's.

use api_types::{
    CalculationFinding, CalculationStep, CalculatorInfo, ChoiceOption, Coding, Parameter, ParameterDomain, PluginInfo,
    Reference,
};
use sandbox::{Calculator, Citation, Domain, Finding, Manifest, Plugin, Step, Value};

use super::units;

pub fn plugin(plugin: &Plugin, manifest: &Manifest, calculators: &[Calculator]) -> PluginInfo {
    PluginInfo {
        id: manifest.id.clone(),
        version: manifest.version.clone(),
        world: plugin.world().as_str().to_owned(),
        title: manifest.title.clone(),
        capabilities: capabilities(&plugin.surface().imports),
        calculators: calculators.iter().map(calculator).collect(),
    }
}

/// From what the component imports, so that it says what is true and not what a manifest claims.
fn capabilities(imports: &[String]) -> Vec<String> {
    if imports.is_empty() {
        return vec![
            "Calculates from the values you enter, and from nothing else.".to_owned(),
            "Cannot reach the network, files, the clock or any patient record.".to_owned(),
            "Keeps nothing between two calculations.".to_owned(),
        ];
    }
    imports.iter().map(|import| format!("Uses {import}.")).collect()
}

pub fn calculator(calculator: &Calculator) -> CalculatorInfo {
    CalculatorInfo {
        id: calculator.id.clone(),
        version: calculator.version.clone(),
        title: calculator.title.clone(),
        summary: calculator.summary.clone(),
        population: calculator.population.clone(),
        parameters: calculator.parameters.iter().map(parameter).collect(),
        references: references(calculator),
    }
}

fn parameter(parameter: &sandbox::Parameter) -> Parameter {
    Parameter {
        name: parameter.name.clone(),
        label: parameter.label.clone(),
        help: parameter.help.clone(),
        required: parameter.required,
        domain: domain(&parameter.domain),
        codings: parameter
            .codings
            .iter()
            .map(|coding| Coding {
                system: coding.system.clone(),
                code: coding.code.clone(),
            })
            .collect(),
    }
}

pub fn domain(domain: &Domain) -> ParameterDomain {
    match domain {
        Domain::Quantity(quantity) => ParameterDomain::Quantity {
            unit: quantity.unit.clone(),
            also_accepts: quantity.also_accepts.clone(),
            minimum: quantity.minimum,
            maximum: quantity.maximum,
        },
        Domain::Integer { minimum, maximum } => ParameterDomain::Integer {
            minimum: *minimum,
            maximum: *maximum,
        },
        Domain::Boolean => ParameterDomain::Boolean,
        Domain::Choice(options) => ParameterDomain::Choice {
            options: options
                .iter()
                .map(|option| ChoiceOption {
                    id: option.id.clone(),
                    label: option.label.clone(),
                })
                .collect(),
        },
        Domain::Date => ParameterDomain::Date,
    }
}

pub fn references(calculator: &Calculator) -> Vec<Reference> {
    calculator.citations.iter().map(reference).collect()
}

fn reference(citation: &Citation) -> Reference {
    Reference {
        title: citation.title.clone(),
        authors: citation.authors.clone(),
        published: citation.published.clone(),
        url: citation.url.clone().filter(|url| url.starts_with("https://")),
        doi: citation.doi.clone(),
        pmid: citation.pmid.clone(),
    }
}

pub fn finding(finding: Finding) -> CalculationFinding {
    CalculationFinding {
        name: finding.name,
        label: finding.label,
        value: value(&finding.value),
        interpretation: finding.interpretation,
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Quantity(quantity) => units::shown_quantity(quantity.value, &quantity.unit),
        Value::Integer(integer) => integer.to_string(),
        Value::Boolean(true) => "yes".to_owned(),
        Value::Boolean(false) => "no".to_owned(),
        Value::Choice(text) | Value::Date(text) | Value::Text(text) => text.clone(),
    }
}

pub fn step(step: Step) -> CalculationStep {
    CalculationStep {
        label: step.label,
        detail: step.detail,
    }
}
