//! Calls whatever a hostile plugin's world has.

use std::{sync::Arc, time::Duration};

use sandbox::{CallError, ChatRequest, Grants, Limits, Outside, Plan, Plugin, Purpose, ToolCall, World};

/// Longer than the other tests', so that floods end by their own limits in a build without optimisation.
const DEADLINE: Duration = Duration::from_millis(600);
pub fn limits() -> Limits {
    Limits {
        deadline: DEADLINE,
        connected_deadline: DEADLINE,
        concurrency: 4,
        connected_concurrency: 4,
        waiting: 32,
        http_sent_bytes: 1 << 20,
        http_received_bytes: 1 << 20,
        ..Limits::default()
    }
}

pub fn granted() -> Grants {
    Grants {
        http: true,
        config: true,
        keyvalue: true,
        credentials: ["key".to_owned()].into(),
        files: [("root".to_owned(), true)].into(),
    }
}

/// Calls whatever the plugin's world has.
pub async fn provoke(plugin: &Plugin, outside: Arc<dyn Outside>) -> Result<(), CallError> {
    match plugin.world() {
        World::Calculator => plugin.compute("any", Vec::new(), "en").await.map(drop),
        World::Scraper => plugin.describe(outside).await.map(drop),
        World::Integration => plugin.invoke(outside, tool_call(), Some(plan())).await.map(drop),
        World::ChatAdapter => plugin.open_chat(outside, question()).await.map(drop),
        World::EmbeddingAdapter => {
            let inputs = vec!["text".to_owned()];
            plugin.embed(outside, "m", inputs, Purpose::Query).await.map(drop)
        }
    }
}

fn question() -> ChatRequest {
    ChatRequest {
        model: "m".into(),
        messages: Vec::new(),
        tools: Vec::new(),
        temperature: None,
        max_output_tokens: None,
        stop: Vec::new(),
        response_schema: None,
        extras: "{}".into(),
    }
}

pub fn tool_call() -> ToolCall {
    ToolCall {
        tool: "any".into(),
        arguments: "{}".into(),
        language: "en".into(),
        idempotency_key: "1".into(),
    }
}

pub fn plan() -> Plan {
    Plan {
        changes: Vec::new(),
        state: "{}".into(),
    }
}
