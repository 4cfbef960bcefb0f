//! Stops an answer that is being written. What was shown so far stays.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::store;
use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::caller::Caller;
use crate::edge::problem::{Path, Problem};

#[utoipa::path(post, path = "/api/v1/conversations/{id}/messages/{message}/stop",
    responses((status = 204), (status = 404, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((conversation, message)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let asked = store::asked_of(&app.db, &app.vault, caller.id(), &conversation, &message)
        .await?
        .ok_or_else(Problem::not_found)?;
    let event = Event::new(caller.id(), "answer.stopped", "message", &asked.id);
    audit::record_alone(&app.db, app.clock.now_ms(), &event).await?;
    app.running.stop(&asked.id);
    Ok(StatusCode::NO_CONTENT)
}
