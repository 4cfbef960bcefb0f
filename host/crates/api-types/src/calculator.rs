use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The values a calculator's input may take.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ParameterDomain {
    /// A number with a UCUM unit; `minimum` and `maximum` are in `unit`.
    Quantity {
        unit: String,
        also_accepts: Vec<String>,
        minimum: Option<f64>,
        maximum: Option<f64>,
    },
    Integer {
        minimum: Option<i32>,
        maximum: Option<i32>,
    },
    Boolean,
    Choice {
        options: Vec<ChoiceOption>,
    },
    /// ISO 8601 date.
    Date,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChoiceOption {
    pub id: String,
    pub label: String,
}

/// A code in a terminology, such as LOINC `http://loinc.org`.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coding {
    pub system: String,
    pub code: String,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    pub name: String,
    pub label: String,
    pub help: Option<String>,
    pub required: bool,
    pub domain: ParameterDomain,
    /// What the parameter is called in terminologies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codings: Vec<Coding>,
}

/// Where a formula or statement comes from.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    pub title: String,
    pub authors: Vec<String>,
    pub published: Option<String>,
    pub url: Option<String>,
    pub doi: Option<String>,
    pub pmid: Option<String>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalculatorInfo {
    pub id: String,
    pub version: String,
    pub title: String,
    pub summary: String,
    /// Who it was derived for, and who it must not be used for.
    pub population: String,
    pub parameters: Vec<Parameter>,
    pub references: Vec<Reference>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PluginInfo {
    pub id: String,
    pub version: String,
    pub world: String,
    pub title: String,
    /// In plain words, what it can and cannot reach, derived from the component's imports.
    pub capabilities: Vec<String>,
    pub calculators: Vec<CalculatorInfo>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PluginList {
    pub plugins: Vec<PluginInfo>,
}

/// One input: `true`, `68`, `"female"`, `"2026-05-17"` or `{"value": 1.2, "unit": "mg/dL"}`.
///
/// A bare number for a quantity is in the parameter's own unit.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ArgumentValue {
    Boolean(bool),
    Number(f64),
    Quantity { value: f64, unit: String },
    Text(String),
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalculateRequest {
    pub arguments: BTreeMap<String, ArgumentValue>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputSource {
    /// Read from the question or typed into the form.
    Given,
    /// Taken from the patient context of the conversation.
    FromContext,
    /// A history item nobody mentioned, counted as "no" and shown as such.
    NotMentionedNo,
    /// Needed, never assumed: ask for it.
    Missing,
}

/// An input as the answer understood it, to be shown as an editable chip.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalculationInput {
    pub name: String,
    pub label: String,
    pub value: Option<ArgumentValue>,
    pub source: InputSource,
    pub domain: ParameterDomain,
    /// Why this value needs a second look, such as an implausible unit.
    pub question: Option<String>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalculationFinding {
    pub name: String,
    pub label: String,
    /// As text with its unit, exactly as the plugin returned it.
    pub value: String,
    pub interpretation: Option<String>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalculationStep {
    pub label: String,
    pub detail: String,
}

/// A calculator's result, or the question for what it still needs (`findings` is then empty).
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calculation {
    pub calculator: String,
    pub title: String,
    pub version: String,
    pub plugin: String,
    pub plugin_version: String,
    pub inputs: Vec<CalculationInput>,
    pub findings: Vec<CalculationFinding>,
    pub steps: Vec<CalculationStep>,
    pub warnings: Vec<String>,
    pub references: Vec<Reference>,
    pub population: String,
}
