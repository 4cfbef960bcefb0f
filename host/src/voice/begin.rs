//! `POST /api/v1/voice/sessions`: begins a session and gives out the ticket that lets one connection in.

use std::sync::{Arc, Mutex};

use api_types::{VoiceRequest, VoiceSession};
use axum::extract::State;
use axum::http::StatusCode;
use heard::Vocabulary;
use retrieval::drugs;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::input::WAITING;
use super::session::{self, Opening};
use super::sessions::{Full, Handle, Status, TICKET_MS};
use super::{store, words};
use crate::app::App;
use crate::audit::{self, Event};
use crate::chat::{show, vocabulary};
use crate::clock::{new_id, new_secret};
use crate::edge::caller::Caller;
use crate::edge::problem::{Json, Problem};
use crate::models::Stage;

/// Where the WebSocket is, below the application's own address.
const SOCKET: &str = "api/v1/voice";
/// Names of drugs that a vendor is told to expect: it takes 500 tokens, and a name has up to five.
const KEYTERMS: usize = 100;
/// How long a lost connection may stay away.
pub const RESUME_S: u32 = 30;

#[utoipa::path(post, path = "/api/v1/voice/sessions", request_body = VoiceRequest,
    responses((status = 201, body = VoiceSession), (status = 404, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(request): Json<VoiceRequest>,
) -> Result<(StatusCode, axum::Json<VoiceSession>), Problem> {
    caller.require_asker()?;
    if let Some(conversation) = &request.conversation_id {
        show::owned(&app, &caller, conversation).await?;
    }
    if request.documents.len() > 1000 {
        return Err(Problem::bad_request("At most 1,000 documents can be chosen."));
    }
    if app.config.voice_sessions == 0 {
        return Err(Problem::unavailable(
            "Voice is switched off on this server (VOICEASSIST_VOICE_SESSIONS is 0). Type your question.",
        ));
    }
    match app.voice.ready().await {
        Some(Ok(())) => {}
        Some(Err(error)) => {
            tracing::error!(%error, "voice is not ready");
            return Err(Problem::unavailable(
                "The speech models of this server are missing or damaged; `voiceassist doctor` says what to do. Type your question.",
            ));
        }
        None => return Err(busy()),
    }
    let words = vocabulary::words(&app, &caller).await?;
    let mut elsewhere = Vec::new();
    for stage in [Stage::Hearing, Stage::Speaking] {
        if app.models.may_leave(stage).await? {
            elsewhere.push(stage);
        }
    }
    let now = app.clock.now_ms();
    let random = app.random.as_ref();
    let id = new_id(random);
    let (ticket, resume) = (new_secret(random), new_secret(random));
    let (me, inbox) = mpsc::channel(WAITING);
    let handle = Handle {
        inbox: me,
        status: Arc::new(Mutex::new(Status {
            turn: 0,
            state: "waiting",
            since: Instant::now(),
            connected: false,
        })),
        up: Arc::default(),
    };
    let until = now + TICKET_MS;
    let secrets = (ticket.as_str(), until, resume.as_str());
    let sessions = &app.voice.sessions;
    let added = sessions.add(app.config.voice_sessions, (&id, caller.id()), secrets, handle.clone());
    added.map_err(|full| match full {
        Full::Server => busy(),
        Full::User => Problem::too_many(
            "Voice is open in as many of your windows as it may be. Close one, or wait until those that nobody uses have ended.",
            TICKET_MS,
        ),
    })?;
    let kind = store::kind(elsewhere.is_empty());
    let noted = note(&app, &caller, (&id, kind), request.conversation_id.as_deref(), now).await;
    if let Err(error) = noted {
        sessions.remove(&id);
        return Err(error.into());
    }
    let opening = Opening {
        id: id.clone(),
        caller,
        request: request.clone(),
        resume,
        handle,
        vocabulary: Vocabulary::new(words.iter().map(String::as_str)),
        keyterms: words
            .into_iter()
            .filter(|word| drugs::is_drug(word))
            .take(KEYTERMS)
            .collect(),
        elsewhere,
    };
    session::start(app, opening, inbox);
    let begun = VoiceSession {
        session_id: id,
        conversation_id: request.conversation_id,
        ticket,
        ticket_expires_at: until,
        socket: SOCKET.to_owned(),
        transports: vec!["websocket".to_owned(), "http".to_owned()],
        resume_window_s: RESUME_S,
        label: words::LABEL.to_owned(),
    };
    Ok((StatusCode::CREATED, axum::Json(begun)))
}

fn busy() -> Problem {
    Problem::unavailable("As many voice sessions are open as this server takes. End one, or try again in a minute.")
}

async fn note(
    app: &App,
    caller: &Caller,
    (id, kind): (&str, &str),
    conversation: Option<&str>,
    now: i64,
) -> Result<(), sqlx::Error> {
    let mut tx = crate::db::begin(&app.db).await?;
    store::insert(&mut tx, (id, caller.id()), conversation, (&app.hosts.id, kind), now).await?;
    let event = Event::new(caller.id(), "voice.session_begun", "voice_session", id);
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await
}
