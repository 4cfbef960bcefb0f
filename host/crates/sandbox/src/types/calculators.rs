//! Calculators.

use super::{Citation, Coding, Quantity, Severity};

#[derive(Clone, Debug, PartialEq)]
pub struct QuantityDomain {
    pub unit: String,
    pub also_accepts: Vec<String>,
    pub minimum: Option<f64>,
    pub maximum: Option<f64>,
    /// In g/mol.
    pub molar_mass: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceOption {
    pub id: String,
    pub label: String,
    pub codings: Vec<Coding>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Domain {
    Quantity(QuantityDomain),
    Integer { minimum: Option<i32>, maximum: Option<i32> },
    Boolean,
    Choice(Vec<ChoiceOption>),
    Date,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    pub name: String,
    pub label: String,
    pub help: Option<String>,
    pub required: bool,
    pub domain: Domain,
    pub codings: Vec<Coding>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Quantity(Quantity),
    Integer(i32),
    Boolean(bool),
    Choice(String),
    Date(String),
    Text(String),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    pub name: String,
    pub value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Calculator {
    pub id: String,
    pub version: String,
    pub title: String,
    pub summary: String,
    pub population: String,
    pub parameters: Vec<Parameter>,
    pub citations: Vec<Citation>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    pub name: String,
    pub label: String,
    pub value: Value,
    pub interpretation: Option<String>,
    pub severity: Severity,
    pub cites: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub label: String,
    pub detail: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub findings: Vec<Finding>,
    pub warnings: Vec<String>,
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    pub calculator: String,
    pub arguments: Vec<Argument>,
    pub expected: Vec<Argument>,
    /// Relative tolerance on quantities.
    pub tolerance: f64,
    pub source: Citation,
}
