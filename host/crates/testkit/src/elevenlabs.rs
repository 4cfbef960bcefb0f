//! A scripted server that speaks ElevenLabs' stream inputs, with one context and with several, and refuses whatever the
//! service refuses.
//!
//! After elevenlabs 2.78.0 (`types/*_multi.py`, `realtime_tts.py`), whose client and types are run against it.

mod stream;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use crate::socket::{Server, pairs, value};

/// What the service does with the connections from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ElevenLabsFault {
    /// The upgrade is answered with this status.
    Status(u16),
    /// The line breaks after so many pieces of sound.
    DieAfter(usize),
    /// No sound ever comes.
    Mute,
    /// An error of its own comes instead of sound, and the line is closed.
    Error,
}

/// One connection, as far as it came.
#[derive(Clone, Debug, Default)]
pub struct ElevenLabsCall {
    pub voice: String,
    /// Pairs of the query, in order.
    pub query: Vec<(String, String)>,
    pub key: String,
    /// As they came.
    pub messages: Vec<Value>,
    /// Contexts that the client closed.
    pub closed: Vec<String>,
    /// The client has gone, or was sent away.
    pub over: bool,
}

impl ElevenLabsCall {
    pub fn parameter(&self, name: &str) -> Option<&str> {
        value(&self.query, name)
    }

    /// All text that was to be said.
    pub fn text(&self) -> String {
        let texts = self.messages.iter().filter_map(|message| message["text"].as_str());
        texts.collect::<String>().trim().to_owned()
    }
}

pub(crate) struct Shared {
    key: String,
    idle: Duration,
    state: Mutex<Script>,
}

#[derive(Default)]
struct Script {
    fault: Option<ElevenLabsFault>,
    calls: Vec<ElevenLabsCall>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, Script> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn call(&self, number: usize, change: impl FnOnce(&mut ElevenLabsCall)) {
        if let Some(call) = self.state().calls.get_mut(number) {
            change(call);
        }
    }
}

pub struct ElevenLabsDouble {
    shared: Arc<Shared>,
    server: Server,
}

impl ElevenLabsDouble {
    /// # Errors
    /// No port of 127.0.0.1 can be had.
    pub async fn start(key: &str) -> std::io::Result<Self> {
        Self::with_idle(key, Duration::from_secs(20)).await
    }

    /// As `start`, with another time without a message after which a context is ended.
    ///
    /// # Errors
    /// As `start`.
    pub async fn with_idle(key: &str, idle: Duration) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            key: key.to_owned(),
            idle,
            state: Mutex::default(),
        });
        let router = Router::new()
            .route("/v1/text-to-speech/{voice}/{input}", get(speak))
            .with_state(Arc::clone(&shared));
        let server = Server::start(router).await?;
        Ok(Self { shared, server })
    }

    /// For `ELEVENLABS_URL`.
    pub fn url(&self) -> String {
        self.server.url()
    }

    pub fn set_fault(&self, fault: Option<ElevenLabsFault>) {
        self.shared.state().fault = fault;
    }

    pub fn calls(&self) -> Vec<ElevenLabsCall> {
        self.shared.state().calls.clone()
    }
}

const PARAMETERS: [&str; 13] = [
    "model_id",
    "language_code",
    "enable_logging",
    "enable_ssml_parsing",
    "output_format",
    "inactivity_timeout",
    "sync_alignment",
    "auto_mode",
    "apply_text_normalization",
    "seed",
    "authorization",
    "single_use_token",
    "optimize_streaming_latency",
];
const MULTI: &str = "multi-stream-input";
const SINGLE: &str = "stream-input";

async fn speak(
    State(shared): State<Arc<Shared>>,
    Path((voice, input)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Response {
    let query = pairs(query);
    let key = headers.get("xi-api-key").and_then(|value| value.to_str().ok());
    let key = key.unwrap_or_default().to_owned();
    let (number, fault) = {
        let mut state = shared.state();
        state.calls.push(ElevenLabsCall {
            voice,
            query: query.clone(),
            key: key.clone(),
            ..ElevenLabsCall::default()
        });
        (state.calls.len() - 1, state.fault.clone())
    };
    let refused = |status: u16, code: &str| {
        shared.call(number, |call| call.over = true);
        let body = json!({ "detail": { "status": code, "message": code } });
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, axum::Json(body)).into_response()
    };
    let value = |name: &str| value(&query, name);
    if let Some(ElevenLabsFault::Status(status)) = fault {
        return refused(status, "scripted");
    }
    if key != shared.key {
        return refused(401, "invalid_api_key");
    }
    if ![MULTI, SINGLE].contains(&input.as_str()) {
        return refused(404, "not_found");
    }
    let known = query.iter().all(|(key, _)| PARAMETERS.contains(&key.as_str()));
    if !known || value("output_format") != Some("pcm_24000") {
        return refused(403, "output_format_not_allowed");
    }
    let Ok(upgrade) = upgrade else {
        return refused(400, "no_upgrade");
    };
    let plan = stream::Plan {
        number,
        multi: input == MULTI,
        auto: value("auto_mode") == Some("true"),
        fault,
    };
    upgrade.on_upgrade(move |socket| stream::run(shared, plan, socket))
}
