//! Whole completions against recorded answers.
#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};
use voiceassist_plugin::chat::{
    Capability, Event, Finish, Image, Message, ModelInfo, Part, Request, Role, ToolCall, ToolDefinition, ToolOutput,
};
use voiceassist_plugin::testing::{Exchange, Recorded, Vector, error_json};
use voiceassist_plugin::{Error, ErrorKind};

use crate::{models, open};

const BASE: &str = "http://models.hospital.example:8000/v1";

fn message(role: Role, text: &str) -> Message {
    Message {
        role,
        parts: vec![Part::Text(text.into())],
    }
}

fn request(messages: Vec<Message>) -> Request {
    Request {
        model: "invented-7b".into(),
        messages,
        tools: Vec::new(),
        temperature: None,
        max_output_tokens: None,
        stop: Vec::new(),
        response_schema: None,
        extras: "{}".into(),
    }
}

fn asked() -> Request {
    request(vec![
        message(Role::System, "Be brief."),
        message(Role::User, "What is oedema?"),
    ])
}

fn openai(stream: &str) -> Recorded {
    Recorded::new(vec![
        Exchange::post(&format!("{BASE}/chat/completions"), stream).header("content-type", "text/event-stream"),
    ])
    .with_setting("server", &format!("{BASE}/"))
}

fn tgi(exchange: Exchange) -> Recorded {
    Recorded::new(vec![exchange])
        .with_setting("server", "http://biogpt.example")
        .with_setting("protocol", "tgi")
}

