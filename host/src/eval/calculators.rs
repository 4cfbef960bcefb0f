//! `voiceassist eval calculators --csv rows.csv --out answers.csv`: MedCalc-Bench's entities through the real
//! components, for scoring. What a row lacks is never assumed: its answer stays empty, and the reason is printed. A row's
//! values are its last word: what the product would question is computed with, and the question is printed.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use api_types::{ArgumentValue, CalculateRequest, Calculation, CalculatorInfo, ParameterDomain};
use serde::Deserialize;

use super::literal::{self, Literal};
use super::mapping::{Answer, Described, Format, Mapping, Mappings, OneOrMore, Source};
use crate::plugins::{CONFIRMED, Intent, Plugins, units};

#[derive(clap::Args)]
pub struct Arguments {
    /// Rows with the columns "Unique ID", "Calculator ID" and "Relevant Entities"
    #[arg(long)]
    csv: PathBuf,
    /// Where the answers go: "Unique ID",answer
    #[arg(long)]
    out: PathBuf,
}

#[derive(Deserialize)]
struct Row {
    #[serde(rename = "Unique ID")]
    id: String,
    #[serde(rename = "Calculator ID")]
    benchmark: u32,
    #[serde(rename = "Relevant Entities")]
    entities: String,
}

/// Why a row has no answer.
type Unanswered = String;

/// Answers every row and prints, row by row, why one has no answer.
///
/// # Errors
/// A file cannot be read or written, a mapping is broken, or the sandbox does not start.
pub async fn run(arguments: &Arguments, plugins: &Path, report: &mut impl Write) -> Result<()> {
    let mappings = Mappings::shipped()?;
    let plugins = Plugins::load(plugins).await?;
    for notice in plugins.notices() {
        writeln!(report, "{notice}")?;
    }
    let catalogue = plugins.calculators();
    let at = |path: &Path| format!("{}", path.display());
    let mut rows = csv::Reader::from_path(&arguments.csv).with_context(|| at(&arguments.csv))?;
    let mut out = csv::Writer::from_path(&arguments.out).with_context(|| at(&arguments.out))?;
    out.write_record(["Unique ID", "answer"])?;
    let (mut all, mut answered) = (0, 0);
    for row in rows.deserialize() {
        let row: Row = row.with_context(|| at(&arguments.csv))?;
        all += 1;
        let answer = match answer(&row, &mappings, &catalogue, &plugins).await {
            Ok((answer, confirmed)) => {
                answered += 1;
                for question in confirmed {
                    writeln!(
                        report,
                        "{} (calculator {}): confirmed: {question}",
                        row.id, row.benchmark
                    )?;
                }
                answer
            }
            Err(reason) => {
                writeln!(report, "{} (calculator {}): {reason}", row.id, row.benchmark)?;
                String::new()
            }
        };
        out.write_record([&row.id, &answer])?;
    }
    out.flush()?;
    Ok(writeln!(report, "{answered} of {all} rows answered")?)
}

/// The answer, and the questions about its values that the row's insistence answers.
async fn answer(
    row: &Row,
    mappings: &Mappings,
    catalogue: &[CalculatorInfo],
    plugins: &Plugins,
) -> Result<(String, Vec<String>), Unanswered> {
    let mapping = mappings
        .calculators
        .get(&row.benchmark)
        .ok_or("this calculator is not mapped")?;
    let info = catalogue
        .iter()
        .find(|one| one.id == mapping.id)
        .ok_or_else(|| format!("no plugin has {}", mapping.id))?;
    let arguments = arguments(&row.entities, mapping, info, &mappings.units)?;
    let intent = Intent::form(&mapping.id, CalculateRequest { arguments });
    let calculation = plugins
        .calculate_confirmed(&intent)
        .await
        .map_err(|error| error.to_string())?;
    let answer = formatted(&mapping.answer, &calculation)?;
    let confirmed = calculation.steps.into_iter().filter(|step| step.label == CONFIRMED);
    Ok((answer, confirmed.map(|step| step.detail).collect()))
}

