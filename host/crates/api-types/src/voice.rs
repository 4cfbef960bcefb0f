use serde::{Deserialize, Serialize};

/// Begins a conversation by voice. Everything may be left out.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceRequest {
    /// Questions go on in this conversation; without it the first question begins one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<String>,
    /// Restricts the search to these documents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<String>,
    /// Tag of the language in which the user reads, such as "de"; English without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// What is needed to connect.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceSession {
    pub session_id: String,
    pub conversation_id: Option<String>,
    /// Stands in the first message; counts once, for a minute, for this user alone.
    pub ticket: String,
    pub ticket_expires_at: i64,
    /// Where the WebSocket is, below the application's own address.
    pub socket: String,
    /// What may carry the session, best first: `websocket`, `http`.
    pub transports: Vec<String>,
    /// How long a lost connection may stay away.
    pub resume_window_s: u32,
    /// What the recognition is good for, to be shown beside it.
    pub label: String,
}

/// A voice session as administrators see it: nothing that was said.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceSessionRow {
    pub id: String,
    pub user_id: String,
    pub user_name: String,
    /// None until the first question of a session that begins a conversation.
    pub conversation_id: Option<String>,
    /// `local`: recognised and spoken on this server.
    pub kind: String,
    /// `websocket` or `http`; none while nobody has connected.
    pub transport: Option<String>,
    pub started_at: i64,
    /// None while it goes on.
    pub ended_at: Option<i64>,
    /// Such as `closed`, `idle`, `connection_lost`, `signed_out`, `unused`, `server_stopped`.
    pub reason: Option<String>,
    /// Questions.
    pub turns: i64,
    /// Answers that were cut off by voice.
    pub bargeins: i64,
    pub errors: i64,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceSessionPage {
    /// Newest first, at most 100.
    pub sessions: Vec<VoiceSessionRow>,
}

/// Where a session that is going on stands.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnStateRow {
    pub session_id: String,
    pub user_id: String,
    pub user_name: String,
    pub turn: u32,
    /// `waiting`, `listening`, `clarifying`, `hearing`, `ending`, `thinking`, `speaking`, `paused`.
    pub state: String,
    pub state_ms: i64,
    pub connected: bool,
    /// Pieces of work that wait for the recogniser or the voice.
    pub queued: i64,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnStates {
    /// Those of the server that answers.
    pub sessions: Vec<TurnStateRow>,
    /// Sessions that this server takes at the same time.
    pub capacity: i64,
}

/// How long one stage took.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceStage {
    /// `eou_delay`, `transcription_delay`, `llm_ttft`, `tts_ttfb`, `ttfa`, `e2e` or `bargein_silence`.
    pub name: String,
    pub count: i64,
    /// Milliseconds; none where nothing was measured.
    pub p50: Option<i64>,
    pub p95: Option<i64>,
    pub p99: Option<i64>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceAnalytics {
    pub since: i64,
    pub sessions: i64,
    pub turns: i64,
    pub bargeins: i64,
    /// Held answers that went on, because nobody had meant to interrupt.
    pub false_interruptions: i64,
    /// Times that a part failed and another took its place.
    pub fallbacks: i64,
    pub errors: i64,
    pub stages: Vec<VoiceStage>,
}
