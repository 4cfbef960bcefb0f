//! OpenAI's chat completions (`POST /v1/chat/completions`, streamed) and `GET /v1/models`, as vLLM, Ollama,
//! llama.cpp and text-generation-inference's Messages API speak them too.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use voiceassist_plugin::chat::{Capability, Event, Finish, Message, ModelInfo, Part, Request, Role, ToolCall, Usage};
use voiceassist_plugin::{Error, Outside, refused, unavailable};

use crate::server::{Server, said};
use crate::stream::{self, Stream};

pub fn models<O: Outside>(server: &Server<O>) -> Result<Vec<ModelInfo>, Error> {
    let answer = server.get("/models")?;
    let rows = answer["data"]
        .as_array()
        .ok_or_else(|| unavailable("malformed", "the server lists no models"))?;
    let settings = server.outside.setting("capabilities").unwrap_or_default();
    let has = |name: &str| settings.split([',', ' ']).any(|given| given == name);
    let mut capabilities = Capability::CHAT;
    for (name, flag) in [
        ("tools", Capability::TOOLS),
        ("vision", Capability::VISION),
        ("reasoning", Capability::REASONING),
        ("json-schema", Capability::JSON_SCHEMA),
    ] {
        if has(name) {
            capabilities = capabilities | flag;
        }
    }
    let model = |row: &Value| {
        let id = row["id"].as_str()?.to_owned();
        // vLLM says how long a context may be; others leave it to whoever runs them.
        let stated = row["max_model_len"]
            .as_u64()
            .and_then(|tokens| u32::try_from(tokens).ok());
        Some(ModelInfo {
            title: id.clone(),
            id,
            capabilities,
            context_tokens: stated.or(server.number("context-tokens")).unwrap_or(4_096),
            output_tokens: server.number("output-tokens"),
            dimensions: None,
            region: server.outside.setting("region"),
            extras: "{}".into(),
        })
    };
    Ok(rows.iter().filter_map(model).collect())
}

pub fn open<O: Outside>(server: &Server<O>, request: &Request) -> Result<Stream, Error> {
    let response = server.stream("/chat/completions", &body(request)?)?;
    Ok(Stream::new(response, stream::Reader::OpenAi(Reader::default())))
}

fn body(request: &Request) -> Result<Value, Error> {
    let mut messages = Vec::new();
    for given in &request.messages {
        message(given, &mut messages)?;
    }
    let mut body = json!({
        "model": request.model, "messages": messages, "stream": true, "stream_options": { "include_usage": true },
    });
    let mut put = |key: &str, value: Value| {
        if let Value::Object(fields) = &mut body {
            fields.insert(key.into(), value);
        }
    };
    if let Some(temperature) = request.temperature {
        put("temperature", json!(temperature));
    }
    if let Some(most) = request.max_output_tokens {
        put("max_tokens", json!(most));
    }
    if !request.stop.is_empty() {
        put("stop", json!(request.stop));
    }
    if !request.tools.is_empty() {
        let tools: Result<Vec<_>, Error> = request
            .tools
            .iter()
            .map(|tool| {
                Ok(json!({ "type": "function", "function": {
                    "name": tool.name, "description": tool.description, "parameters": schema(&tool.input_schema)?,
                } }))
            })
            .collect();
        put("tools", json!(tools?));
    }
    if let Some(text) = &request.response_schema {
        put(
            "response_format",
            json!({ "type": "json_schema", "json_schema": { "name": "answer", "strict": true, "schema": schema(text)? } }),
        );
    }
    // Fields of one server only, such as `top_p`; they never replace what stands above.
    if let Ok(Value::Object(extras)) = serde_json::from_str::<Value>(&request.extras) {
        for (key, value) in extras {
            if let Value::Object(fields) = &mut body {
                fields.entry(key).or_insert(value);
            }
        }
    }
    Ok(body)
}

fn schema(text: &str) -> Result<Value, Error> {
    serde_json::from_str(text).map_err(|_| refused("a schema is not JSON"))
}

