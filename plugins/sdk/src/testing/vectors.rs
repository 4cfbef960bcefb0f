//! The recorded calls of a plugin's `vectors.json`.

use serde_json::{Value, json};

use super::{Exchange, Recorded};
use crate::{Error, ErrorKind, Readiness};

/// One entry of `calls` in `vectors.json`.
pub struct Vector {
    pub title: String,
    pub call: Value,
    pub outside: Recorded,
    expect: Value,
}

impl Vector {
    /// All of them.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn list(vectors: &str) -> Result<Vec<Self>, String> {
        let all: Value = serde_json::from_str(vectors).map_err(|error| error.to_string())?;
        let calls = all["calls"].as_array().ok_or("there is no list `calls`")?;
        Ok(calls.iter().map(Self::read).collect())
    }

    fn read(entry: &Value) -> Self {
        let mut outside = Recorded::new(Exchange::list(&entry["http"]));
        for (key, value) in entry["settings"].as_object().into_iter().flatten() {
            outside
                .settings
                .insert(key.clone(), value.as_str().unwrap_or_default().into());
        }
        for handle in entry["credentials"].as_array().into_iter().flatten() {
            outside
                .credentials
                .insert(handle.as_str().unwrap_or_default().into(), Readiness::Ready);
        }
        Self {
            title: entry["title"].as_str().unwrap_or_default().into(),
            call: entry["call"].clone(),
            outside,
            expect: entry["expect"].clone(),
        }
    }

    /// # Errors
    /// What of the expectation `result` does not contain, or how many recorded answers nothing asked for.
    pub fn check(&self, result: &Value) -> Result<(), String> {
        contains(result, &self.expect, "").map_err(|place| format!("{}: {place} in {result}", self.title))?;
        match self.outside.unused() {
            0 => Ok(()),
            unused => Err(format!("{}: {unused} recorded answers were not used", self.title)),
        }
    }
}

/// An error as `expect` writes it: `{"error": {"kind", "code", "message", "retry-after-ms"}}`.
#[must_use]
pub fn error_json(error: &Error) -> Value {
    let kind = match error.kind {
        ErrorKind::InvalidInput => "invalid-input",
        ErrorKind::NotFound => "not-found",
        ErrorKind::AuthRequired => "auth-required",
        ErrorKind::Denied => "denied",
        ErrorKind::Conflict => "conflict",
        ErrorKind::RateLimited => "rate-limited",
        ErrorKind::Unavailable => "unavailable",
        ErrorKind::Unsupported => "unsupported",
        ErrorKind::Internal => "internal",
    };
    json!({ "error": { "kind": kind, "code": error.code, "message": error.message, "retry-after-ms": error.retry_after_ms } })
}

/// Objects by key, lists item by item.
fn contains(result: &Value, expect: &Value, place: &str) -> Result<(), String> {
    match (result, expect) {
        (Value::Object(result), Value::Object(expect)) => expect.iter().try_for_each(|(key, value)| {
            let found = result.get(key).unwrap_or(&Value::Null);
            contains(found, value, &format!("{place}/{key}"))
        }),
        (Value::Array(result), Value::Array(expect)) if result.len() == expect.len() => result
            .iter()
            .zip(expect)
            .enumerate()
            .try_for_each(|(at, (found, value))| contains(found, value, &format!("{place}/{at}"))),
        (result, expect) if result == expect => Ok(()),
        (_, expect) => Err(format!("{place} is not {expect}")),
    }
}
