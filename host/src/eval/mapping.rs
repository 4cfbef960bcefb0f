//! How MedCalc-Bench names things, and what they are called here. Data: one TOML file a speciality under `medcalc/`.
//!
//! ```toml
//! # Why a value that the note leaves out is supplied; every `missing` names one of these.
//! [rules]
//! gcs-15 = "The benchmark takes an unreported Glasgow coma scale for 15."
//!
//! [[calculator]]
//! benchmark = 43                       # its "Calculator ID"
//! id = "sofa"                          # the component's calculator
//! variant = "medcalc"                  # optional: the parameter `variant`, where the benchmark's rule is not the paper's
//! answer = "score"                     # the finding that answers, or
//!                                      # { format = "us-date", findings = ["date"] }
//!                                      # { format = "weeks-and-days", findings = ["weeks", "days"] }
//! ignored = ["Hypotension"]            # entities the calculator has no use for
//!
//! [calculator.inputs]                  # parameter = entity
//! bilirubin = "Bilirubin"
//! ```
//!
//! An input is the name of an entity, or a table:
//!
//! | key | meaning |
//! |---|---|
//! | `entity` | its name, or a list: yes if any is yes; for other kinds the first that is there |
//! | `values` | how the benchmark writes a choice or a yes or no, and what it means here: `{ "Metastatic" = "metastatic", "False" = "none" }` |
//! | `units` | spellings of units beyond `medcalc/units.toml` and beyond what the product reads itself: `{ "m^3" = "/mm3" }` |
//! | `bare` | the unit of a number that has none |
//! | `at` | which item of a list is the value; a unit is the item behind it |
//! | `scale` | factor on the number |
//! | `times` | entity whose number multiplies this one |
//! | `not` | yes means no |
//! | `at-least` | a yes or no is read from a number: yes from this on |
//! | `absent` | yes when none of the entities is there; names the rule that says so |
//! | `missing` | `{ value = 15, rule = "gcs-15" }`: used when the entity is not there |
//!
//! A whole number with a unit is an age: in completed years.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

/// File name and text of each speciality.
const FILES: &[(&str, &str)] = &[
    ("cardiology", include_str!("medcalc/cardiology.toml")),
    ("critical-care", include_str!("medcalc/critical-care.toml")),
    ("dosing", include_str!("medcalc/dosing.toml")),
    ("metabolic", include_str!("medcalc/metabolic.toml")),
    ("nephrology", include_str!("medcalc/nephrology.toml")),
    ("obstetrics", include_str!("medcalc/obstetrics.toml")),
    ("physiology", include_str!("medcalc/physiology.toml")),
    (
        "respiratory-infection",
        include_str!("medcalc/respiratory-infection.toml"),
    ),
    ("thrombosis", include_str!("medcalc/thrombosis.toml")),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rules: BTreeMap<String, String>,
    calculator: Vec<Mapping>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    pub benchmark: u32,
    pub id: String,
    pub variant: Option<String>,
    pub answer: Answer,
    #[serde(default)]
    pub ignored: Vec<String>,
    /// By parameter.
    pub inputs: BTreeMap<String, Source>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    Finding(String),
    Formatted { format: Format, findings: Vec<String> },
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// MM/DD/YYYY.
    UsDate,
    /// `('29 weeks', '2 days')`, of two findings.
    WeeksAndDays,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Source {
    Entity(String),
    Described(Box<Described>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Described {
    pub entity: OneOrMore,
    #[serde(default)]
    pub values: BTreeMap<String, toml::Value>,
    #[serde(default)]
    pub units: BTreeMap<String, String>,
    pub bare: Option<String>,
    pub at: Option<usize>,
    pub scale: Option<f64>,
    pub times: Option<String>,
    #[serde(default)]
    pub not: bool,
    pub at_least: Option<f64>,
    /// Key in the file's `[rules]`.
    pub absent: Option<String>,
    pub missing: Option<Missing>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl Default for OneOrMore {
    fn default() -> Self {
        Self::More(Vec::new())
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Missing {
    pub value: toml::Value,
    /// Key in the file's `[rules]`.
    pub rule: String,
}

impl OneOrMore {
    pub fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::More(names) => names,
        }
    }
}

impl Mapping {
    /// Whether the row's entity is read, or left out on purpose.
    pub fn knows(&self, entity: &str) -> bool {
        self.ignored.iter().any(|name| name == entity)
            || self.inputs.values().any(|source| match source {
                Source::Entity(name) => name == entity,
                Source::Described(input) => input
                    .entity
                    .names()
                    .iter()
                    .chain(&input.times)
                    .any(|name| name == entity),
            })
    }
}

/// Every mapping by the benchmark's number, and the benchmark's spellings of units.
pub struct Mappings {
    pub calculators: BTreeMap<u32, Mapping>,
    pub units: BTreeMap<String, String>,
}

impl Mappings {
    /// # Errors
    /// A file that is not as described above, a rule nobody explains, a calculator mapped twice.
    pub fn shipped() -> Result<Self> {
        let mut calculators = BTreeMap::new();
        for (name, text) in FILES {
            let file: File = toml::from_str(text).with_context(|| format!("medcalc/{name}.toml"))?;
            for mapping in file.calculator {
                for (parameter, source) in &mapping.inputs {
                    let Source::Described(input) = source else { continue };
                    let missing = input.missing.as_ref().map(|missing| &missing.rule);
                    if missing
                        .into_iter()
                        .chain(&input.absent)
                        .any(|rule| !file.rules.contains_key(rule))
                    {
                        bail!("medcalc/{name}.toml: {parameter} of {} names no rule", mapping.id);
                    }
                }
                let benchmark = mapping.benchmark;
                ensure!(
                    calculators.insert(benchmark, mapping).is_none(),
                    "medcalc/{name}.toml: calculator {benchmark} is mapped twice"
                );
            }
        }
        let units = toml::from_str(include_str!("medcalc/units.toml")).context("medcalc/units.toml")?;
        Ok(Self { calculators, units })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_files_are_as_described() {
        let mappings = Mappings::shipped().unwrap();
        assert!(mappings.calculators.values().all(|mapping| !mapping.inputs.is_empty()));
        for (spelling, unit) in &mappings.units {
            assert!(crate::plugins::units::known(unit), "{spelling} = {unit}");
        }
    }
}
