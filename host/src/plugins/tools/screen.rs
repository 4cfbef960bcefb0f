//! What a tool is given must not tell more of a patient than its manifest says and IT agreed to.

use plugin_package::PhiClass;
use serde_json::Value;

use crate::edge::problem::Problem;
use crate::plugins::registry::Loaded;

/// # Errors
/// 400, naming the input that may not leave.
pub fn check(loaded: &Loaded, arguments: &Value) -> Result<(), Problem> {
    let Value::Object(inputs) = arguments else {
        return Err(Problem::bad_request("The arguments are an object of inputs by name."));
    };
    for (name, value) in inputs {
        let allowed = loaded.receives(name);
        // What an input is called tells what its numbers are: "pmids: 12345678".
        let found = texts(value)
            .into_iter()
            .map(|text| class(&format!("{name}: {text}")))
            .max();
        if found.unwrap_or_default() > allowed {
            return Err(Problem::bad_request(format!(
                "\"{name}\" looks as if it tells about a patient, and {} may not see that. Leave out names, dates, \
                 numbers and places of a patient, and ask again.",
                loaded.title()
            )));
        }
    }
    Ok(())
}

/// A lone date or place may be a patient's; what the rules cannot read counts as patient data.
fn class(text: &str) -> PhiClass {
    match phi::judge(text).class {
        phi::Class::None => PhiClass::None,
        phi::Class::Possible => PhiClass::DeIdentified,
        phi::Class::Phi => PhiClass::Phi,
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Number(number) => vec![number.to_string()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(items) => items
            .iter()
            .flat_map(|(name, value)| texts(value).into_iter().map(move |text| format!("{name}: {text}")))
            .collect(),
        Value::Null | Value::Bool(_) => Vec::new(),
    }
}
