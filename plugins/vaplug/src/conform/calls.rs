//! Connected plugins: calls against recorded answers, and the same calls when nothing answers.

use std::sync::Arc;
use std::time::Instant;

use plugin_package::{CallVector, Manifest, Vectors, World};
use sandbox::{CallError, ChatRequest, Effect, Message, Outside, Part, Plugin, Purpose, Role, Tool, ToolCall};
use serde::Deserialize;
use serde_json::{Value, json};

use super::cases::why;
use super::measure::Measured;
use super::outside::Bench;
use super::{Report, expect, render, tools};

/// One entry of `calls`, by the one key that names it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Named {
    Describe(Empty),
    List(List),
    Fetch(String),
    Models(Empty),
    Chat(Chat),
    Embed(Embed),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Empty {}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Use {
    pub tool: String,
    #[serde(default = "nothing")]
    pub arguments: Value,
    #[serde(default = "english")]
    pub language: String,
    /// Of a tool that changes something: whether the plan is approved and carried out.
    #[serde(default)]
    pub approve: bool,
}

fn nothing() -> Value {
    json!({})
}

fn english() -> String {
    "en".to_owned()
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(default)]
    since: Option<u64>,
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default = "hundred")]
    limit: u32,
}

fn hundred() -> u32 {
    100
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Chat {
    model: String,
    messages: Vec<Said>,
    #[serde(default)]
    temperature: Option<f32>,
    #[serde(default)]
    max_output_tokens: Option<u32>,
    #[serde(default)]
    stop: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    role: Speaker,
    text: String,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Speaker {
    System,
    User,
    Assistant,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Embed {
    model: String,
    inputs: Vec<String>,
    purpose: For,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum For {
    Query,
    Document,
}

pub async fn run(plugin: &Plugin, manifest: &Manifest, vectors: &Vectors, report: &mut Report) -> Measured {
    let mut measured = Measured::default();
    let tools = match tools_of(plugin, manifest.world).await {
        Ok(tools) => tools,
        Err(why) => {
            report.fail(&format!("it does not name its tools: {why}"));
            return measured;
        }
    };
    if manifest.world == World::Integration {
        report.check(
            &format!("{} tools are well declared", tools.len()),
            tools::declared(&tools, manifest),
        );
        report.check("each tool has a recorded call", untested(&tools, vectors));
    } else if vectors.calls.is_empty() {
        report.fail("vectors.json has no recorded call: add one under \"calls\"");
    }
    for (number, vector) in vectors.calls.iter().enumerate() {
        let title = vector.title.clone().unwrap_or_else(|| format!("call {}", number + 1));
        let bench = Arc::new(Bench::recorded(manifest, vector));
        let start = Instant::now();
        let result = held(plugin, &tools, vector, &bench).await;
        measured.times.push(start.elapsed());
        measured.egress.join(&bench.egress());
        let explained = result.map_err(|why| {
            let notes: String = bench.notes().iter().map(|note| format!("\n          {note}")).collect();
            format!("{why}{notes}")
        });
        report.check(&title, explained);
        report.check(
            &format!("{title}, when nothing answers"),
            alone(plugin, manifest, &tools, vector).await,
        );
    }
    measured
}

/// Whether every recorded call passes; for the search for the memory it needs.
pub async fn pass(plugin: &Plugin, manifest: &Manifest, vectors: &Vectors) -> bool {
    let Ok(tools) = tools_of(plugin, manifest.world).await else {
        return false;
    };
    for vector in &vectors.calls {
        let bench = Arc::new(Bench::recorded(manifest, vector));
        if held(plugin, &tools, vector, &bench).await.is_err() {
            return false;
        }
    }
    true
}

async fn tools_of(plugin: &Plugin, world: World) -> Result<Vec<Tool>, String> {
    if world == World::Integration {
        plugin.tools("en").await.map_err(|error| why(&error))
    } else {
        Ok(Vec::new())
    }
}

fn untested(tools: &[Tool], vectors: &Vectors) -> Result<(), String> {
    let called = |name: &str| vectors.calls.iter().any(|vector| vector.call["tool"] == name);
    match tools.iter().find(|tool| !called(&tool.name)) {
        Some(tool) => Err(format!("{} has none in vectors.json", tool.name)),
        None => Ok(()),
    }
}

/// The recorded call gives what is expected and asks for every recorded answer.
async fn held(plugin: &Plugin, tools: &[Tool], vector: &CallVector, bench: &Arc<Bench>) -> Result<(), String> {
    let found = perform(plugin, tools, &vector.call, Arc::clone(bench) as Arc<dyn Outside>).await?;
    expect::contains(&found, &vector.expect, "")?;
    match bench.unused().first() {
        Some(unused) => Err(format!("it did not ask for {unused}")),
        None => Ok(()),
    }
}

/// Without a network a plugin refuses in words, or answers from what it has; it does not crash.
async fn alone(plugin: &Plugin, manifest: &Manifest, tools: &[Tool], vector: &CallVector) -> Result<(), String> {
    let empty = CallVector {
        http: Vec::new(),
        ..vector.clone()
    };
    let bench = Arc::new(Bench::recorded(manifest, &empty));
    perform(plugin, tools, &vector.call, bench).await.map(drop)
}

/// Does what a call says and gives its result as JSON; a refusal of the plugin is a result too.
pub async fn perform(
    plugin: &Plugin,
    tools: &[Tool],
    call: &Value,
    outside: Arc<dyn Outside>,
) -> Result<Value, String> {
    let wrong = |error: serde_json::Error| format!("\"call\" is {call}: {error}");
    let result = if call.get("tool").is_some() {
        let call: Use = serde_json::from_value(call.clone()).map_err(wrong)?;
        return use_tool(plugin, tools, &call, outside).await;
    } else {
        match serde_json::from_value(call.clone()).map_err(wrong)? {
            Named::Describe(_) => plugin.describe(outside).await.map(|info| render::source(&info)),
            Named::List(list) => {
                let page = plugin.list(outside, list.since, list.cursor.as_deref(), list.limit);
                page.await.map(|page| render::page(&page))
            }
            Named::Fetch(entry) => plugin
                .fetch(outside, &entry)
                .await
                .map(|document| render::document(&document)),
            Named::Models(_) => plugin.models(outside).await.map(|models| render::models(&models)),
            Named::Chat(chat) => complete(plugin, chat, outside).await,
            Named::Embed(embed) => {
                let purpose = match embed.purpose {
                    For::Query => Purpose::Query,
                    For::Document => Purpose::Document,
                };
                let matrix = plugin.embed(outside, &embed.model, embed.inputs, purpose);
                matrix.await.map(|matrix| render::matrix(&matrix))
            }
        }
    };
    settled(result)
}

fn settled(result: Result<Value, CallError>) -> Result<Value, String> {
    match result {
        Ok(value) => Ok(value),
        Err(CallError::Plugin(error)) => Ok(render::error(&error)),
        Err(error) => Err(why(&error)),
    }
}

async fn use_tool(plugin: &Plugin, tools: &[Tool], call: &Use, outside: Arc<dyn Outside>) -> Result<Value, String> {
    let tool = tools.iter().find(|tool| tool.name == call.tool).ok_or_else(|| {
        let names: Vec<_> = tools.iter().map(|tool| tool.name.as_str()).collect();
        format!("there is no tool {}; there are {}", call.tool, names.join(", "))
    })?;
    tools::fits(&tool.input_schema, &call.arguments).map_err(|why| format!("the arguments do not fit: {why}"))?;
    let asked = ToolCall {
        tool: call.tool.clone(),
        arguments: call.arguments.to_string(),
        language: call.language.clone(),
        idempotency_key: "vaplug-1".to_owned(),
    };
    if tool.effect == Effect::Read {
        let result = plugin.invoke(outside, asked, None).await;
        return settled(result.map(|result| render::tool_result(&result))).and_then(|value| structured(tool, value));
    }
    let plan = match plugin.prepare(Arc::clone(&outside), asked.clone()).await {
        Ok(plan) => plan,
        Err(error) => return settled(Err(error)),
    };
    let mut shown = render::plan(&plan);
    if plan.changes.is_empty() {
        return Err(format!("{} changes something, but its plan shows no change", tool.name));
    }
    if call.approve {
        let result = plugin.invoke(outside, asked, Some(plan)).await;
        let result = settled(result.map(|result| render::tool_result(&result)))?;
        shown["result"] = structured(tool, result)?;
    }
    Ok(shown)
}

/// A result that has a schema fits it.
fn structured(tool: &Tool, value: Value) -> Result<Value, String> {
    if let Some(schema) = &tool.output_schema
        && value.get("error").is_none()
    {
        tools::fits(schema, &value["structured"])
            .map_err(|why| format!("the result does not fit its schema: {why}"))?;
    }
    Ok(value)
}

async fn complete(plugin: &Plugin, chat: Chat, outside: Arc<dyn Outside>) -> Result<Value, CallError> {
    let messages = chat.messages.into_iter().map(|said| Message {
        role: match said.role {
            Speaker::System => Role::System,
            Speaker::User => Role::User,
            Speaker::Assistant => Role::Assistant,
        },
        parts: vec![Part::Text(said.text)],
    });
    let request = ChatRequest {
        model: chat.model,
        messages: messages.collect(),
        tools: Vec::new(),
        temperature: chat.temperature,
        max_output_tokens: chat.max_output_tokens,
        stop: chat.stop,
        response_schema: None,
        extras: "{}".to_owned(),
    };
    let mut completion = plugin.open_chat(outside, request).await?;
    let mut events = Vec::new();
    loop {
        let next = completion.next(64).await?;
        if next.is_empty() {
            return Ok(render::completion(&events));
        }
        events.extend(next);
    }
}
