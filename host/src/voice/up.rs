//! `POST …/up`: what a client says whose connection passes no WebSocket, several messages at a time.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use serde::Deserialize;
use tokio::sync::mpsc;
use voice_turn::vap::{ClientMessage, Message, read_client, split};

use super::input::{BEHIND, Input, Transport};
use super::join::join;
use super::kept::Kept;
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::{Path, Problem, Query};

/// The way of one session's client.
#[derive(Default)]
pub struct Up {
    connected: Option<Connected>,
}

struct Connected {
    link: u64,
    /// The last batch that was taken.
    last: u64,
    kept: Arc<Kept>,
}

impl Up {
    /// Where its answers wait.
    pub fn kept(&self) -> Option<Arc<Kept>> {
        self.connected.as_ref().map(|connected| Arc::clone(&connected.kept))
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
pub struct Number {
    /// One more with each batch. A batch that was taken already is not taken again.
    #[serde(default)]
    seq: u64,
}

/// Messages, each with its length (32 bits, little-endian), one byte 0 for text or 1 for binary, and its bytes.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct Batch(#[expect(dead_code, reason = "only described")] Vec<u8>);

#[utoipa::path(post, path = "/api/v1/voice/sessions/{id}/up", params(Number),
    request_body(content = Batch, content_type = "application/octet-stream"),
    responses((status = 204), (status = 400, body = api_types::ProblemBody), (status = 404, body = api_types::ProblemBody),
        (status = 409, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Query(number): Query<Number>,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Problem> {
    let handle = app.voice.sessions.of(&id, caller.id()).ok_or_else(Problem::not_found)?;
    let body = body.map_err(|_| Problem::too_large("A batch has 256 KiB at most. Send fewer messages at a time."))?;
    let messages = split(&body).map_err(|error| {
        Problem::bad_request(format!(
            "The batch {error}. Send each message as its length (32 bits, little-endian), one byte 0 for text or 1 for binary, and its bytes."
        ))
    })?;
    let mut messages = messages.into_iter();
    let mut up = handle.up.lock().await;
    let first = messages.as_slice().first();
    if let Some((text, session)) = first.and_then(hello) {
        if session != id {
            return Err(Problem::bad_request("`hello` names another session than the address."));
        }
        let kept = Arc::new(Kept::new());
        let (out, outgoing) = mpsc::channel(BEHIND);
        let filling = Arc::clone(&kept);
        tokio::spawn(async move { filling.fill(outgoing).await });
        let joined = join(&app, &caller, &text, Transport::Http, out, Some(Arc::clone(&kept))).await;
        let joined = joined.map_err(|refusal| refusal.problem)?;
        up.connected = Some(Connected {
            link: joined.link,
            last: number.seq,
            kept,
        });
        messages.next();
    } else {
        let connected = up.connected.as_mut();
        let connected = connected.ok_or_else(|| Problem::conflict("The first message of a connection is `hello`."))?;
        connected.kept.seen.touch();
        if number.seq <= connected.last {
            return Ok(StatusCode::NO_CONTENT);
        }
        if number.seq != connected.last + 1 {
            return Err(Problem::conflict(format!("Send batch {} first.", connected.last + 1)));
        }
        connected.last = number.seq;
    }
    let Some(link) = up.connected.as_ref().map(|connected| connected.link) else {
        return Err(Problem::not_found());
    };
    for message in messages {
        let said = Input::Said { link, message };
        handle.inbox.send(said).await.map_err(|_| Problem::not_found())?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// A first message, and the session it names.
fn hello(message: &Message) -> Option<(String, String)> {
    let Message::Text(text) = message else { return None };
    match read_client(text).ok()?.message {
        ClientMessage::Hello { session_id, .. } => Some((text.clone(), session_id)),
        _ => None,
    }
}
