//! Arguments of a tool, by name and type.

use serde_json::{Map, Value};

use crate::{Error, refused};

/// The JSON object a tool was called with. The host has checked it against the tool's schema already; what
/// is missing or of another type here is `invalid-input` all the same.
pub struct Arguments(Map<String, Value>);

impl Arguments {
    /// # Errors
    /// `invalid-input` when `json` is not an object.
    pub fn parse(json: &str) -> Result<Self, Error> {
        match serde_json::from_str(json) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            _ => Err(refused("the arguments are not a JSON object")),
        }
    }

    /// # Errors
    /// `invalid-input` when it is absent or not text.
    pub fn text(&self, name: &str) -> Result<&str, Error> {
        self.optional_text(name)?
            .ok_or_else(|| refused(format!("{name} is missing")))
    }

    /// # Errors
    /// `invalid-input` when it is there and not text.
    pub fn optional_text(&self, name: &str) -> Result<Option<&str>, Error> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(refused(format!("{name} must be text"))),
        }
    }

    /// # Errors
    /// `invalid-input` when it is there and not a whole number from `least` to `most`.
    pub fn optional_integer(&self, name: &str, least: i64, most: i64) -> Result<Option<i64>, Error> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_i64() {
                Some(number) if (least..=most).contains(&number) => Ok(Some(number)),
                _ => Err(refused(format!("{name} must be a whole number from {least} to {most}"))),
            },
        }
    }

    /// # Errors
    /// `invalid-input` when it is absent or not a list of texts.
    pub fn texts(&self, name: &str) -> Result<Vec<&str>, Error> {
        let wrong = || refused(format!("{name} must be a list of texts"));
        let items = self.0.get(name).and_then(Value::as_array).ok_or_else(wrong)?;
        items.iter().map(|item| item.as_str().ok_or_else(wrong)).collect()
    }
}

#[cfg(test)]
#[expect(clippy::expect_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn argument_of_another_type_is_refused_by_name() {
        let given =
            Arguments::parse(r#"{"query": 3, "limit": 21, "pmids": ["1", 2], "sort": null}"#).expect("an object");
        for (error, name) in [
            (given.text("query").expect_err("refused"), "query"),
            (given.text("missing").expect_err("refused"), "missing"),
            (given.optional_integer("limit", 1, 20).expect_err("refused"), "limit"),
            (given.texts("pmids").expect_err("refused"), "pmids"),
        ] {
            assert!(error.message.contains(name), "{}", error.message);
        }
        assert_eq!(given.optional_text("sort").expect("none"), None);
        assert!(Arguments::parse("[]").is_err());
    }
}