fn message(given: &Message, messages: &mut Vec<Value>) -> Result<(), Error> {
    let role = match given.role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::Tool => "tool",
    };
    let mut parts = Vec::new();
    let mut calls = Vec::new();
    for part in &given.parts {
        match part {
            Part::Text(text) => parts.push(json!({ "type": "text", "text": text })),
            Part::Image(image) => {
                let url = format!("data:{};base64,{}", image.mime_type, STANDARD.encode(&image.contents));
                parts.push(json!({ "type": "image_url", "image_url": { "url": url } }));
            }
            Part::ToolCall(call) => calls.push(json!({
                "id": call.id, "type": "function", "function": { "name": call.name, "arguments": call.arguments },
            })),
            // Each output is a message of its own here.
            Part::ToolOutput(output) => messages.push(json!({
                "role": "tool", "tool_call_id": output.call_id, "content": output.text,
            })),
            // Made by another protocol; this one has no place for it.
            Part::Reasoning(_) => {}
        }
    }
    if parts.is_empty() && calls.is_empty() {
        return Ok(());
    }
    let content = match parts.as_slice() {
        [] => Value::Null,
        [one] if one["type"] == "text" => one["text"].clone(),
        _ => Value::Array(parts),
    };
    let mut fields = Map::from_iter([("role".to_owned(), json!(role)), ("content".to_owned(), content)]);
    if !calls.is_empty() {
        fields.insert("tool_calls".into(), Value::Array(calls));
    }
    messages.push(Value::Object(fields));
    Ok(())
}

/// Reads `chat.completion.chunk` events.
#[derive(Default)]
pub struct Reader {
    /// By index; their arguments arrive in pieces.
    calls: BTreeMap<u64, ToolCall>,
    finish: Option<Finish>,
}

impl Reader {
    /// The events of one chunk, and whether the stream is over.
    pub fn read(&mut self, data: &str) -> Result<(Vec<Event>, bool), Error> {
        if data.trim() == "[DONE]" {
            return Ok((Vec::new(), true));
        }
        let chunk: Value =
            serde_json::from_str(data).map_err(|_| unavailable("malformed", "an event of the server is not JSON"))?;
        if let Some(error) = said(&chunk) {
            return Err(error);
        }
        let mut events = Vec::new();
        let delta = &chunk["choices"][0]["delta"];
        for key in ["reasoning_content", "reasoning"] {
            if let Some(text) = delta[key].as_str().filter(|text| !text.is_empty()) {
                events.push(Event::Reasoning(text.to_owned()));
            }
        }
        for key in ["content", "refusal"] {
            if let Some(text) = delta[key].as_str().filter(|text| !text.is_empty()) {
                events.push(Event::Text(text.to_owned()));
                if key == "refusal" {
                    self.finish = Some(Finish::Refused);
                }
            }
        }
        for (place, piece) in delta["tool_calls"].as_array().into_iter().flatten().enumerate() {
            self.call(place, piece);
        }
        match chunk["choices"][0]["finish_reason"].as_str() {
            None => {}
            Some(_) if self.finish == Some(Finish::Refused) => {}
            Some("length") => self.finish = Some(Finish::Length),
            Some("tool_calls" | "function_call") => self.finish = Some(Finish::ToolCalls),
            Some("content_filter") => self.finish = Some(Finish::Refused),
            Some(_) => self.finish = Some(Finish::Stop),
        }
        if let Some(usage) = usage(&chunk["usage"]) {
            events.push(Event::Usage(usage));
        }
        Ok((events, false))
    }

    fn call(&mut self, place: usize, piece: &Value) {
        let index = piece["index"].as_u64().or(u64::try_from(place).ok()).unwrap_or(0);
        let call = self.calls.entry(index).or_insert_with(|| ToolCall {
            id: String::new(),
            name: String::new(),
            arguments: String::new(),
        });
        let mut add = |into: fn(&mut ToolCall) -> &mut String, text: &Value| {
            if let Some(text) = text.as_str() {
                into(call).push_str(text);
            }
        };
        add(|call| &mut call.id, &piece["id"]);
        add(|call| &mut call.name, &piece["function"]["name"]);
        add(|call| &mut call.arguments, &piece["function"]["arguments"]);
    }

    /// The calls that were gathered, and how the answer ended; `None` when it did not.
    pub fn end(&mut self) -> (Vec<Event>, Option<Finish>) {
        let calls = std::mem::take(&mut self.calls).into_values();
        let events: Vec<_> = calls
            .map(|mut call| {
                if call.arguments.trim().is_empty() {
                    call.arguments = "{}".into();
                }
                Event::ToolCall(call)
            })
            .collect();
        // Some servers say "stop" after calling a tool.
        let finish = match self.finish {
            Some(Finish::Stop) if !events.is_empty() => Some(Finish::ToolCalls),
            finish => finish,
        };
        (events, finish)
    }
}

fn usage(given: &Value) -> Option<Usage> {
    let number = |value: &Value| value.as_u64().and_then(|count| u32::try_from(count).ok());
    Some(Usage {
        input_tokens: number(&given["prompt_tokens"])?,
        cached_input_tokens: number(&given["prompt_tokens_details"]["cached_tokens"]).unwrap_or(0),
        output_tokens: number(&given["completion_tokens"]).unwrap_or(0),
    })
}
