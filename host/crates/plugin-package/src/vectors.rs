//! `vectors.json`: worked cases and recorded conversations with the outside, run by the author's tool.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// Every list may be absent.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Vectors {
    pub calculators: Vec<CalculatorVector>,
    pub calls: Vec<CallVector>,
}

/// A calculation with its known result, beside those in the component itself.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalculatorVector {
    pub calculator: String,
    pub arguments: BTreeMap<String, ArgumentValue>,
    /// By name of the finding.
    pub expected: BTreeMap<String, ArgumentValue>,
    /// Relative, on numbers.
    #[serde(default)]
    pub tolerance: f64,
    /// Paper, page, or how it was worked out.
    pub source: String,
}

/// As in the HTTP API; a bare number for a quantity is in the parameter's own unit.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum ArgumentValue {
    Boolean(bool),
    Number(f64),
    Quantity { value: f64, unit: String },
    Text(String),
}

/// One call of a connected plugin against recorded answers.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallVector {
    /// For the report; the call itself when absent.
    #[serde(default)]
    pub title: Option<String>,
    /// What is called; the author's tool documents the forms.
    pub call: Value,
    /// Values of settings during the call; the manifest's defaults when absent.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// Handles of the credentials that are ready.
    #[serde(default)]
    pub credentials: Vec<String>,
    /// Texts of files in granted folders: by root, then by path.
    #[serde(default)]
    pub files: BTreeMap<String, BTreeMap<String, String>>,
    /// Each answers one request, in any order; all must be used.
    #[serde(default)]
    pub http: Vec<Exchange>,
    /// Must be contained in the result: objects by key, lists item by item.
    pub expect: Value,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    pub request: RecordedRequest,
    pub response: RecordedResponse,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedRequest {
    #[serde(default = "get")]
    pub method: String,
    pub url: String,
    /// Compared when given: text as it is, anything else as JSON.
    #[serde(default)]
    pub body: Option<Value>,
}

fn get() -> String {
    "GET".to_owned()
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedResponse {
    #[serde(default = "ok")]
    pub status: u16,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Text as it is, anything else as JSON.
    #[serde(default)]
    pub body: Value,
}

fn ok() -> u16 {
    200
}

impl RecordedResponse {
    /// The body as sent.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        match &self.body {
            Value::Null => Vec::new(),
            Value::String(text) => text.clone().into_bytes(),
            json => json.to_string().into_bytes(),
        }
    }
}

impl Vectors {
    /// # Errors
    /// The place and what is expected there.
    pub fn parse(text: &str) -> Result<Self, String> {
        let vectors: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        for vector in &vectors.calculators {
            if !(0.0..=0.1).contains(&vector.tolerance) {
                return Err(format!(
                    "the tolerance of a case of {} is {}: it is relative, 0 to 0.1",
                    vector.calculator, vector.tolerance
                ));
            }
            if vector.expected.is_empty() || vector.source.trim().is_empty() {
                return Err(format!(
                    "a case of {} names no expected finding or no source",
                    vector.calculator
                ));
            }
        }
        Ok(vectors)
    }
}