/// The row as the arguments of a form.
fn arguments(
    entities: &str,
    mapping: &Mapping,
    info: &CalculatorInfo,
    spellings: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, ArgumentValue>, Unanswered> {
    let Ok(Literal::Dictionary(entities)) = literal::parse(entities) else {
        return Err("the entities are no dictionary".to_owned());
    };
    if let Some((stranger, _)) = entities.iter().find(|(name, _)| !mapping.knows(name)) {
        return Err(format!("the entity \"{stranger}\" is not mapped"));
    }
    let mut arguments = BTreeMap::new();
    for (name, source) in &mapping.inputs {
        let parameter = info.parameters.iter().find(|parameter| parameter.name == *name);
        let domain = &parameter
            .ok_or_else(|| format!("{} has no input {name}", mapping.id))?
            .domain;
        let plain;
        let input = match source {
            Source::Described(input) => input,
            Source::Entity(entity) => {
                plain = Described {
                    entity: OneOrMore::One(entity.clone()),
                    ..Described::default()
                };
                &plain
            }
        };
        let reading = Reading {
            entities: &entities,
            spellings,
            input,
            domain,
        };
        let value = reading.value().map_err(|reason| format!("{name}: {reason}"))?;
        arguments.extend(value.map(|value| (name.clone(), value)));
    }
    let variant = mapping.variant.clone();
    arguments.extend(variant.map(|variant| ("variant".to_owned(), ArgumentValue::Text(variant))));
    Ok(arguments)
}

/// One parameter's value in a row.
struct Reading<'a> {
    entities: &'a [(String, Literal)],
    spellings: &'a BTreeMap<String, String>,
    input: &'a Described,
    domain: &'a ParameterDomain,
}

impl Reading<'_> {
    fn entity(&self, name: &str) -> Option<&Literal> {
        let found = self.entities.iter().find(|(entity, _)| entity == name);
        found.map(|(_, value)| value).filter(|value| **value != Literal::None)
    }

    fn value(&self) -> Result<Option<ArgumentValue>, Unanswered> {
        let given: Vec<_> = self
            .input
            .entity
            .names()
            .iter()
            .filter_map(|name| self.entity(name))
            .collect();
        if self.input.absent.is_some() {
            return Ok(Some(ArgumentValue::Boolean(given.is_empty())));
        }
        let Some(first) = given.first() else {
            return Ok(self.input.missing.as_ref().map(|missing| written(&missing.value)));
        };
        if *self.domain == ParameterDomain::Boolean {
            let mut any = false;
            for one in given {
                any |= self.truth(one)?;
            }
            return Ok(Some(ArgumentValue::Boolean(any)));
        }
        self.one(first).map(Some)
    }

    /// How the mapping translates the text, yes or no, if it does.
    fn translated(&self, literal: &Literal) -> Option<ArgumentValue> {
        let text = match literal {
            Literal::Text(text) => text.trim(),
            Literal::Boolean(true) => "True",
            Literal::Boolean(false) => "False",
            _ => return None,
        };
        let mut values = self.input.values.iter();
        values
            .find(|(key, _)| key.eq_ignore_ascii_case(text))
            .map(|(_, value)| written(value))
    }

    fn truth(&self, literal: &Literal) -> Result<bool, Unanswered> {
        if let (Some(limit), Literal::Number(number)) = (self.input.at_least, literal) {
            return Ok(*number >= limit);
        }
        let truth = match (self.translated(literal), literal) {
            (Some(ArgumentValue::Boolean(truth)), _) => truth,
            (None, Literal::Boolean(truth)) => *truth,
            _ => return Err("neither yes nor no".to_owned()),
        };
        Ok(truth ^ self.input.not)
    }

    fn one(&self, literal: &Literal) -> Result<ArgumentValue, Unanswered> {
        let (literal, unit) = match (literal, self.input.at.unwrap_or(0)) {
            (Literal::List(items), at) => (
                items.get(at).ok_or("the list is too short")?,
                items.get(at + 1).and_then(|unit| match unit {
                    Literal::Text(unit) => Some(unit.as_str()),
                    _ => None,
                }),
            ),
            (one, _) => (one, None),
        };
        if let Some(value) = self.translated(literal) {
            return Ok(value);
        }
        match (self.domain, literal) {
            (ParameterDomain::Quantity { .. }, Literal::Number(number)) => self.quantity(*number, unit),
            (ParameterDomain::Integer { .. }, Literal::Number(number)) => self.whole(*number, unit),
            (ParameterDomain::Choice { .. }, Literal::Text(text)) => Ok(ArgumentValue::Text(text.trim().to_owned())),
            (ParameterDomain::Date, Literal::Text(text)) => chrono::NaiveDate::parse_from_str(text.trim(), "%m/%d/%Y")
                .map(|date| ArgumentValue::Text(date.to_string()))
                .map_err(|_| "no date".to_owned()),
            _ => Err("not of the kind this input takes".to_owned()),
        }
    }

    /// The benchmark's unit, spelt as the product reads it.
    fn unit<'a>(&'a self, written: &'a str) -> &'a str {
        let own = self.input.units.get(written).or_else(|| self.spellings.get(written));
        own.map_or(written, String::as_str)
    }

    fn quantity(&self, number: f64, unit: Option<&str>) -> Result<ArgumentValue, Unanswered> {
        let unit = match (unit, &self.input.bare) {
            (Some(unit), _) => self.unit(unit),
            (None, Some(bare)) => bare,
            (None, None) => return Err("a number without its unit".to_owned()),
        };
        let factor = match self.input.times.as_ref().map(|name| (name, self.entity(name))) {
            None => 1.0,
            Some((_, Some(Literal::Number(factor)))) => *factor,
            Some((name, Some(Literal::List(items)))) => match items.first() {
                Some(Literal::Number(factor)) => *factor,
                _ => return Err(format!("\"{name}\" is no number")),
            },
            Some((name, _)) => return Err(format!("\"{name}\" is not given")),
        };
        Ok(ArgumentValue::Quantity {
            value: number * factor * self.input.scale.unwrap_or(1.0),
            unit: unit.to_owned(),
        })
    }

    fn whole(&self, number: f64, unit: Option<&str>) -> Result<ArgumentValue, Unanswered> {
        let Some(unit) = unit else {
            return Ok(ArgumentValue::Number(number));
        };
        let years = units::canonical(self.unit(unit)).and_then(|unit| units::convert(number, &unit, "a", None));
        let years = years.ok_or_else(|| format!("{unit} is no time"))?;
        // Twelve months are a year, whatever the last bit of the quotient says.
        Ok(ArgumentValue::Number((years + 1e-9).floor()))
    }
}

