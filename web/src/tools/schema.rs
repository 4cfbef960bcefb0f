//! A form's inputs from JSON Schema: the part of it that tools use. What is beyond it is typed as JSON.

use serde_json::{Map, Value};

use crate::{
    calculate::draft,
    texts::{fill, t, tl},
};

/// One input of a tool.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    pub name: String,
    pub title: String,
    pub description: Option<String>,
    pub required: bool,
    pub kind: Kind,
    /// What stands in the field at first.
    pub default: String,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Text {
        /// More than one line is usual.
        long: bool,
        date: bool,
        shortest: usize,
        longest: Option<usize>,
    },
    Number {
        whole: bool,
        minimum: Option<f64>,
        maximum: Option<f64>,
    },
    Boolean,
    Choice(Vec<Value>),
    /// A list of texts, one a line.
    Lines,
    Json,
}

/// Longer texts get a field of several lines.
const ONE_LINE: u64 = 300;

/// The inputs of an object schema: the required ones first, in the schema's order, then the others by name.
pub fn inputs(schema: &Value) -> Vec<Input> {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return Vec::new();
    };
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .map(|names| names.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let first = required.iter().filter_map(|name| properties.get_key_value(*name));
    let rest = properties.iter().filter(|(name, _)| !required.contains(&name.as_str()));
    first
        .chain(rest)
        .map(|(name, part)| input(schema, name, part, required.contains(&name.as_str())))
        .collect()
}

fn input(root: &Value, name: &str, given: &Value, required: bool) -> Input {
    let part = resolve(root, given);
    let text = |key: &str| {
        let found = given.get(key).or_else(|| part.get(key));
        found.and_then(Value::as_str).map(str::to_owned)
    };
    let kind = kind(&part);
    let default = given.get("default").or_else(|| part.get("default"));
    let default = default
        .filter(|value| !value.is_null())
        .map(|value| shown(value, &kind));
    Input {
        name: name.to_owned(),
        title: text("title").unwrap_or_else(|| spoken(name)),
        description: text("description"),
        required,
        default: default.unwrap_or_default(),
        kind,
    }
}

/// `retmax_per-page` as a label: `Retmax per page`.
fn spoken(name: &str) -> String {
    let words = name.replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// The schema a reference within the document names, or the one alternative that is not `null`.
fn resolve(root: &Value, part: &Value) -> Value {
    if let Some(pointer) = part
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|to| to.strip_prefix('#'))
    {
        return root.pointer(pointer).cloned().unwrap_or(Value::Null);
    }
    let alternatives = ["anyOf", "oneOf"].iter().find_map(|key| part.get(key)?.as_array());
    let mut real = alternatives
        .into_iter()
        .flatten()
        .filter(|one| one.get("type").and_then(Value::as_str) != Some("null"));
    match (real.next(), real.next()) {
        (Some(only), None) => resolve(root, only),
        _ => part.clone(),
    }
}

fn kind(part: &Value) -> Kind {
    let number = |key: &str| part.get(key).and_then(Value::as_f64);
    if let Some(options) = part.get("enum").and_then(Value::as_array) {
        return Kind::Choice(options.iter().filter(|option| !option.is_null()).cloned().collect());
    }
    match type_of(part) {
        Some("string") => {
            let longest = part.get("maxLength").and_then(Value::as_u64);
            let format = part.get("format").and_then(Value::as_str);
            Kind::Text {
                long: longest.is_some_and(|longest| longest > ONE_LINE),
                date: format == Some("date"),
                shortest: part.get("minLength").and_then(Value::as_u64).unwrap_or(0) as usize,
                longest: longest.map(|longest| longest as usize),
            }
        }
        Some(kind @ ("number" | "integer")) => Kind::Number {
            whole: kind == "integer",
            minimum: number("minimum"),
            maximum: number("maximum"),
        },
        Some("boolean") => Kind::Boolean,
        Some("array") if part.get("items").and_then(type_of) == Some("string") => Kind::Lines,
        _ => Kind::Json,
    }
}

