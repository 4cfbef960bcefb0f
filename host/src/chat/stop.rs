//! Stops an answer that is being written. What was shown so far stays.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::store;
use crate::app::App;
use crate::audit::{self, Event};
use crate::db;
use crate::edge::caller::Caller;
use crate::edge::problem::{Path, Problem};
use crate::hosts::Topic;

#[utoipa::path(post, path = "/api/v1/conversations/{id}/messages/{message}/stop",
    responses((status = 204), (status = 404, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((conversation, message)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    stop(&app, &caller, &conversation, &message).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// # Errors
/// 404 for a message that is not the caller's.
pub async fn stop(app: &App, caller: &Caller, conversation: &str, message: &str) -> Result<(), Problem> {
    let asked = store::asked_of(&app.db, &app.vault, caller.id(), conversation, message)
        .await?
        .ok_or_else(Problem::not_found)?;
    let event = Event::new(caller.id(), "answer.stopped", "message", &asked.id);
    let mut tx = db::begin(&app.db).await?;
    audit::record(&mut tx, app.clock.now_ms(), &event).await?;
    let elsewhere = !app.running.stop(&asked.id);
    if elsewhere {
        app.hosts.tell(&mut tx, Topic::Stop, &asked.id).await?;
    }
    tx.commit().await?;
    if elsewhere {
        app.hosts.announce();
    }
    Ok(())
}
