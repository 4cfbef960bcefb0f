//! Tools: what they declare, and their schemas.

use std::collections::BTreeSet;

use plugin_package::{Manifest, PhiClass};
use sandbox::Tool;
use serde_json::Value;

use super::declared::identifier;

/// Longest description, in characters: it is read by a model before every call.
const DESCRIPTION: usize = 2_000;

pub fn declared(tools: &[Tool], manifest: &Manifest) -> Result<(), String> {
    let (mut names, mut inputs) = (BTreeSet::new(), BTreeSet::new());
    for tool in tools {
        identifier("a tool's name", &tool.name)?;
        if !names.insert(tool.name.as_str()) {
            return Err(format!("two tools are called {}", tool.name));
        }
        one(tool, &mut inputs).map_err(|why| format!("{}: {why}", tool.name))?;
    }
    if let Some(name) = manifest.off.iter().find(|name| !names.contains(name.as_str())) {
        return Err(format!("plugin.toml switches off {name}, which is not there"));
    }
    let stranger = manifest.receives.keys().find(|input| !inputs.contains(*input));
    if let Some(input) = stranger {
        return Err(format!(
            "plugin.toml says what {input} receives, but no tool has such an input"
        ));
    }
    let silent: Vec<_> = inputs
        .iter()
        .filter(|input| !manifest.receives.contains_key(*input))
        .collect();
    if !silent.is_empty() && manifest.receives.values().any(|class| *class != PhiClass::None) {
        let names: Vec<_> = silent.iter().map(|name| name.as_str()).collect();
        return Err(format!(
            "plugin.toml says of some inputs what they receive and of others not: add {} under [receives]",
            names.join(", ")
        ));
    }
    Ok(())
}

fn one(tool: &Tool, inputs: &mut BTreeSet<String>) -> Result<(), String> {
    if tool.title.trim().is_empty() || tool.description.trim().is_empty() {
        return Err("it has no title or no description".into());
    }
    if tool.description.chars().count() > DESCRIPTION {
        return Err(format!("its description is longer than {DESCRIPTION} characters"));
    }
    let schema: Value =
        serde_json::from_str(&tool.input_schema).map_err(|error| format!("its input schema is no JSON: {error}"))?;
    if schema["type"] != "object" {
        return Err("its input schema must have \"type\": \"object\"".into());
    }
    validator(&tool.input_schema).map_err(|why| format!("its input schema: {why}"))?;
    if let Some(output) = &tool.output_schema {
        validator(output).map_err(|why| format!("its output schema: {why}"))?;
    }
    let properties = schema["properties"].as_object();
    inputs.extend(properties.into_iter().flat_map(|all| all.keys().cloned()));
    Ok(())
}

/// # Errors
/// When it is no JSON Schema.
pub fn validator(schema: &str) -> Result<jsonschema::Validator, String> {
    let schema: Value = serde_json::from_str(schema).map_err(|error| error.to_string())?;
    jsonschema::validator_for(&schema).map_err(|error| error.to_string())
}

/// # Errors
/// With everything that does not fit.
pub fn fits(schema: &str, value: &Value) -> Result<(), String> {
    let validator = validator(schema)?;
    let faults: Vec<_> = validator
        .iter_errors(value)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.join("; "))
    }
}