/// `"string"`, also where it is `["string", "null"]`.
fn type_of(part: &Value) -> Option<&str> {
    match part.get("type")? {
        Value::String(one) => Some(one),
        Value::Array(several) => several.iter().filter_map(Value::as_str).find(|one| *one != "null"),
        _ => None,
    }
}

/// A value as it stands in its field.
pub fn shown(value: &Value, kind: &Kind) -> String {
    match (value, kind) {
        (Value::Null, _) => String::new(),
        (Value::Array(items), Kind::Lines) => {
            let lines = items.iter().filter_map(Value::as_str);
            lines.collect::<Vec<_>>().join("\n")
        }
        (Value::String(text), kind) if *kind != Kind::Json => text.clone(),
        (value, Kind::Json) => serde_json::to_string_pretty(value).unwrap_or_default(),
        (value, _) => value.to_string(),
    }
}

/// What a choice is called.
pub fn label(option: &Value) -> String {
    shown(option, &Kind::Boolean)
}

impl Input {
    /// The value of a field, nothing for an empty one, or what is wrong with it.
    pub fn value(&self, typed: &str) -> Result<Option<Value>, String> {
        let text = typed.trim();
        if text.is_empty() {
            return if self.required {
                Err(tl().please_fill.to_owned())
            } else {
                Ok(None)
            };
        }
        let value = match &self.kind {
            Kind::Text { shortest, longest, .. } => {
                let length = text.chars().count();
                let most = longest.unwrap_or(usize::MAX);
                if length < *shortest {
                    return Err(fill(tl().too_short, &[("count", &shortest.to_string())]));
                }
                if length > most {
                    return Err(fill(tl().too_long, &[("count", &most.to_string())]));
                }
                Value::from(text)
            }
            Kind::Number {
                whole,
                minimum,
                maximum,
            } => {
                let number: f64 = text
                    .replace(',', ".")
                    .parse()
                    .map_err(|_| t().not_a_number.to_owned())?;
                if *whole && number.fract() != 0.0 {
                    return Err(t().not_whole.to_owned());
                }
                if minimum.is_some_and(|low| number < low) || maximum.is_some_and(|high| number > high) {
                    let range = draft::range(*minimum, *maximum, "");
                    return Err(fill(t().out_of_range, &[("range", &range)]));
                }
                // Whole numbers stay whole on the wire: a schema's `integer` is strict in some languages.
                if number.fract() == 0.0 && number.abs() < 9e15 {
                    Value::from(number as i64)
                } else {
                    Value::from(number)
                }
            }
            Kind::Boolean => Value::from(text == "true"),
            Kind::Choice(options) => {
                let chosen = options.iter().find(|option| label(option) == text);
                chosen.cloned().ok_or_else(|| tl().please_fill.to_owned())?
            }
            Kind::Lines => {
                let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
                lines.map(Value::from).collect::<Vec<_>>().into()
            }
            Kind::Json => serde_json::from_str(text).map_err(|_| tl().not_json.to_owned())?,
        };
        Ok(Some(value))
    }

    /// Range or length in words.
    pub fn hint(&self) -> Option<String> {
        let limits = match &self.kind {
            Kind::Number { minimum, maximum, .. } => {
                let range = draft::range(*minimum, *maximum, "");
                (!range.is_empty()).then(|| fill(t().allowed_range, &[("range", &range)]))
            }
            Kind::Lines => Some(tl().one_a_line.to_owned()),
            Kind::Json => Some(tl().as_json.to_owned()),
            _ => None,
        };
        let parts: Vec<String> = self.description.clone().into_iter().chain(limits).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }
}

