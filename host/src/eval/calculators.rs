//! `voiceassist eval calculators --csv rows.csv --out answers.csv`: MedCalc-Bench's entities through the real
//! components, for scoring. What a row lacks is never assumed: its answer stays empty, and the reason is printed.
//! What the product would question (a heart rate of 7590) is printed too, then computed as written, because that is
//! how the labels were made.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use api_types::{ArgumentValue, CalculateRequest, CalculationFinding, CalculatorInfo, ParameterDomain};
use serde::Deserialize;

use super::components::{Components, Computed};
use super::literal::{self, Literal};
use super::mapping::{Answer, Described, Format, Mapping, Mappings, OneOrMore, Source};
use crate::plugins::{Intent, units};

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

struct Answered {
    answer: String,
    /// What the product would have asked instead of computing.
    questioned: Vec<String>,
}

/// Answers every row and prints, row by row, why one has no answer.
///
/// # Errors
/// A file cannot be read or written, a mapping is broken, or the sandbox does not start.
pub async fn run(arguments: &Arguments, cache_dir: &Path, report: &mut impl Write) -> Result<()> {
    let mappings = Mappings::shipped()?;
    let components = Components::load(cache_dir).await?;
    let at = |path: &Path| format!("{}", path.display());
    let mut rows = csv::Reader::from_path(&arguments.csv).with_context(|| at(&arguments.csv))?;
    let mut out = csv::Writer::from_path(&arguments.out).with_context(|| at(&arguments.out))?;
    out.write_record(["Unique ID", "answer"])?;
    let (mut all, mut answered, mut doubted) = (0, 0, 0);
    for row in rows.deserialize() {
        let row: Row = row.with_context(|| at(&arguments.csv))?;
        all += 1;
        let answer = match answer(&row, &mappings, &components).await {
            Ok(Answered { answer, questioned }) => {
                answered += 1;
                doubted += usize::from(!questioned.is_empty());
                for question in questioned {
                    writeln!(
                        report,
                        "{} (calculator {}), as written: {question}",
                        row.id, row.benchmark
                    )?;
                }
                answer
            }
            Err(reason) => {
                writeln!(report, "{} (calculator {}), no answer: {reason}", row.id, row.benchmark)?;
                String::new()
            }
        };
        out.write_record([&row.id, &answer])?;
    }
    out.flush()?;
    Ok(writeln!(
        report,
        "{answered} of {all} rows answered, {doubted} of them with values that the product questions"
    )?)
}

