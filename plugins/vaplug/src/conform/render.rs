//! Results as JSON, in the words of the interface: what `expect` in vectors.json is compared with.

use sandbox::{
    ChatEvent, Citation, Content, ErrorKind, Finish, Matrix, ModelInfo, Plan, PluginError, SourceBody, SourceDocument,
    SourceEntry, SourceInfo, SourcePage, ToolResult,
};
use serde_json::{Value, json};

pub fn error(error: &PluginError) -> Value {
    json!({"error": {
        "kind": kind(error.kind),
        "code": error.code,
        "message": error.message,
        "retry-after-ms": error.retry_after_ms,
    }})
}

pub fn kind(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidInput => "invalid-input",
        ErrorKind::NotFound => "not-found",
        ErrorKind::AuthRequired => "auth-required",
        ErrorKind::Denied => "denied",
        ErrorKind::Conflict => "conflict",
        ErrorKind::RateLimited => "rate-limited",
        ErrorKind::Unavailable => "unavailable",
        ErrorKind::Unsupported => "unsupported",
        ErrorKind::Internal => "internal",
    }
}

/// JSON that the plugin gave as text; text that is none stays text.
fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

pub fn tool_result(result: &ToolResult) -> Value {
    let content: Vec<_> = result.content.iter().map(content).collect();
    json!({"content": content, "structured": result.structured.as_deref().map(parsed)})
}

fn content(content: &Content) -> Value {
    match content {
        Content::Text(text) => json!({"text": text}),
        Content::Citation(given) => json!({"citation": citation(given)}),
        Content::File { root, path } => json!({"file": {"root": root, "path": path}}),
        Content::Card(card) => json!({"card": parsed(card)}),
    }
}

pub fn plan(plan: &Plan) -> Value {
    let changes = plan.changes.iter().map(|change| {
        json!({
            "summary": change.summary,
            "target": change.target,
            "before": change.before.as_deref().map(parsed),
            "after": change.after.as_deref().map(parsed),
        })
    });
    json!({"changes": changes.collect::<Vec<_>>(), "state": parsed(&plan.state)})
}

fn citation(given: &Citation) -> Value {
    json!({
        "id": given.id,
        "title": given.title,
        "publisher": given.publisher,
        "authors": given.authors,
        "published": given.published,
        "url": given.url,
        "doi": given.doi,
        "pmid": given.pmid,
        "locator": given.locator,
        "license": given.license,
    })
}

pub fn source(info: &SourceInfo) -> Value {
    json!({
        "id": info.id,
        "title": info.title,
        "publisher": info.publisher,
        "homepage": info.homepage,
        "license": info.license,
        "languages": info.languages,
        "refresh-seconds": info.refresh_seconds,
    })
}

pub fn page(page: &SourcePage) -> Value {
    let entries: Vec<_> = page.entries.iter().map(entry).collect();
    json!({"entries": entries, "next": page.next})
}

fn entry(entry: &SourceEntry) -> Value {
    json!({
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "modified": entry.modified,
        "revision": entry.revision,
        "withdrawn": entry.withdrawn,
    })
}

pub fn document(document: &SourceDocument) -> Value {
    let body = match &document.body {
        SourceBody::Sections(sections) => {
            let sections = sections
                .iter()
                .map(|section| json!({"path": section.path, "anchor": section.anchor, "body": section.body}));
            json!({"sections": sections.collect::<Vec<_>>()})
        }
        SourceBody::Original(original) => json!({"original": {
            "name": original.name,
            "mime-type": original.mime_type,
            "bytes": original.contents.len(),
        }}),
    };
    json!({
        "entry": entry(&document.entry),
        "language": document.language,
        "citation": citation(&document.citation),
        "body": body,
    })
}

pub fn models(models: &[ModelInfo]) -> Value {
    let all = models.iter().map(|model| {
        let can = model.capabilities;
        json!({
            "id": model.id,
            "title": model.title,
            "chat": can.chat,
            "embedding": can.embedding,
            "tools": can.tools,
            "vision": can.vision,
            "reasoning": can.reasoning,
            "json-schema": can.json_schema,
            "context-tokens": model.context_tokens,
            "output-tokens": model.output_tokens,
            "dimensions": model.dimensions,
            "region": model.region,
            "extras": parsed(&model.extras),
        })
    });
    json!({"models": all.collect::<Vec<_>>()})
}

pub fn matrix(matrix: &Matrix) -> Value {
    json!({"dimensions": matrix.dimensions, "values": matrix.values})
}

/// A whole completion: its texts joined, its calls, its use and how it ended.
pub fn completion(events: &[ChatEvent]) -> Value {
    let (mut text, mut reasoning, mut calls) = (String::new(), String::new(), Vec::new());
    let (mut usage, mut finished) = (Value::Null, Value::Null);
    for event in events {
        match event {
            ChatEvent::Text(more) => text.push_str(more),
            ChatEvent::Reasoning(more) => reasoning.push_str(more),
            ChatEvent::ToolCall(call) => calls.push(json!({
                "id": call.id,
                "name": call.name,
                "arguments": parsed(&call.arguments),
            })),
            ChatEvent::Usage(used) => {
                usage = json!({
                    "input-tokens": used.input_tokens,
                    "cached-input-tokens": used.cached_input_tokens,
                    "output-tokens": used.output_tokens,
                });
            }
            ChatEvent::Finished(how) => {
                finished = json!(match how {
                    Finish::Stop => "stop",
                    Finish::Length => "length",
                    Finish::ToolCalls => "tool-calls",
                    Finish::Refused => "refused",
                });
            }
        }
    }
    json!({
        "text": text,
        "reasoning": reasoning,
        "tool-calls": calls,
        "usage": usage,
        "finished": finished,
    })
}
