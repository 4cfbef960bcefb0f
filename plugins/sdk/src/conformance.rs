//! What every calculator must keep, for the tests of the plugin that has it.

use crate::{Argument, Calculator, CalculatorInfo, Domain, ErrorKind, Example, Value, argument, compute};

/// Checks a plugin's table against itself and against its `vectors.json`.
///
/// # Panics
/// On the first calculator that is not as it should be, saying what is wrong with it.
pub fn conforms(table: &[Calculator], vectors: &str) {
    let mut examples = Vec::new();
    for calculator in table {
        let info = (calculator.info)();
        declared_well(&info, calculator.id);
        let own = (calculator.examples)();
        assert!(!own.is_empty(), "{} has no example", info.id);
        for (number, example) in own.iter().enumerate() {
            assert_eq!(example.calculator, info.id, "an example of another calculator");
            holds(table, &info, example, number + 1);
        }
        let refused = compute(table, calculator.id, &[]).map_err(|error| error.kind);
        assert_eq!(
            refused.err(),
            Some(ErrorKind::InvalidInput),
            "{} computes from nothing",
            info.id
        );
        examples.extend(own);
    }
    let unknown = compute(table, "astrology", &[]).map_err(|error| error.kind);
    assert_eq!(unknown.err(), Some(ErrorKind::NotFound));
    let rendered = render(&examples);
    if let Some(path) = std::env::var_os("WRITE_VECTORS") {
        assert!(
            std::fs::write(path, &rendered).is_ok(),
            "vectors.json cannot be written"
        );
    } else {
        assert!(
            vectors == rendered,
            "vectors.json is not what the examples say: WRITE_VECTORS=$PWD/NAME/vectors.json cargo test -p NAME"
        );
    }
}

/// The first finding with these arguments, every other yes or no being no; `None` when the calculator refuses.
#[must_use]
pub fn first(table: &[Calculator], id: &str, given: &[(&str, Value)]) -> Option<Value> {
    let calculator = table.iter().find(|calculator| calculator.id == id)?;
    let mut arguments: Vec<Argument> = given
        .iter()
        .map(|(name, value)| argument(name, value.clone()))
        .collect();
    for parameter in (calculator.info)().parameters {
        let named = arguments.iter().any(|argument| argument.name == parameter.name);
        if matches!(parameter.domain, Domain::Boolean) && !named {
            arguments.push(argument(&parameter.name, Value::Boolean(false)));
        }
    }
    let outcome = compute(table, id, &arguments).ok()?;
    outcome.findings.into_iter().next().map(|finding| finding.value)
}

fn declared_well(info: &CalculatorInfo, id: &str) {
    assert_eq!(info.id, id);
    let kebab = |text: &str| {
        text.chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    assert!(kebab(id) && id.len() <= 64, "{id} is no lower-kebab id");
    assert!(
        !info.population.is_empty() && !info.summary.is_empty(),
        "{id} says not whom it is for"
    );
    assert!(!info.citations.is_empty(), "{id} cites nothing");
    for citation in &info.citations {
        let found = citation.doi.is_some() || citation.pmid.is_some() || citation.url.is_some();
        assert!(found, "{id}: {} cannot be found", citation.id);
    }
    for parameter in &info.parameters {
        let name = &parameter.name;
        assert!(kebab(name), "{id}: {name} is no lower-kebab name");
        let same = info.parameters.iter().filter(|other| other.name == *name).count();
        assert_eq!(same, 1, "{id}: {name} is declared twice");
        match &parameter.domain {
            Domain::Boolean => assert!(!parameter.required, "{id}: {name} must not be asked for"),
            Domain::Quantity(domain) => {
                let range = domain.minimum.zip(domain.maximum);
                assert!(
                    range.is_some_and(|(low, high)| low < high),
                    "{id}: {name} has no plausible range"
                );
            }
            Domain::Integer(domain) => {
                let range = domain.minimum.zip(domain.maximum);
                assert!(
                    range.is_some_and(|(low, high)| low < high),
                    "{id}: {name} has no plausible range"
                );
            }
            Domain::Choice(options) => assert!(options.len() > 1, "{id}: {name} leaves no choice"),
            Domain::Date => {}
        }
    }
}

fn holds(table: &[Calculator], info: &CalculatorInfo, example: &Example, number: usize) {
    let of = format!("example {number} of {}", info.id);
    for argument in &example.arguments {
        let declared = info.parameters.iter().any(|parameter| parameter.name == argument.name);
        assert!(declared, "{of}: {} is no parameter", argument.name);
    }
    let outcome = match compute(table, &info.id, &example.arguments) {
        Ok(outcome) => outcome,
        Err(error) => {
            assert!(error.message.is_empty(), "{of}: {}", error.message);
            return;
        }
    };
    assert!(!outcome.steps.is_empty(), "{of} shows no steps");
    for expected in &example.expected {
        let found = outcome.findings.iter().find(|finding| finding.name == expected.name);
        let value = found.map(|finding| &finding.value);
        let agrees = match (&expected.value, value) {
            (Value::Quantity(expected), Some(Value::Quantity(found))) => {
                expected.unit == found.unit
                    && (expected.value - found.value).abs() <= example.tolerance * expected.value.abs()
            }
            (expected, found) => Some(expected) == found,
        };
        assert!(
            agrees,
            "{of}: {} is {value:?}, expected {:?}",
            expected.name, expected.value
        );
    }
    for finding in &outcome.findings {
        for cited in &finding.cites {
            let known = info.citations.iter().any(|citation| citation.id == *cited);
            assert!(known, "{of}: {} cites {cited}, which is not listed", finding.name);
        }
    }
}

/// The examples as `vectors.json`: a yes or no that is no is left out, because the host has to know that itself.
#[must_use]
pub fn render(examples: &[Example]) -> String {
    let vectors: Vec<_> = examples.iter().map(vector).collect();
    format!("{{\"calculators\": [\n{}\n]}}\n", vectors.join(",\n"))
}

fn vector(example: &Example) -> String {
    let pairs = |arguments: &[Argument]| {
        let given = arguments
            .iter()
            .filter(|argument| argument.value != Value::Boolean(false));
        given
            .map(|argument| format!("{}: {}", json(&argument.name), value(&argument.value)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let source = &example.source;
    let found = source.pmid.as_ref().map(|pmid| format!("PMID {pmid}"));
    let found = found
        .or_else(|| source.doi.clone())
        .or_else(|| source.url.clone())
        .unwrap_or_default();
    let place = source.locator.as_deref().unwrap_or("as published");
    format!(
        "  {{\"calculator\": {}, \"arguments\": {{{}}}, \"expected\": {{{}}}, \"tolerance\": {}, \"source\": {}}}",
        json(&example.calculator),
        pairs(&example.arguments),
        pairs(&example.expected),
        example.tolerance,
        json(&format!("{found}: {place}")),
    )
}

fn value(value: &Value) -> String {
    match value {
        Value::Quantity(quantity) => format!("{{\"value\": {}, \"unit\": {}}}", quantity.value, json(&quantity.unit)),
        Value::Integer(integer) => integer.to_string(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Choice(text) | Value::Date(text) | Value::Text(text) => json(text),
    }
}

fn json(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