async fn answer(row: &Row, mappings: &Mappings, components: &Components) -> Result<Answered, Unanswered> {
    let mapping = mappings.calculators.get(&row.benchmark);
    let mapping = mapping.ok_or("this calculator is not mapped")?;
    let info = components.info(&mapping.id);
    let info = info.ok_or_else(|| format!("no plugin has {}", mapping.id))?;
    let arguments = arguments(&row.entities, mapping, &info, &mappings.units)?;
    let intent = Intent::form(&mapping.id, CalculateRequest { arguments });
    let Computed { findings, questioned } = components.calculate(&intent).await?;
    let answer = formatted(&mapping.answer, &findings)?;
    Ok(Answered { answer, questioned })
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

fn formatted(answer: &Answer, found: &[CalculationFinding]) -> Result<String, Unanswered> {
    // Without its unit.
    let value = |name: &String| {
        let finding = found.iter().find(|finding| finding.name == *name);
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use api_types::{ChoiceOption, Parameter};

    use super::*;

    fn domain(name: &str) -> ParameterDomain {
        let option = |id: &str| ChoiceOption {
            id: id.to_owned(),
            label: id.to_owned(),
        };
        match name {
            "age" => ParameterDomain::Integer {
                minimum: None,
                maximum: None,
            },
            "sex" => ParameterDomain::Choice {
                options: vec![option("female"), option("male")],
            },
            "day" => ParameterDomain::Date,
            "dose" | "inr" => ParameterDomain::Quantity {
                unit: "mg/d".to_owned(),
                also_accepts: Vec::new(),
                minimum: None,
                maximum: None,
            },
            _ => ParameterDomain::Boolean,
        }
    }

    /// What becomes of `entities`, with one input `name` that is described so.
    fn read(name: &str, source: &str, entities: &str) -> Result<Option<ArgumentValue>, Unanswered> {
        let text = format!("benchmark = 1\nid = \"score\"\nanswer = \"score\"\n[inputs]\n{name} = {source}");
        let mapping: Mapping = toml::from_str(&text).unwrap();
        let info = CalculatorInfo {
            id: "score".to_owned(),
            version: String::new(),
            title: String::new(),
            summary: String::new(),
            population: String::new(),
            parameters: vec![Parameter {
                name: name.to_owned(),
                label: name.to_owned(),
                help: None,
                required: true,
                domain: domain(name),
                codings: Vec::new(),
            }],
            references: Vec::new(),
        };
        let units = BTreeMap::from([("mcgs".to_owned(), "ug".to_owned())]);
        arguments(entities, &mapping, &info, &units).map(|mut read| read.remove(name))
    }

    fn quantity(value: f64, unit: &str) -> ArgumentValue {
        ArgumentValue::Quantity {
            value,
            unit: unit.to_owned(),
        }
    }

    #[test]
    fn an_age_is_in_completed_years() {
        for (written, years) in [
            ("[24, 'months']", 2.0),
            ("[23, 'months']", 1.0),
            ("[300, 'days']", 0.0),
            ("[59.0, 'years']", 59.0),
            ("59", 59.0),
        ] {
            let read = read("age", "\"age\"", &format!("{{'age': {written}}}"));
            assert_eq!(read, Ok(Some(ArgumentValue::Number(years))), "{written}");
        }
        assert!(read("age", "\"age\"", "{'age': [59, 'kg']}").is_err());
    }

    #[test]
    fn several_entities_are_yes_when_one_is() {
        let any = "{ entity = [\"a\", \"b\"] }";
        for (written, expected) in [
            ("{'a': False, 'b': True}", Some(true)),
            ("{'a': False}", Some(false)),
            ("{'a': None}", None),
            ("{}", None),
        ] {
            let expected = expected.map(ArgumentValue::Boolean);
            assert_eq!(read("stroke", any, written), Ok(expected), "{written}");
        }
        let inverted = read("stroke", "{ entity = \"a\", not = true }", "{'a': True}");
        assert_eq!(inverted, Ok(Some(ArgumentValue::Boolean(false))));
        let counted = "{ entity = \"drinks\", at-least = 8 }";
        for (drinks, expected) in [(7, false), (8, true)] {
            let read = read("alcohol", counted, &format!("{{'drinks': {drinks}}}"));
            assert_eq!(read, Ok(Some(ArgumentValue::Boolean(expected))));
        }
        assert!(read("stroke", any, "{'a': 'perhaps'}").is_err());
    }

    #[test]
    fn what_is_missing_stays_missing_unless_a_rule_supplies_it() {
        assert_eq!(read("dose", "\"dose\"", "{}"), Ok(None));
        let supplied = "{ entity = \"sex\", missing = { value = \"male\", rule = \"why\" } }";
        assert_eq!(
            read("sex", supplied, "{}"),
            Ok(Some(ArgumentValue::Text("male".to_owned())))
        );
        let absent = "{ entity = \"pH\", absent = \"why\" }";
        assert_eq!(read("no-gas", absent, "{}"), Ok(Some(ArgumentValue::Boolean(true))));
        assert_eq!(
            read("no-gas", absent, "{'pH': 7.4}"),
            Ok(Some(ArgumentValue::Boolean(false)))
        );
    }

    #[test]
    fn a_number_keeps_its_unit_and_never_gets_one() {
        for (source, written, expected) in [
            ("\"x\"", "[5, 'mg']", Ok(Some(quantity(5.0, "mg")))),
            ("\"x\"", "[5, 'mcgs']", Ok(Some(quantity(5.0, "ug")))),
            (
                "{ entity = \"x\", units = { \"mg\" = \"mg/d\" } }",
                "(5, 'mg')",
                Ok(Some(quantity(5.0, "mg/d"))),
            ),
            (
                "{ entity = \"x\", scale = 0.5 }",
                "[5, 'mg']",
                Ok(Some(quantity(2.5, "mg"))),
            ),
            (
                "{ entity = \"x\", at = 1 }",
                "['drug', 5, 'mg']",
                Ok(Some(quantity(5.0, "mg"))),
            ),
            ("{ entity = \"x\", bare = \"1\" }", "5", Ok(Some(quantity(5.0, "1")))),
        ] {
            assert_eq!(
                read("dose", source, &format!("{{'x': {written}}}")),
                expected,
                "{source}"
            );
        }
        assert!(read("dose", "\"x\"", "{'x': 5}").is_err());
        let times = "{ entity = \"x\", times = \"a day\" }";
        let read_times = |rest: &str| read("dose", times, &format!("{{'x': [5, 'mg']{rest}}}"));
        assert_eq!(read_times(", 'a day': [3, 'per day']"), Ok(Some(quantity(15.0, "mg"))));
        assert!(read_times("").is_err());
    }

    #[test]
    fn an_entity_nobody_mapped_leaves_the_row_without_an_answer() {
        let read = read("stroke", "\"Stroke\"", "{'Stroke': True, 'shoe size': 44}");
        assert_eq!(read, Err("the entity \"shoe size\" is not mapped".to_owned()));
    }

    #[test]
    fn answers_are_written_as_the_benchmark_writes_them() {
        let found = |pairs: &[(&str, &str)]| {
            let finding = |(name, value): &(&str, &str)| CalculationFinding {
                name: (*name).to_owned(),
                label: String::new(),
                value: (*value).to_owned(),
                interpretation: None,
            };
            pairs.iter().map(finding).collect::<Vec<_>>()
        };
        let plain = Answer::Finding("x".to_owned());
        assert_eq!(
            formatted(&plain, &found(&[("x", "58.3 mL/min")])),
            Ok("58.3".to_owned())
        );
        assert!(formatted(&plain, &found(&[("y", "1")])).is_err());
        let as_format = |format, findings: &[&str]| Answer::Formatted {
            format,
            findings: findings.iter().map(|name| (*name).to_owned()).collect(),
        };
        let date = as_format(Format::UsDate, &["date"]);
        assert_eq!(
            formatted(&date, &found(&[("date", "2023-10-10")])),
            Ok("10/10/2023".to_owned())
        );
        let weeks = as_format(Format::WeeksAndDays, &["weeks", "days"]);
        let answer = formatted(&weeks, &found(&[("weeks", "29"), ("days", "2")]));
        assert_eq!(answer, Ok("('29 weeks', '2 days')".to_owned()));
        let day = read("day", "\"day\"", "{'day': '12/20/2011'}");
        assert_eq!(day, Ok(Some(ArgumentValue::Text("2011-12-20".to_owned()))));
    }
}
