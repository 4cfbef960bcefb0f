//! Answers a question again, with the documents as they are now. The earlier answer is replaced.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::ask::Wait;
use super::{events, run, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::caller::Caller;
use crate::edge::problem::{Path, Problem, Query};

#[utoipa::path(post, path = "/api/v1/conversations/{id}/messages/{message}/regenerate", params(Wait),
    responses((status = 200, content_type = "text/event-stream", body = api_types::AnswerEvent),
        (status = 404, body = api_types::ProblemBody), (status = 409, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((conversation, message)): Path<(String, String)>,
    Query(wait): Query<Wait>,
) -> Result<Response, Problem> {
    caller.require_asker()?;
    let mut asked = store::asked_of(&app.db, &app.vault, caller.id(), &conversation, &message)
        .await?
        .ok_or_else(Problem::not_found)?;
    let writing = || Problem::conflict("This answer is still being written. Stop it first.");
    if app.running.subscribe(&asked.id).is_some() {
        return Err(writing());
    }
    asked.run += 1;
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    asked.last_sequence = store::restart(&mut tx, &asked.id, asked.run, asked.status)
        .await?
        .ok_or_else(writing)?;
    store::take(&mut tx, &asked.id, &app.hosts.id).await?;
    audit::record(
        &mut tx,
        now,
        &Event::new(caller.id(), "answer.regenerated", "message", &asked.id),
    )
    .await?;
    tx.commit().await?;
    let message = asked.id.clone();
    run::start(&app, asked);
    events::respond(app, &caller, &conversation, message, 0, wait.polls()).await
}
