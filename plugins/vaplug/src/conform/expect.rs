//! Whether a result holds what was expected of it.

use serde_json::Value;

/// # Errors
/// The first place that differs: objects are compared by the expected keys, lists item by item, numbers to one in
/// a million.
pub fn contains(found: &Value, expected: &Value, path: &str) -> Result<(), String> {
    let differs = || {
        let place = if path.is_empty() { "the result" } else { path };
        Err(format!("{place} is {}, expected {}", short(found), short(expected)))
    };
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => expected.iter().try_for_each(|(key, value)| {
            let inner = if path.is_empty() {
                key.clone()
            } else {
                format!("{path}.{key}")
            };
            match found.get(key) {
                Some(found) => contains(found, value, &inner),
                None if value.is_null() => Ok(()),
                None if found.contains_key("error") => Err(format!("it refuses: {}", short(&found["error"]))),
                None => Err(format!("there is no {inner}; there is {}", keys(found))),
            }
        }),
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            let pairs = expected.iter().zip(found).enumerate();
            pairs
                .into_iter()
                .try_for_each(|(place, (expected, found))| contains(found, expected, &format!("{path}[{place}]")))
        }
        (Value::Number(one), Value::Number(two)) => match (one.as_f64(), two.as_f64()) {
            (Some(one), Some(two)) if (one - two).abs() <= 1e-6 * one.abs().max(1e-6) => Ok(()),
            _ => differs(),
        },
        (expected, found) if expected == found => Ok(()),
        _ => differs(),
    }
}

fn keys(object: &serde_json::Map<String, Value>) -> String {
    object.keys().cloned().collect::<Vec<_>>().join(", ")
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 200 {
        return text;
    }
    format!("{}...", text.chars().take(200).collect::<String>())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_expected_must_be_there_and_the_rest_may_be() {
        let found = json!({"content": [{"text": "a", "more": 1}], "n": 0.1});
        assert_eq!(
            contains(&found, &json!({"content": [{"text": "a"}], "n": 0.100_000_01}), ""),
            Ok(())
        );
        for (expected, said) in [
            (
                json!({"content": [{"text": "b"}]}),
                "content[0].text is \"a\", expected \"b\"",
            ),
            (json!({"content": []}), "content is [{"),
            (json!({"cites": []}), "there is no cites; there is content, n"),
            (json!([]), "the result is {"),
        ] {
            let why = contains(&found, &expected, "").err().unwrap_or_default();
            assert!(why.contains(said), "{why}");
        }
    }
}
