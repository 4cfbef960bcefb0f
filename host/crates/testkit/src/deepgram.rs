//! A scripted server that speaks Deepgram's live recognition, version 1, and refuses whatever the service refuses.
//!
//! After deepgram-sdk 7.17.0 (`listen/v1`), whose client is run against it, and the service's public description.

mod stream;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;

use crate::socket::{Server, pairs, value};

/// What the service does with the connections from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeepgramFault {
    /// The upgrade is answered with this status.
    Status(u16),
    /// The line breaks once so many bytes of sound came.
    DieAfter(usize),
    /// Nothing is ever said.
    Mute,
    /// Something that is no message comes instead of a text.
    Garbage,
}

/// One connection, as far as it came.
#[derive(Clone, Debug, Default)]
pub struct DeepgramCall {
    /// Pairs of the query, in order.
    pub query: Vec<(String, String)>,
    pub authorization: String,
    /// 16-bit samples.
    pub sound: Vec<u8>,
    /// Types of the control messages, in order.
    pub messages: Vec<String>,
    /// The client has gone, or was sent away.
    pub over: bool,
}

impl DeepgramCall {
    /// The values of one parameter.
    pub fn parameter(&self, name: &str) -> Vec<&str> {
        let pairs = self.query.iter().filter(|(key, _)| key == name);
        pairs.map(|(_, value)| value.as_str()).collect()
    }
}

pub(crate) struct Shared {
    key: String,
    idle: Duration,
    state: Mutex<Script>,
}

#[derive(Default)]
struct Script {
    /// What is heard next, in order; the last is repeated.
    transcripts: Vec<String>,
    streams: usize,
    fault: Option<DeepgramFault>,
    calls: Vec<DeepgramCall>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, Script> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn call(&self, number: usize, change: impl FnOnce(&mut DeepgramCall)) {
        if let Some(call) = self.state().calls.get_mut(number) {
            change(call);
        }
    }
}

pub struct DeepgramDouble {
    shared: Arc<Shared>,
    server: Server,
}

impl DeepgramDouble {
    /// Hears these texts, a connection each; the last is repeated.
    ///
    /// # Errors
    /// No port of 127.0.0.1 can be had.
    pub async fn start(key: &str, transcripts: &[&str]) -> std::io::Result<Self> {
        Self::with_idle(key, transcripts, Duration::from_secs(10)).await
    }

    /// As `start`, with another time without sound after which a connection is ended.
    ///
    /// # Errors
    /// As `start`.
    pub async fn with_idle(key: &str, transcripts: &[&str], idle: Duration) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            key: key.to_owned(),
            idle,
            state: Mutex::new(Script {
                transcripts: transcripts.iter().map(|text| (*text).to_owned()).collect(),
                ..Script::default()
            }),
        });
        let router = Router::new()
            .route("/v1/listen", get(listen))
            .with_state(Arc::clone(&shared));
        let server = Server::start(router).await?;
        Ok(Self { shared, server })
    }

    /// For `DEEPGRAM_URL`.
    pub fn url(&self) -> String {
        self.server.url()
    }

    pub fn set_fault(&self, fault: Option<DeepgramFault>) {
        self.shared.state().fault = fault;
    }

    pub fn calls(&self) -> Vec<DeepgramCall> {
        self.shared.state().calls.clone()
    }
}

/// Parameters of a live stream, after the SDK's `connect`.
const PARAMETERS: [&str; 31] = [
    "callback",
    "callback_method",
    "channels",
    "detect_entities",
    "diarize",
    "diarize_model",
    "dictation",
    "encoding",
    "endpointing",
    "extra",
    "interim_results",
    "keyterm",
    "keywords",
    "language",
    "language_hint",
    "mip_opt_out",
    "model",
    "multichannel",
    "numerals",
    "profanity_filter",
    "punctuate",
    "redact",
    "replace",
    "sample_rate",
    "search",
    "smart_format",
    "tag",
    "utterance_end_ms",
    "vad_events",
    "version",
    "no_delay",
];

/// What a stream may be asked for, by name.
pub fn deepgram_parameters() -> &'static [&'static str] {
    &PARAMETERS
}

async fn listen(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Response {
    let query = pairs(query);
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let authorization = authorization.unwrap_or_default().to_owned();
    let (number, transcript, fault) = {
        let mut state = shared.state();
        state.calls.push(DeepgramCall {
            query: query.clone(),
            authorization: authorization.clone(),
            ..DeepgramCall::default()
        });
        let number = state.calls.len() - 1;
        let transcript = state
            .transcripts
            .get(state.streams)
            .or(state.transcripts.last())
            .cloned();
        (number, transcript.unwrap_or_default(), state.fault.clone())
    };
    let refused = |status: u16, code: &str, why: String| {
        shared.call(number, |call| call.over = true);
        let body = json!({ "err_code": code, "err_msg": why, "request_id": "double" });
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, axum::Json(body)).into_response()
    };
    if let Some(DeepgramFault::Status(status)) = fault {
        return refused(status, "INTERNAL", "scripted".to_owned());
    }
    if authorization != format!("Token {}", shared.key) && authorization != format!("Bearer {}", shared.key) {
        return refused(401, "INVALID_AUTH", "Invalid credentials.".to_owned());
    }
    if let Some(why) = objection(&query) {
        return refused(400, "Bad Request", why);
    }
    let Ok(upgrade) = upgrade else {
        return refused(400, "Bad Request", "No WebSocket upgrade.".to_owned());
    };
    shared.state().streams += 1;
    let interim = query
        .iter()
        .any(|(key, value)| key == "interim_results" && value == "true");
    let plan = stream::Plan {
        number,
        transcript,
        interim,
        fault,
    };
    upgrade.on_upgrade(move |socket| stream::run(shared, plan, socket))
}

fn objection(query: &[(String, String)]) -> Option<String> {
    if let Some((unknown, _)) = query.iter().find(|(key, _)| !PARAMETERS.contains(&key.as_str())) {
        return Some(format!("Unknown parameter {unknown}."));
    }
    let value = |name: &str| value(query, name);
    if value("model").is_none_or(str::is_empty) {
        return Some("model is required.".to_owned());
    }
    match (value("encoding"), value("sample_rate")) {
        (Some("linear16"), Some("16000")) => None,
        (encoding, rate) => Some(format!(
            "This double hears linear16 of 16000 only, not {encoding:?} of {rate:?}."
        )),
    }
}
