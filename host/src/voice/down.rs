//! `GET …/down`: what the session says to a client whose connection passes no WebSocket.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::kept::{Fetched, Kept};
use super::up::Batch;
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::{Path, Problem, Query};

/// How long a poll waits for the next message.
const POLL: Duration = Duration::from_secs(20);
/// Not compressed: a compressor would hold back what is to be heard now.
pub const BATCHES: &str = "application/vnd.voiceassist.vap";

#[derive(Deserialize, utoipa::IntoParams)]
pub struct Wanted {
    /// How many messages of this connection have arrived; they are not sent again.
    #[serde(default)]
    after: u64,
    /// `poll`, the default, answers with what there is, or after at most 20 s; `stream` goes on.
    #[serde(default)]
    wait: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/voice/sessions/{id}/down", params(Wanted),
    responses((status = 200, body = Batch, content_type = "application/vnd.voiceassist.vap"),
        (status = 404, body = api_types::ProblemBody),
        (status = 409, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let handle = app.voice.sessions.of(&id, caller.id()).ok_or_else(Problem::not_found)?;
    let kept = handle.up.lock().await.kept();
    let kept = kept.ok_or_else(|| Problem::conflict("Send `hello` up first."))?;
    kept.seen.touch();
    if wanted.wait.as_deref() == Some("stream") {
        return Ok(answer(Body::from_stream(stream(kept, wanted.after))));
    }
    let found = tokio::time::timeout(POLL, kept.next(wanted.after)).await;
    kept.seen.touch();
    match found.unwrap_or(Fetched::Nothing) {
        Fetched::Body(body) => Ok(answer(Body::from(body))),
        Fetched::Nothing => Ok(answer(Body::empty())),
        Fetched::Closed => Err(Problem::not_found()),
    }
}

fn stream(kept: Arc<Kept>, after: u64) -> impl futures::Stream<Item = Result<Vec<u8>, Infallible>> {
    futures::stream::unfold((kept, after), |(kept, after)| async move {
        let found = kept.next(after).await;
        kept.seen.touch();
        match found {
            Fetched::Body(body) => {
                let after = after + kept.count(body.len());
                Some((Ok(body), (kept, after)))
            }
            Fetched::Nothing | Fetched::Closed => None,
        }
    })
}

fn answer(body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(BATCHES)),
        // Asks nginx and its like not to collect the stream.
        (
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ),
    ];
    (headers, body).into_response()
}
