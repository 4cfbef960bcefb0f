//! Scripted servers that speak the wire formats of Hugging Face's text-generation-inference and
//! text-embeddings-inference, their error bodies included.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::RecordedCall;

async fn serve(router: Router) -> std::io::Result<(SocketAddr, JoinHandle<()>)> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let server = tokio::spawn(async move {
        // It runs until the double is dropped; a failure shows in the test as a refused connection.
        let _ended = axum::serve(listener, router).await;
    });
    Ok((address, server))
}

#[derive(Default)]
struct Calls(Mutex<Vec<RecordedCall>>);

impl Calls {
    /// How many there were before.
    fn add(&self, headers: &HeaderMap, raw: Bytes, body: Value) -> usize {
        let authorization = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        calls.push(RecordedCall {
            authorization,
            raw,
            body,
        });
        calls.len() - 1
    }

    fn all(&self) -> Vec<RecordedCall> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn status(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// How text-generation-inference answers one call.
#[derive(Clone, Debug)]
pub enum Generation {
    /// Token texts, then the reason of the end: `eos_token`, `length` or `stop_sequence`.
    Tokens(Vec<String>, &'static str),
    /// 422 `validation`, 424 `generation`, 429 `overloaded`, 500 `incomplete_generation`.
    Error(u16),
    /// These tokens, then an error event.
    ErrorEvent(Vec<String>),
    /// These tokens, then the body ends.
    Unfinished(Vec<String>),
}

pub struct TgiDouble {
    address: SocketAddr,
    shared: Arc<Generations>,
    server: JoinHandle<()>,
}

struct Generations {
    model: String,
    replies: Vec<Generation>,
    calls: Calls,
}

impl TgiDouble {
    /// Answers the calls with `replies` in their order; the last one is repeated.
    ///
    /// # Errors
    /// No port of 127.0.0.1 can be had.
    pub async fn start(model: &str, replies: Vec<Generation>) -> std::io::Result<Self> {
        let shared = Arc::new(Generations {
            model: model.to_owned(),
            replies,
            calls: Calls::default(),
        });
        let router = Router::new()
            .route("/info", get(generation_info))
            .route("/generate_stream", post(generate))
            .with_state(shared.clone());
        let (address, server) = serve(router).await?;
        Ok(Self {
            address,
            shared,
            server,
        })
    }

    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn calls(&self) -> Vec<RecordedCall> {
        self.shared.calls.all()
    }
}

impl Drop for TgiDouble {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn generation_info(State(shared): State<Arc<Generations>>) -> impl IntoResponse {
    axum::Json(json!({
        "model_id": shared.model, "model_sha": "0123456789abcdef0123456789abcdef01234567",
        "model_pipeline_tag": "text-generation", "max_concurrent_requests": 128, "max_best_of": 2,
        "max_stop_sequences": 4, "max_input_tokens": 768, "max_total_tokens": 1024, "validation_workers": 2,
        "max_client_batch_size": 4, "router": "text-generation-router", "version": "3.0.0", "sha": null,
        "docker_label": null,
    }))
}

async fn generate(State(shared): State<Arc<Generations>>, headers: HeaderMap, raw: Bytes) -> Response {
    let Ok(body) = serde_json::from_slice::<Value>(&raw) else {
        return (
            StatusCode::UNPROCESSABLE_ENTITY,
            "Failed to parse the request body as JSON",
        )
            .into_response();
    };
    let number = shared.calls.add(&headers, raw, body.clone());
    let prompt = body["inputs"].as_str().unwrap_or_default();
    if prompt.is_empty() {
        return generation_error(422, "Input validation error: `inputs` cannot be empty");
    }
    if body["parameters"]["temperature"]
        .as_f64()
        .is_some_and(|temperature| temperature <= 0.0)
    {
        return generation_error(422, "Input validation error: `temperature` must be strictly positive");
    }
    match shared.replies.get(number).or(shared.replies.last()) {
        Some(Generation::Tokens(tokens, finish)) => events(prompt, tokens, Some(finish), ""),
        Some(Generation::Unfinished(tokens)) => events(prompt, tokens, None, ""),
        Some(Generation::ErrorEvent(tokens)) => {
            let event =
                json!({ "error": "Request failed during generation: out of memory", "error_type": "generation" });
            events(prompt, tokens, None, &format!("data:{event}\n\n"))
        }
        Some(Generation::Error(status)) => generation_error(*status, "Model is overloaded"),
        None => generation_error(500, "no reply is scripted"),
    }
}

fn generation_error(code: u16, message: &str) -> Response {
    let kind = match code {
        422 => "validation",
        424 => "generation",
        429 => "overloaded",
        _ => "incomplete_generation",
    };
    (
        status(code),
        axum::Json(json!({ "error": message, "error_type": kind })),
    )
        .into_response()
}

/// Every token is an event; the last one carries the whole text and the details.
fn events(prompt: &str, tokens: &[String], finish: Option<&str>, more: &str) -> Response {
    let mut pieces: Vec<String> = Vec::new();
    for (at, text) in tokens.iter().enumerate() {
        let ends = finish.filter(|_| at + 1 == tokens.len());
        let event = json!({
            "index": at + 1, "token": { "id": at + 100, "text": text, "logprob": -0.5, "special": false },
            "generated_text": ends.map(|_| tokens.concat()),
            "details": ends.map(|finish| json!({
                "finish_reason": finish, "generated_tokens": tokens.len(), "input_length": prompt.split(' ').count(),
                "seed": null,
            })),
        });
        pieces.push(format!("data:{event}\n\n"));
    }
    pieces.push(more.to_owned());
    let stream = futures::stream::iter(
        pieces
            .into_iter()
            .map(|piece| Ok::<_, std::io::Error>(Bytes::from(piece))),
    );
    ([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(stream)).into_response()
}

/// What text-embeddings-inference refuses a call with.
#[derive(Clone, Copy, Debug)]
pub enum Trouble {
    /// 429.
    Overloaded,
    /// 424.
    Backend,
    /// 422.
    Tokenizer,
    /// 503.
    Unhealthy,
}

pub struct TeiDouble {
    address: SocketAddr,
    shared: Arc<Embedder>,
    server: JoinHandle<()>,
}

struct Embedder {
    model: String,
    dimensions: usize,
    /// Words an input may have; they stand for tokens.
    longest: usize,
    batch: usize,
    trouble: Mutex<Option<Trouble>>,
    calls: Calls,
}

impl TeiDouble {
    /// Vectors of `dimensions` numbers that depend on an input's words; at most `batch` inputs a call and
    /// `longest` words an input.
    ///
    /// # Errors
    /// No port of 127.0.0.1 can be had.
    pub async fn start(model: &str, dimensions: usize, batch: usize, longest: usize) -> std::io::Result<Self> {
        let shared = Arc::new(Embedder {
            model: model.to_owned(),
            dimensions,
            longest,
            batch,
            trouble: Mutex::default(),
            calls: Calls::default(),
        });
        let router = Router::new()
            .route("/info", get(embedding_info))
            .route("/embed", post(embed))
            .with_state(shared.clone());
        let (address, server) = serve(router).await?;
        Ok(Self {
            address,
            shared,
            server,
        })
    }

    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn calls(&self) -> Vec<RecordedCall> {
        self.shared.calls.all()
    }

    /// Every call is refused like this; `None` ends it.
    pub fn trouble(&self, trouble: Option<Trouble>) {
        *self.shared.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }
}

impl Drop for TeiDouble {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn embedding_info(State(shared): State<Arc<Embedder>>) -> impl IntoResponse {
    axum::Json(json!({
        "model_id": shared.model, "model_sha": "0123456789abcdef0123456789abcdef01234567", "model_dtype": "float32",
        "model_type": { "embedding": { "pooling": "mean" } }, "max_concurrent_requests": 512,
        "max_input_length": shared.longest, "max_batch_tokens": 16384, "max_batch_requests": null,
        "max_client_batch_size": shared.batch, "auto_truncate": false, "tokenization_workers": 2, "version": "1.8.0",
        "sha": null, "docker_label": null,
    }))
}

async fn embed(State(shared): State<Arc<Embedder>>, headers: HeaderMap, raw: Bytes) -> Response {
    let Ok(body) = serde_json::from_slice::<Value>(&raw) else {
        return (
            StatusCode::UNPROCESSABLE_ENTITY,
            "Failed to parse the request body as JSON",
        )
            .into_response();
    };
    shared.calls.add(&headers, raw, body.clone());
    let trouble = *shared.trouble.lock().unwrap_or_else(PoisonError::into_inner);
    match trouble {
        Some(Trouble::Overloaded) => return embedding_error(429, "Model is overloaded", "Overloaded"),
        Some(Trouble::Backend) => return embedding_error(424, "Inference failed: out of memory", "Backend"),
        Some(Trouble::Tokenizer) => return embedding_error(422, "Tokenization error: no such token", "Tokenizer"),
        Some(Trouble::Unhealthy) => return embedding_error(503, "unhealthy", "Unhealthy"),
        None => {}
    }
    let inputs: Vec<&str> = match &body["inputs"] {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => {
            return (
                StatusCode::UNPROCESSABLE_ENTITY,
                "data did not match any variant of untagged enum Input",
            )
                .into_response();
        }
    };
    if inputs.is_empty() {
        return embedding_error(400, "`inputs` cannot be empty", "Empty");
    }
    if inputs.len() > shared.batch {
        let message = format!(
            "batch size {} > maximum allowed batch size {}",
            inputs.len(),
            shared.batch
        );
        return embedding_error(413, &message, "Validation");
    }
    let truncate = body["truncate"].as_bool().unwrap_or(false);
    let longest = inputs
        .iter()
        .map(|text| text.split_whitespace().count())
        .max()
        .unwrap_or(0);
    if longest > shared.longest && !truncate {
        let message = format!(
            "Input validation error: `inputs` must have less than {} tokens. Given: {longest}",
            shared.longest
        );
        return embedding_error(413, &message, "Validation");
    }
    let normalize = body["normalize"].as_bool().unwrap_or(true);
    let rows: Vec<_> = inputs.iter().map(|text| shared.vector(text, normalize)).collect();
    axum::Json(rows).into_response()
}

fn embedding_error(code: u16, message: &str, kind: &str) -> Response {
    (
        status(code),
        axum::Json(json!({ "error": message, "error_type": kind })),
    )
        .into_response()
}

impl Embedder {
    /// Counts words by the sum of their letters, so that equal words give near vectors.
    fn vector(&self, text: &str, normalize: bool) -> Vec<f64> {
        let mut row = vec![0.0; self.dimensions];
        for word in text.split_whitespace().take(self.longest) {
            let sum: usize = word.bytes().map(|byte| usize::from(byte.to_ascii_lowercase())).sum();
            row[sum % self.dimensions] += 1.0;
        }
        // An input without words still has a direction, as with the real models' special tokens.
        row[0] += 0.1;
        let length = row.iter().map(|value: &f64| value * value).sum::<f64>().sqrt();
        if normalize {
            row.iter().map(|value| value / length).collect()
        } else {
            row
        }
    }
}