/// The arguments of a call, or the name of the first input that is wrong with all errors by name.
pub fn collect(inputs: &[(Input, String)]) -> Result<Value, Vec<(String, String)>> {
    let mut arguments = Map::new();
    let mut wrong = Vec::new();
    for (input, typed) in inputs {
        match input.value(typed) {
            Ok(Some(value)) => {
                arguments.insert(input.name.clone(), value);
            }
            Ok(None) => {}
            Err(error) => wrong.push((input.name.clone(), error)),
        }
    }
    if wrong.is_empty() {
        Ok(Value::Object(arguments))
    } else {
        Err(wrong)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema() -> Value {
        json!({
            "type": "object",
            "required": ["query", "sort"],
            "properties": {
                "years": { "type": ["integer", "null"], "minimum": 1, "maximum": 50, "description": "Newest years." },
                "query": { "type": "string", "minLength": 2, "maxLength": 400, "title": "Search words" },
                "sort": { "$ref": "#/$defs/sort", "default": "date" },
                "pmids": { "type": "array", "items": { "type": "string" } },
                "reviews_only": { "type": "boolean", "default": true },
                "filter": { "type": "object" },
                "since": { "anyOf": [{ "type": "string", "format": "date" }, { "type": "null" }] }
            },
            "$defs": { "sort": { "enum": ["relevance", "date"] } }
        })
    }

    fn typed(values: &[(&str, &str)]) -> Vec<(Input, String)> {
        let value = |input: &Input| {
            let found = values.iter().find(|(name, _)| *name == input.name);
            found.map_or_else(|| input.default.clone(), |(_, text)| (*text).to_owned())
        };
        inputs(&schema())
            .into_iter()
            .map(|input| (input.clone(), value(&input)))
            .collect()
    }

    #[test]
    fn required_inputs_come_first_and_every_kind_is_known() {
        let inputs = inputs(&schema());
        let names: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
        assert_eq!(
            names,
            ["query", "sort", "filter", "pmids", "reviews_only", "since", "years"]
        );
        assert_eq!(inputs[0].title, "Search words");
        assert_eq!(inputs[1].kind, Kind::Choice(vec![json!("relevance"), json!("date")]));
        assert_eq!(
            (inputs[1].default.as_str(), inputs[2].kind.clone()),
            ("date", Kind::Json)
        );
        assert_eq!(inputs[3].kind, Kind::Lines);
        assert_eq!(
            (inputs[4].title.as_str(), inputs[4].default.as_str()),
            ("Reviews only", "true")
        );
        assert!(matches!(inputs[5].kind, Kind::Text { date: true, .. }));
        assert!(matches!(inputs[6].kind, Kind::Number { whole: true, .. }));
    }

    #[test]
    fn typed_texts_become_values_of_their_type() {
        let values = [
            ("query", " sepsis "),
            ("years", "5"),
            ("pmids", "1\n\n 2 "),
            ("filter", "{\"a\": 1}"),
        ];
        assert_eq!(
            collect(&typed(&values)),
            Ok(
                json!({ "query": "sepsis", "sort": "date", "years": 5, "pmids": ["1", "2"], "reviews_only": true,
                "filter": { "a": 1 } })
            )
        );
    }

    #[test]
    fn every_wrong_input_is_named() {
        let wrong = collect(&typed(&[
            ("query", "a"),
            ("years", "51"),
            ("filter", "{"),
            ("sort", ""),
        ]));
        let names: Vec<String> = wrong.err().into_iter().flatten().map(|(name, _)| name).collect();
        assert_eq!(names, ["query", "sort", "filter", "years"]);
    }

    #[test]
    fn a_value_survives_its_field() {
        for (value, kind) in [
            (json!(["a", "b"]), Kind::Lines),
            (json!({ "a": 1 }), Kind::Json),
            (json!(true), Kind::Boolean),
            (json!("text"), Kind::Json),
        ] {
            let input = Input {
                kind: kind.clone(),
                required: false,
                ..inputs(&schema())[0].clone()
            };
            assert_eq!(input.value(&shown(&value, &kind)), Ok(Some(value)));
        }
    }
}