fn chunk(delta: &Value, finish: &Value) -> String {
    let body = json!({ "id": "c", "object": "chat.completion.chunk", "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }] });
    format!("data: {body}\n\n")
}

fn all(outside: &Recorded, request: &Request) -> Result<Vec<Event>, Error> {
    let mut stream = open(outside, request)?;
    let mut events = Vec::new();
    loop {
        let some = stream.next(3)?;
        assert!(some.len() <= 3);
        if some.is_empty() {
            return Ok(events);
        }
        events.extend(some);
    }
}

fn sent(outside: &Recorded) -> Value {
    serde_json::from_slice(&outside.sent()[0].body).unwrap()
}

fn event_json(event: &Event) -> Value {
    match event {
        Event::Text(text) => json!({ "text": text }),
        Event::Reasoning(text) => json!({ "reasoning": text }),
        Event::ToolCall(call) => {
            json!({ "tool_call": { "id": call.id, "name": call.name, "arguments": call.arguments } })
        }
        Event::Usage(usage) => {
            json!({ "usage": { "input": usage.input_tokens, "cached": usage.cached_input_tokens, "output": usage.output_tokens } })
        }
        Event::Finished(finish) => json!({ "finished": match finish {
            Finish::Stop => "stop",
            Finish::Length => "length",
            Finish::ToolCalls => "tool-calls",
            Finish::Refused => "refused",
        } }),
    }
}

fn model_json(model: &ModelInfo) -> Value {
    json!({ "id": model.id, "context-tokens": model.context_tokens, "output-tokens": model.output_tokens })
}

/// A whole completion, as the author's tool compares it with `expect`.
fn completion_json(events: &[Event]) -> Value {
    let mut shown = json!({ "text": "" });
    for event in events {
        match event {
            Event::Text(more) => shown["text"] = json!(format!("{}{more}", shown["text"].as_str().unwrap())),
            Event::Usage(usage) => {
                shown["usage"] = json!({
                    "input-tokens": usage.input_tokens, "cached-input-tokens": usage.cached_input_tokens,
                    "output-tokens": usage.output_tokens,
                });
            }
            Event::Finished(_) => shown["finished"] = event_json(event)["finished"].clone(),
            Event::Reasoning(_) | Event::ToolCall(_) => {}
        }
    }
    shown
}

fn answer(vector: &Vector) -> Value {
    let Some(chat) = vector.call.get("chat") else {
        return match models(&vector.outside) {
            Ok(models) => json!({ "models": models.iter().map(model_json).collect::<Vec<_>>() }),
            Err(error) => error_json(&error),
        };
    };
    let messages = chat["messages"].as_array().unwrap();
    let mut request = request(
        messages
            .iter()
            .map(|said| message(Role::User, said["text"].as_str().unwrap()))
            .collect(),
    );
    request.max_output_tokens = chat["max-output-tokens"]
        .as_u64()
        .and_then(|most| u32::try_from(most).ok());
    match all(&vector.outside, &request) {
        Ok(events) => completion_json(&events),
        Err(error) => error_json(&error),
    }
}

#[test]
fn every_recorded_call_gives_what_it_is_expected_to() {
    let vectors = Vector::list(include_str!("../vectors.json")).unwrap();
    assert!(vectors.len() >= 5);
    for vector in vectors {
        vector.check(&answer(&vector)).unwrap();
    }
}

#[test]
fn stream_gives_text_usage_and_finish_last() {
    let stream = [
        chunk(&json!({ "role": "assistant", "content": "" }), &Value::Null),
        chunk(&json!({ "reasoning_content": "Hm." }), &Value::Null),
        chunk(&json!({ "content": "Swell" }), &Value::Null),
        chunk(&json!({ "content": "ing." }), &Value::Null),
        chunk(&json!({}), &json!("stop")),
        format!("data: {}\n\n", json!({ "choices": [], "usage": { "prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": { "cached_tokens": 4 } } })),
        "data: [DONE]\n\n".to_owned(),
    ]
    .concat();
    let events = all(&openai(&stream), &asked()).unwrap();
    let shown: Vec<_> = events.iter().map(event_json).collect();
    assert_eq!(
        json!(shown),
        json!([{ "reasoning": "Hm." }, { "text": "Swell" }, { "text": "ing." }, { "usage": { "input": 9, "cached": 4, "output": 2 } }, { "finished": "stop" }])
    );
}

#[test]
fn tool_call_is_put_together_from_its_pieces() {
    let piece = |call: Value| chunk(&json!({ "tool_calls": [call] }), &Value::Null);
    let stream = [
        piece(json!({ "index": 0, "id": "call_1", "type": "function", "function": { "name": "search", "arguments": "" } })),
        piece(json!({ "index": 0, "function": { "arguments": "{\"query\":" } })),
        piece(json!({ "index": 1, "id": "call_2", "function": { "name": "now" } })),
        piece(json!({ "index": 0, "function": { "arguments": "\"x\"}" } })),
        chunk(&json!({}), &json!("stop")),
        "data: [DONE]\n\n".to_owned(),
    ]
    .concat();
    let mut request = asked();
    request.tools = vec![ToolDefinition {
        name: "search".into(),
        description: "d".into(),
        input_schema: "{\"type\":\"object\"}".into(),
    }];
    let outside = openai(&stream);
    let events = all(&outside, &request).unwrap();
    assert_eq!(
        events,
        [
            Event::ToolCall(ToolCall {
                id: "call_1".into(),
                name: "search".into(),
                arguments: "{\"query\":\"x\"}".into()
            }),
            Event::ToolCall(ToolCall {
                id: "call_2".into(),
                name: "now".into(),
                arguments: "{}".into()
            }),
            Event::Finished(Finish::ToolCalls),
        ]
    );
    assert_eq!(
        sent(&outside)["tools"][0]["function"]["parameters"],
        json!({ "type": "object" })
    );
}

#[test]
fn every_part_of_a_request_is_sent_in_its_place() {
    let outside = openai("data: [DONE]\n\n");
    let mut request = request(vec![
        Message {
            role: Role::User,
            parts: vec![
                Part::Text("Look".into()),
                Part::Image(Image {
                    mime_type: "image/png".into(),
                    contents: vec![1, 2, 3],
                }),
            ],
        },
        Message {
            role: Role::Assistant,
            parts: vec![
                Part::ToolCall(ToolCall {
                    id: "1".into(),
                    name: "f".into(),
                    arguments: "{}".into(),
                }),
                Part::Reasoning("{}".into()),
            ],
        },
        Message {
            role: Role::Tool,
            parts: vec![Part::ToolOutput(ToolOutput {
                call_id: "1".into(),
                is_error: false,
                text: "3".into(),
            })],
        },
    ]);
    request.temperature = Some(0.5);
    request.max_output_tokens = Some(7);
    request.stop = vec!["END".into()];
    request.response_schema = Some("{\"type\":\"object\"}".into());
    request.extras = "{\"top_p\":0.9,\"model\":\"another\"}".into();
    let _ = all(&outside, &request);
    assert_eq!(
        sent(&outside),
        json!({
            "model": "invented-7b", "stream": true, "stream_options": { "include_usage": true }, "temperature": 0.5,
            "max_tokens": 7, "stop": ["END"], "top_p": 0.9,
            "response_format": { "type": "json_schema", "json_schema": { "name": "answer", "strict": true, "schema": { "type": "object" } } },
            "messages": [
                { "role": "user", "content": [{ "type": "text", "text": "Look" }, { "type": "image_url", "image_url": { "url": "data:image/png;base64,AQID" } }] },
                { "role": "assistant", "content": null, "tool_calls": [{ "id": "1", "type": "function", "function": { "name": "f", "arguments": "{}" } }] },
                { "role": "tool", "tool_call_id": "1", "content": "3" },
            ],
        })
    );
}

#[test]
fn answer_that_breaks_off_is_never_taken_for_whole() {
    let half = chunk(&json!({ "content": "The dose is 1" }), &Value::Null);
    let mut stream = open(&openai(&half), &asked()).unwrap();
    assert_eq!(stream.next(9).unwrap(), [Event::Text("The dose is 1".into())]);
    assert_eq!(stream.next(9).unwrap_err().code.as_deref(), Some("cut"));
    assert_eq!(stream.next(9).unwrap(), [], "and stays at its end");
    let broken = format!("{half}data: {{\"id\": oops\n\n");
    assert_eq!(
        all(&openai(&broken), &asked()).unwrap_err().code.as_deref(),
        Some("malformed")
    );
    let event = r#"data: {"error":{"message":"The server had an error","type":"server_error","code":null}}"#;
    assert_eq!(
        all(&openai(&format!("{half}{event}\n\n")), &asked()).unwrap_err().kind,
        ErrorKind::Unavailable
    );
}

#[test]
fn refusals_say_what_the_host_can_do() {
    let refused = |status: u16, body: &str| {
        let exchange = Exchange::post(&format!("{BASE}/chat/completions"), body).status(status);
        let outside = Recorded::new(vec![exchange]).with_setting("server", BASE);
        all(&outside, &asked()).unwrap_err()
    };
    assert_eq!(
        refused(401, r#"{"error":{"message":"no","code":"invalid_api_key"}}"#).kind,
        ErrorKind::AuthRequired
    );
    assert_eq!(refused(404, "{}").kind, ErrorKind::NotFound);
    let long = refused(
        400,
        r#"{"error":{"message":"too long","type":"invalid_request_error","code":"context_length_exceeded"}}"#,
    );
    assert_eq!(
        (long.kind, long.code.as_deref()),
        (ErrorKind::InvalidInput, Some("context_length_exceeded"))
    );
    let busy = refused(429, r#"{"error":{"message":"slow down","code":"rate_limit_exceeded"}}"#);
    assert_eq!((busy.kind, busy.retry_after_ms), (ErrorKind::RateLimited, Some(1_000)));
    assert_eq!(refused(503, "").kind, ErrorKind::Unavailable);
    let failed = refused(
        424,
        r#"{"error":"Request failed during generation","error_type":"generation"}"#,
    );
    assert_eq!(
        (failed.kind, failed.code.as_deref()),
        (ErrorKind::Unavailable, Some("generation"))
    );
    let html = Exchange::post(&format!("{BASE}/chat/completions"), "<html>").header("content-type", "text/html");
    let outside = Recorded::new(vec![html]).with_setting("server", BASE);
    assert_eq!(all(&outside, &asked()).unwrap_err().code.as_deref(), Some("malformed"));
    assert_eq!(
        all(&Recorded::new(Vec::new()), &asked()).unwrap_err().kind,
        ErrorKind::InvalidInput,
        "no address"
    );
}

#[test]
fn messages_become_one_text_for_a_model_without_roles() {
    let token = |index: u32, text: &str, special: bool| json!({ "index": index, "token": { "id": 5, "text": text, "logprob": -0.1, "special": special }, "generated_text": null, "details": null });
    let mut last = token(3, "</s>", true);
    last["generated_text"] = json!(" is swelling");
    last["details"] = json!({ "finish_reason": "eos_token", "generated_tokens": 3, "input_length": 12, "seed": null });
    let stream: String = [token(1, " is", false), token(2, " swelling", false), last]
        .iter()
        .map(|event| format!("data:{event}\n\n"))
        .collect();
    let outside = tgi(Exchange::post("http://biogpt.example/generate_stream", &stream)
        .header("content-type", "text/event-stream")
        .in_pieces(7));
    let mut request = asked();
    request.temperature = Some(0.0);
    request.max_output_tokens = Some(20);
    let events: Vec<_> = all(&outside, &request).unwrap().iter().map(event_json).collect();
    assert_eq!(
        json!(events),
        json!([{ "text": " is" }, { "text": " swelling" }, { "usage": { "input": 12, "cached": 0, "output": 3 } }, { "finished": "stop" }])
    );
    assert_eq!(
        sent(&outside),
        json!({ "inputs": "Be brief.\n\nWhat is oedema?", "parameters": {
            "max_new_tokens": 20, "return_full_text": false, "details": true, "stop": [], "do_sample": false } })
    );
}

#[test]
fn model_without_tools_says_so_before_anything_is_sent() {
    let outside = tgi(Exchange::post("http://biogpt.example/generate_stream", ""));
    let mut request = asked();
    request.tools = vec![ToolDefinition {
        name: "f".into(),
        description: String::new(),
        input_schema: "{}".into(),
    }];
    assert_eq!(all(&outside, &request).unwrap_err().kind, ErrorKind::Unsupported);
    let mut request = asked();
    request.messages[1].parts.push(Part::Image(Image {
        mime_type: "image/png".into(),
        contents: Vec::new(),
    }));
    assert_eq!(all(&outside, &request).unwrap_err().kind, ErrorKind::Unsupported);
    assert!(outside.sent().is_empty());
}

#[test]
fn capabilities_are_those_that_were_entered() {
    let list = json!({ "object": "list", "data": [{ "id": "a", "max_model_len": 32768 }, { "id": "b" }, { "object": "model" }] });
    let outside = Recorded::new(vec![Exchange::get(&format!("{BASE}/models"), &list.to_string())])
        .with_setting("server", BASE)
        .with_setting("capabilities", "tools, vision")
        .with_setting("region", "CH");
    let models = models(&outside).unwrap();
    assert_eq!(
        models.iter().map(|model| model.context_tokens).collect::<Vec<_>>(),
        [32_768, 4_096]
    );
    assert_eq!(
        models[0].capabilities,
        Capability::CHAT | Capability::TOOLS | Capability::VISION
    );
    assert_eq!(models[0].region.as_deref(), Some("CH"));
}
