//! Declarations the host can act on.

use std::collections::BTreeSet;

use plugin_package::World;
use sandbox::{Calculator, Domain, Parameter, Plugin};

use crate::Language;
use crate::project::Project;

/// Imports of a connected plugin that plugin.toml asks nothing for. A calculator has none: the sandbox saw to that.
pub fn imports(plugin: &Plugin, project: &Project) -> Result<(), String> {
    let manifest = &project.manifest;
    // The runtimes of JavaScript and Python import their whole world; what is not asked for answers `denied`.
    if manifest.world == World::Calculator || project.language != Language::Rust {
        return Ok(());
    }
    let needs = [
        ("wasi:http/outgoing-handler", "[[http]]", manifest.http.is_empty()),
        (
            "voiceassist:plugin/credentials",
            "[[credential]]",
            manifest.credential.is_empty(),
        ),
        ("voiceassist:plugin/files", "[[files]]", manifest.files.is_empty()),
    ];
    for (import, section, absent) in needs {
        if absent && plugin.surface().imports.iter().any(|one| one.starts_with(import)) {
            return Err(format!("it imports {import}, but plugin.toml has no {section}"));
        }
    }
    Ok(())
}

pub fn calculators(calculators: &[Calculator], off: &[String]) -> Result<(), String> {
    let mut ids = BTreeSet::new();
    for calculator in calculators {
        identifier("a calculator's id", &calculator.id)?;
        if !ids.insert(calculator.id.as_str()) {
            return Err(format!("two calculators are called {}", calculator.id));
        }
        calculator_of(calculator).map_err(|why| format!("{}: {why}", calculator.id))?;
    }
    match off.iter().find(|name| !ids.contains(name.as_str())) {
        Some(name) => Err(format!("plugin.toml switches off {name}, which is not there")),
        None => Ok(()),
    }
}

fn calculator_of(calculator: &Calculator) -> Result<(), String> {
    for (what, text) in [
        ("title", &calculator.title),
        ("summary", &calculator.summary),
        ("population (for whom, and for whom not)", &calculator.population),
        ("version", &calculator.version),
    ] {
        if text.trim().is_empty() {
            return Err(format!("it has no {what}"));
        }
    }
    semver::Version::parse(&calculator.version).map_err(|error| format!("version {}: {error}", calculator.version))?;
    if calculator.citations.is_empty() {
        return Err("it cites nothing: name the paper its formula is from".into());
    }
    let mut ids = BTreeSet::new();
    for citation in &calculator.citations {
        if !ids.insert(&citation.id) || citation.title.trim().is_empty() {
            return Err(format!("the citation {} is there twice or has no title", citation.id));
        }
    }
    let mut names = BTreeSet::new();
    for parameter in &calculator.parameters {
        identifier("an input's name", &parameter.name)?;
        if !names.insert(&parameter.name) {
            return Err(format!("two inputs are called {}", parameter.name));
        }
        parameter_of(parameter).map_err(|why| format!("input {}: {why}", parameter.name))?;
    }
    Ok(())
}

fn parameter_of(parameter: &Parameter) -> Result<(), String> {
    if parameter.label.trim().is_empty() {
        return Err("it has no label".into());
    }
    match &parameter.domain {
        Domain::Quantity(quantity) => {
            for unit in std::iter::once(&quantity.unit).chain(&quantity.also_accepts) {
                if !units::known(unit) {
                    return Err(format!(
                        "the host does not know the unit {unit}; write UCUM, such as mg/dL or mm[Hg]"
                    ));
                }
                if units::convert(1.0, unit, &quantity.unit, quantity.molar_mass).is_none() {
                    return Err(format!(
                        "{unit} cannot be converted to {}; between mass and substance give the molar mass in g/mol",
                        quantity.unit
                    ));
                }
            }
            range(quantity.minimum, quantity.maximum)?;
            if quantity.minimum.is_none() || quantity.maximum.is_none() {
                return Err("give a minimum and a maximum: the host questions what is implausible".into());
            }
            Ok(())
        }
        Domain::Integer { minimum, maximum } => range(minimum.map(f64::from), maximum.map(f64::from)),
        Domain::Choice(options) => {
            let ids: BTreeSet<_> = options.iter().map(|option| &option.id).collect();
            if ids.len() != options.len() || options.len() < 2 {
                return Err("a choice has at least two options, each with an id of its own".into());
            }
            options
                .iter()
                .try_for_each(|option| identifier("an option's id", &option.id))
        }
        Domain::Boolean | Domain::Date => Ok(()),
    }
}

fn range(minimum: Option<f64>, maximum: Option<f64>) -> Result<(), String> {
    match (minimum, maximum) {
        (Some(low), Some(high)) if low > high => Err(format!("its minimum {low} is above its maximum {high}")),
        _ => Ok(()),
    }
}

pub fn identifier(what: &str, text: &str) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.is_empty() || text.len() > 64 || !text.chars().all(plain) {
        return Err(format!(
            "{what} is {text:?}: use lower-case letters, digits and hyphens, at most 64"
        ));
    }
    Ok(())
}
