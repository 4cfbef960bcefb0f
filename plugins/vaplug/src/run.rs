//! `vaplug run`: one call from the command line.

mod curl;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use plugin_package::World;
use sandbox::{Calculator, Outcome, Plugin, Tool};
use serde_json::{Value, json};

use crate::conform::outside::{Bench, Wire};
use crate::conform::{calls, cases};
use crate::print::{line, row};
use crate::project::Project;
use crate::{inputs, start};
use curl::Curl;

/// How a tool is run.
#[derive(clap::Args)]
pub struct Outside {
    /// Send a tool's requests to the real services (needs curl) instead of answering from vectors.json
    #[arg(long)]
    live: bool,
    /// KEY=VALUE of a setting
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// HANDLE=VALUE of a credential; with --live it is added to requests as the host would add it
    #[arg(long, value_name = "HANDLE=VALUE")]
    credential: Vec<String>,
    /// Carry out the plan of a tool that changes something
    #[arg(long)]
    approve: bool,
}

pub async fn run(project: &Project, name: &str, given: &[String], outside: &Outside) -> Result<ExitCode> {
    let sandbox = start::sandbox()?;
    let plugin = start::load(&sandbox, project.component()?, &project.manifest, None).await?;
    match project.manifest.world {
        World::Calculator => calculate(&plugin, name, given).await,
        World::Integration => use_tool(project, &plugin, name, given, outside).await,
        other => bail!(
            "`vaplug run` calls calculators and tools; a {} is tested with `vaplug test`",
            other.as_str()
        ),
    }
}

async fn calculate(plugin: &Plugin, name: &str, given: &[String]) -> Result<ExitCode> {
    let calculators = plugin.calculators("en").await?;
    let Some(calculator) = calculators.iter().find(|one| one.id == name) else {
        let ids: Vec<_> = calculators.iter().map(|one| one.id.as_str()).collect();
        bail!("there is no calculator {name}; there are {}", ids.join(", "));
    };
    if given.is_empty() && !calculator.parameters.is_empty() {
        describe(calculator);
        return Ok(ExitCode::SUCCESS);
    }
    let arguments = inputs::check(calculator, &inputs::parse(given)?)?;
    let start = Instant::now();
    match plugin.compute(name, arguments, "en").await {
        Ok(outcome) => {
            show(calculator, &outcome);
            row("time", &format!("{:.1} ms", start.elapsed().as_secs_f64() * 1e3));
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => bail!("{}", cases::why(&error)),
    }
}

fn describe(calculator: &Calculator) {
    line(&format!("{}: {}", calculator.id, calculator.summary));
    for parameter in &calculator.parameters {
        let optional = if parameter.required { "" } else { ", optional" };
        row(
            &parameter.name,
            &format!("{} ({}{optional})", parameter.label, inputs::takes(parameter)),
        );
    }
}

fn show(calculator: &Calculator, outcome: &Outcome) {
    for finding in &outcome.findings {
        let meaning = finding
            .interpretation
            .as_deref()
            .map_or(String::new(), |text| format!("  {text}"));
        let value = cases::shown(&finding.value);
        line(&format!("{}: {}{meaning}", finding.label, value.trim_matches('"')));
    }
    for warning in &outcome.warnings {
        row("warning", warning);
    }
    for step in &outcome.steps {
        row(&step.label, &step.detail);
    }
    for citation in &calculator.citations {
        let doi = citation
            .doi
            .as_deref()
            .map_or(String::new(), |doi| format!(", doi:{doi}"));
        row("source", &format!("{}{doi}", citation.title));
    }
}

async fn use_tool(
    project: &Project,
    plugin: &Plugin,
    name: &str,
    given: &[String],
    outside: &Outside,
) -> Result<ExitCode> {
    let tools = plugin.tools("en").await?;
    let manifest = &project.manifest;
    let settings = pairs(&outside.set)?;
    let secrets = pairs(&outside.credential)?;
    let ready = secrets.keys().cloned().collect();
    let bench = if outside.live {
        let wire = Curl::new(manifest, secrets);
        Bench::new(manifest, &settings, ready, Some(Box::new(wire) as Box<dyn Wire>))
    } else {
        Bench::replaying(manifest, &settings, ready, &project.vectors()?)
    };
    let call = json!({"tool": name, "arguments": arguments(&tools, name, given)?, "approve": outside.approve});
    let bench = Arc::new(bench);
    let start = Instant::now();
    let result = calls::perform(plugin, &tools, &call, Arc::clone(&bench) as Arc<dyn sandbox::Outside>).await;
    for note in bench.notes() {
        row("note", &note);
    }
    row("egress", &bench.egress().to_string());
    row("time", &format!("{:.1} ms", start.elapsed().as_secs_f64() * 1e3));
    let value = result.map_err(|why| anyhow::anyhow!(why))?;
    line(&serde_json::to_string_pretty(&value)?);
    Ok(if value.get("error").is_some() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Values as the tool's schema types them: a text stays a text, everything else is read as JSON.
fn arguments(tools: &[Tool], name: &str, given: &[String]) -> Result<Value> {
    let tool = tools.iter().find(|tool| tool.name == name);
    let schema: Value = tool.map_or(Ok(Value::Null), |tool| serde_json::from_str(&tool.input_schema))?;
    let mut object = serde_json::Map::new();
    for (name, text) in pairs(given)? {
        let is_text = schema["properties"][&name]["type"] == "string";
        let read = if is_text {
            None
        } else {
            serde_json::from_str(&text).ok()
        };
        object.insert(name, read.unwrap_or(Value::String(text)));
    }
    Ok(Value::Object(object))
}

fn pairs(given: &[String]) -> Result<BTreeMap<String, String>> {
    let pair = |text: &String| {
        let (name, value) = text
            .split_once('=')
            .with_context(|| format!("{text:?} is not NAME=VALUE"))?;
        Ok((name.to_owned(), value.to_owned()))
    };
    given.iter().map(pair).collect()
}
