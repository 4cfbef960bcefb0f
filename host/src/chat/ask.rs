//! `POST …/messages`: reserves the answer's row, starts answering, streams the events.
//!
//! The same client message id is the same message: asking again streams the answer that is there.

use std::collections::BTreeMap;
use std::sync::Arc;

use api_types::{AnswerStatus, AskRequest};
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::store::{self, Asked};
use super::{create, events, run, show};
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::new_id;
use crate::cloud;
use crate::edge::caller::Caller;
use crate::edge::problem::{Json, Path, Problem, Query};
use crate::knowledge::language;

/// How the answer's events come back.
#[derive(Deserialize, utoipa::IntoParams)]
pub struct Wait {
    /// `poll` answers with the first events as a JSON array instead of a stream; the rest is had from `…/events`.
    #[serde(default)]
    wait: Option<String>,
}

impl Wait {
    pub fn polls(&self) -> bool {
        self.wait.as_deref() == Some(events::POLLING)
    }
}

#[utoipa::path(post, path = "/api/v1/conversations/{id}/messages", params(Wait), request_body = AskRequest,
    responses((status = 200, content_type = "text/event-stream", body = api_types::AnswerEvent),
        (status = 404, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(conversation): Path<String>,
    Query(wait): Query<Wait>,
    Json(mut request): Json<AskRequest>,
) -> Result<Response, Problem> {
    request.text = request.text.trim().to_owned();
    let begun = begin(&app, &caller, conversation, request).await?;
    events::respond(app, &caller, &begun.conversation, begun.message, 0, wait.polls()).await
}

/// A question that has its row.
pub struct Begun {
    pub conversation: String,
    /// Its events are read under this id.
    pub message: String,
}

/// Reserves the answer's row and starts answering, however the question came in. The same client message id is the same
/// message.
///
/// # Errors
/// 403 for viewers, 404 for a conversation that is not the caller's, 400 for a question that cannot be asked.
pub async fn begin(
    app: &Arc<App>,
    caller: &Caller,
    conversation: String,
    request: AskRequest,
) -> Result<Begun, Problem> {
    caller.require_asker()?;
    show::owned(app, caller, &conversation).await?;
    check(&request)?;
    let now = app.clock.now_ms();
    let asked = Asked {
        id: new_id(app.random.as_ref()),
        conversation,
        user: caller.id().to_owned(),
        acting: caller.acting().cloned(),
        request,
        run: 1,
        status: AnswerStatus::Running,
        asked_at: now,
        last_sequence: 0,
    };
    if let Some(acting) = caller.acting() {
        cloud::look::soon(app, acting).await?;
    }
    let text = asked.request.text.as_str();
    let class = language::screening_class(language::other_than_english(text), text);
    let found = identifiers(text);
    let mut tx = crate::db::begin(&app.db).await?;
    if let Err(message) = store::reserve(&mut tx, &app.vault, &asked).await? {
        let event = Event::new(caller.id(), "answer.read", "message", &message);
        audit::record(&mut tx, now, &event).await?;
        tx.commit().await?;
        let conversation = asked.conversation;
        return Ok(Begun { conversation, message });
    }
    store::take(&mut tx, &asked.id, &app.hosts.id).await?;
    store::screened::keep(&mut tx, &asked.id, class, &found).await?;
    let title: String = asked.request.text.chars().take(80).collect();
    store::name_if_new(&mut tx, &app.vault, &asked.conversation, create::UNNAMED, &title).await?;
    audit::record(
        &mut tx,
        now,
        &Event::new(caller.id(), "question.asked", "message", &asked.id),
    )
    .await?;
    tx.commit().await?;
    let (message, conversation) = (asked.id.clone(), asked.conversation.clone());
    run::start(app, asked);
    Ok(Begun { conversation, message })
}

/// How many identifiers of each kind a text holds.
fn identifiers(text: &str) -> BTreeMap<&'static str, i64> {
    let mut counts = BTreeMap::new();
    for span in phi::detect(text) {
        *counts.entry(span.kind.word()).or_default() += 1;
    }
    counts
}

fn check(request: &AskRequest) -> Result<(), Problem> {
    // It is stored as it is, unlike the question.
    let id = request.client_message_id.as_bytes();
    let plain = id
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte));
    if id.is_empty() || id.len() > 64 || !plain {
        return Err(Problem::bad_request(
            "`client_message_id` has 1 to 64 letters, digits, `-` and `_`.",
        ));
    }
    let length = request.text.chars().count();
    if length == 0 || length > 4000 {
        return Err(Problem::bad_request("A question has 1 to 4,000 characters."));
    }
    if request.documents.len() > 1000 {
        return Err(Problem::bad_request("At most 1,000 documents can be chosen."));
    }
    Ok(())
}