fn written(value: &toml::Value) -> ArgumentValue {
    match value {
        toml::Value::Boolean(truth) => ArgumentValue::Boolean(*truth),
        toml::Value::Float(number) => ArgumentValue::Number(*number),
        #[expect(clippy::cast_precision_loss, reason = "points and years, all small")]
        toml::Value::Integer(number) => ArgumentValue::Number(*number as f64),
        toml::Value::String(text) => ArgumentValue::Text(text.clone()),
        other => ArgumentValue::Text(other.to_string()),
    }
}

fn formatted(answer: &Answer, calculation: &Calculation) -> Result<String, Unanswered> {
    if calculation.findings.is_empty() {
        let asked = calculation.inputs.iter().filter_map(|input| input.question.as_deref());
        return Err(asked.collect::<Vec<_>>().join(" "));
    }
    // Without its unit.
    let value = |name: &String| {
        let finding = calculation.findings.iter().find(|finding| finding.name == *name);
        let shown = finding.ok_or_else(|| format!("there is no finding {name}"))?;
        Ok::<_, Unanswered>(shown.value.split_whitespace().next().unwrap_or_default().to_owned())
    };
    let (format, findings) = match answer {
        Answer::Finding(name) => return value(name),
        Answer::Formatted { format, findings } => (format, findings),
    };
    let values: Vec<_> = findings.iter().map(value).collect::<Result<_, _>>()?;
    match (format, values.as_slice()) {
        (Format::UsDate, [date]) => date
            .parse::<chrono::NaiveDate>()
            .map(|date| date.format("%m/%d/%Y").to_string())
            .map_err(|_| format!("{date} is no date")),
        (Format::WeeksAndDays, [weeks, days]) => Ok(format!("('{weeks} weeks', '{days} days')")),
        _ => Err("the format takes another number of findings".to_owned()),
    }
}
