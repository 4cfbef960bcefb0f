//! Size limits on what a guest returns.
//!
//! The engine stops copying once an answer's total passes `Limits::output_bytes` (a list whose items all
//! point at one long string would otherwise multiply 32 MiB of guest memory without end). This module then
//! bounds each string and list, so that nothing absurd reaches a page.

use crate::{CallError, Limits};

pub(crate) struct Ceiling<'a>(pub &'a Limits);

impl Ceiling<'_> {
    pub fn text(&self, text: String) -> Result<String, CallError> {
        if text.len() > self.0.text_bytes {
            return Err(CallError::Output(format!("a text of {} bytes", text.len())));
        }
        Ok(text)
    }

    pub fn optional(&self, text: Option<String>) -> Result<Option<String>, CallError> {
        text.map(|text| self.text(text)).transpose()
    }

    pub fn list<T, U>(&self, items: Vec<T>, each: impl Fn(T) -> Result<U, CallError>) -> Result<Vec<U>, CallError> {
        if items.len() > self.0.list_items {
            return Err(CallError::Output(format!("a list of {} items", items.len())));
        }
        items.into_iter().map(each).collect()
    }

    pub fn texts(&self, texts: Vec<String>) -> Result<Vec<String>, CallError> {
        self.list(texts, |text| self.text(text))
    }

    /// A number a person may be shown.
    pub fn finite(&self, value: f64) -> Result<f64, CallError> {
        if value.is_finite() {
            Ok(value)
        } else {
            Err(CallError::Output("a number that is not finite".into()))
        }
    }
}
