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

use super::store;
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::{Path, Problem, Query};

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
    let asked = store::asked_of(&app.db, caller.id(), &conversation, &message)
        .await?
        .ok_or_else(Problem::not_found)?;
    let last_id = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let after = last_id.unwrap_or(resume.after);
    if resume.wait.as_deref() != Some("poll") {
        return Ok(stream(app, asked.id, after));
    }
    let events = tokio::time::timeout(POLL, next(&app, &asked.id, after))
        .await
        .unwrap_or(Ok(Vec::new()))?;
    let body: Vec<_> = events
        .iter()
        .map(|(id, event)| serde_json::json!({ "id": id, "event": event }))
        .collect();
    Ok(axum::Json(body).into_response())
}

/// An event stream that begins after `after` and ends with `done` or `error`.
pub fn stream(app: Arc<App>, message: String, after: i64) -> Response {
    let events = sse_events(app, message, after);
    let mut response = Sse::new(events).keep_alive(KeepAlive::default()).into_response();
    // Asks nginx and its like not to collect the stream.
    response.headers_mut().insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    response
}

fn sse_events(app: Arc<App>, message: String, after: i64) -> impl Stream<Item = Result<sse::Event, Infallible>> {
    let batches = futures::stream::unfold(
        (app, message, after, false),
        |(app, message, after, ended)| async move {
            if ended {
                return None;
            }
            let events = match next(&app, &message, after).await {
                Ok(events) if !events.is_empty() => events,
                Ok(_) => return None,
                Err(problem) => vec![(after, AnswerEvent::Error(problem.body()))],
            };
            let ended = events.iter().any(|(_, event)| ends(event));
            let after = events.last().map_or(after, |(id, _)| *id);
            let batch: Vec<_> = events.iter().map(|(id, event)| Ok(sse_event(*id, event))).collect();
            Some((futures::stream::iter(batch), (app, message, after, ended)))
        },
    );
    batches.flatten()
}

fn ends(event: &AnswerEvent) -> bool {
    matches!(event, AnswerEvent::Done { .. } | AnswerEvent::Error(_))
}

fn sse_event(id: i64, event: &AnswerEvent) -> sse::Event {
    let name = match event {
        AnswerEvent::State { .. } => "state",
        AnswerEvent::Citation(_) => "citation",
        AnswerEvent::Sentence(_) => "sentence",
        AnswerEvent::Metadata(_) => "metadata",
        AnswerEvent::Done { .. } => "done",
        AnswerEvent::Error(_) => "error",
    };
    let data = serde_json::to_string(event).unwrap_or_default();
    sse::Event::default().id(id.to_string()).event(name).data(data)
}

/// The events after `after`, waiting for the first one; empty when there will be none.
async fn next(app: &App, message: &str, after: i64) -> Result<Vec<(i64, AnswerEvent)>, Problem> {
    loop {
        // Subscribe before looking, so that an event between the two is not missed.
        let news = app.running.subscribe(message);
        let events = store::events_after(&app.db, message, after).await?;
        if !events.is_empty() {
            return Ok(events);
        }
        match news {
            Some(mut news) => {
                // An error means the run ended: the next look finds its last event.
                let _ = news.changed().await;
            }
            None if store::status_of(&app.db, message).await? == Some(AnswerStatus::Running) => {
                // Reserved, but its task has not begun yet.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            None => return Ok(store::events_after(&app.db, message, after).await?),
        }
    }
}
