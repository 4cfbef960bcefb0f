//! The events of an answer, from any point on: live while it is written, from the store afterwards.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use api_types::{AnswerEvent, AnswerStatus};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt};
use serde::Deserialize;
use tokio::time::Instant;

use super::{permission, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::caller::Caller;
use crate::edge::problem::{Path, Problem, Query};

/// A user on an open stream is looked up again after this time: signing out ends it within 5 seconds.
const CHECK_AGAIN: Duration = Duration::from_secs(2);
/// How long a poll waits for the next event.
const POLL: Duration = Duration::from_secs(20);

#[derive(Deserialize, utoipa::IntoParams)]
pub struct Resume {
    /// Sequence number of the last event seen; 0 for all.
    #[serde(default)]
    after: i64,
    /// `poll` answers with a JSON array after at most 20 s, for proxies that buffer streams.
    #[serde(default)]
    wait: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/conversations/{id}/messages/{message}/events", params(Resume),
    responses((status = 200, content_type = "text/event-stream", body = AnswerEvent),
        (status = 404, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((conversation, message)): Path<(String, String)>,
    Query(resume): Query<Resume>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = store::asked_of(&app.db, &app.vault, caller.id(), &conversation, &message)
        .await?
        .ok_or_else(Problem::not_found)?;
    let last_id = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let after = last_id.unwrap_or(resume.after);
    // Going on after an event belongs to the reading that began before it.
    if after == 0 {
        let event = Event::new(caller.id(), "answer.read", "message", &asked.id);
        audit::record_alone(&app.db, app.clock.now_ms(), &event).await?;
    }
    let poll = resume.wait.as_deref() == Some(POLLING);
    respond(app, &caller, &asked.conversation, asked.id, after, poll).await
}

/// The events after `after`: as a stream, or as a list for proxies that hold a stream back until it ends. An answer that
/// is finished is shown only as far as the caller may still read its sources.
///
/// # Errors
/// Of the database.
pub async fn respond(
    app: Arc<App>,
    caller: &Caller,
    conversation: &str,
    message: String,
    after: i64,
    poll: bool,
) -> Result<Response, Problem> {
    if let Some(last) = finished(&app, caller, conversation, &message).await? {
        return Ok(match poll {
            true => list(&[last]),
            false => Sse::new(futures::stream::iter([Ok::<_, Infallible>(sse_event(last.0, &last.1))])).into_response(),
        });
    }
    if !poll {
        return Ok(stream(app, caller.clone(), message, after));
    }
    let events = tokio::time::timeout(POLL, next(&app, &message, after))
        .await
        .unwrap_or(Ok(Vec::new()))?;
    Ok(list(&events))
}

fn list(events: &[(i64, AnswerEvent)]) -> Response {
    let body: Vec<_> = events
        .iter()
        .map(|(id, event)| serde_json::json!({ "id": id, "event": event }))
        .collect();
    axum::Json(body).into_response()
}

/// The last event of a finished answer, without what the caller may not read any more: the events before it were stored
/// when they could be read. None for a local user and while the answer is being written.
async fn finished(
    app: &App,
    caller: &Caller,
    conversation: &str,
    message: &str,
) -> Result<Option<(i64, AnswerEvent)>, Problem> {
    if caller.acting().is_none() || app.running.subscribe(message).is_some() {
        return Ok(None);
    }
    let all = store::messages(&app.db, &app.vault, conversation).await?;
    let mut stored: Vec<_> = all.into_iter().filter(|one| one.id == message).collect();
    permission::withhold(app, caller, &mut stored).await?;
    let Some(one) = stored.pop() else { return Ok(None) };
    let event = match (one.answer, one.error) {
        (Some(answer), _) => AnswerEvent::Done {
            status: one.status,
            answer: Box::new(answer),
        },
        // What a failed answer had said before it failed is not said again.
        (None, Some(error)) => AnswerEvent::Error { problem: error },
        (None, None) => return Ok(None),
    };
    let last = store::events::after(&app.db, &app.vault, message, 0).await?;
    Ok(Some((last.last().map_or(1, |(id, _)| *id), event)))
}

/// How a list instead of a stream is asked for.
pub const POLLING: &str = "poll";

/// An event stream that begins after `after` and ends with `done` or `error`.
fn stream(app: Arc<App>, caller: Caller, message: String, after: i64) -> Response {
    let events = sse_events(app, caller, message, after);
    let mut response = Sse::new(events).keep_alive(KeepAlive::default()).into_response();
    // Asks nginx and its like not to collect the stream.
    response.headers_mut().insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    response
}

fn sse_events(
    app: Arc<App>,
    caller: Caller,
    message: String,
    after: i64,
) -> impl Stream<Item = Result<sse::Event, Infallible>> {
    let batches = futures::stream::unfold(
        (app, caller, message, after, false, Instant::now()),
        |(app, caller, message, after, ended, mut checked)| async move {
            if ended {
                return None;
            }
            let events = match next_while_allowed(&app, &caller, &message, after, &mut checked).await {
                Ok(events) if !events.is_empty() => events,
                Ok(_) => return None,
                Err(problem) => vec![(
                    after,
                    AnswerEvent::Error {
                        problem: problem.body(),
                    },
                )],
            };
            let ended = events.iter().any(|(_, event)| ends(event));
            let after = events.last().map_or(after, |(id, _)| *id);
            let batch: Vec<_> = events.iter().map(|(id, event)| Ok(sse_event(*id, event))).collect();
            Some((
                futures::stream::iter(batch),
                (app, caller, message, after, ended, checked),
            ))
        },
    );
    batches.flatten()
}

fn ends(event: &AnswerEvent) -> bool {
    matches!(event, AnswerEvent::Done { .. } | AnswerEvent::Error { .. })
}

fn sse_event(id: i64, event: &AnswerEvent) -> sse::Event {
    let name = match event {
        AnswerEvent::State { .. } => "state",
        AnswerEvent::Citation(_) => "citation",
        AnswerEvent::Sentence(_) => "sentence",
        AnswerEvent::Metadata(_) => "metadata",
        AnswerEvent::Done { .. } => "done",
        AnswerEvent::Error { .. } => "error",
    };
    let data = serde_json::to_string(event).unwrap_or_default();
    sse::Event::default().id(id.to_string()).event(name).data(data)
}

/// As [`next`], as long as the caller may be here: who signs out or is disabled loses the open stream. An access token that
/// expires meanwhile does not end it. `checked` is when that was last asked.
async fn next_while_allowed(
    app: &App,
    caller: &Caller,
    message: &str,
    after: i64,
    checked: &mut Instant,
) -> Result<Vec<(i64, AnswerEvent)>, Problem> {
    loop {
        if checked.elapsed() >= CHECK_AGAIN {
            caller.still_here(app).await?;
            *checked = Instant::now();
        }
        if let Ok(events) = tokio::time::timeout_at(*checked + CHECK_AGAIN, next(app, message, after)).await {
            return events;
        }
    }
}

/// The events after `after`, waiting for the first one; empty when there will be none.
///
/// # Errors
/// Of the database.
pub async fn next(app: &App, message: &str, after: i64) -> Result<Vec<(i64, AnswerEvent)>, Problem> {
    let mut pause = Duration::from_millis(20);
    loop {
        // Subscribe before looking, so that an event between the two is not missed.
        let news = app.running.subscribe(message);
        let events = store::events::after(&app.db, &app.vault, message, after).await?;
        if !events.is_empty() {
            return Ok(events);
        }
        match news {
            Some(mut news) => {
                // An error means the run ended: the next look finds its last event.
                let _ = news.changed().await;
            }
            None if store::status_of(&app.db, message).await? == Some(AnswerStatus::Running) => {
                // Reserved, but its task has not begun yet; or another process writes it.
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_millis(320));
            }
            None => return Ok(store::events::after(&app.db, &app.vault, message, after).await?),
        }
    }
}
