//! Undoes the deletion of a conversation, as long as it has not been erased.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::delete::UNDO_MS;
use super::store;
use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::caller::Caller;
use crate::edge::problem::{Path, Problem};

#[utoipa::path(post, path = "/api/v1/conversations/{id}/restore",
    responses((status = 204), (status = 404, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    if !store::restore(&mut tx, caller.id(), &id, now - UNDO_MS).await? {
        return Err(Problem::not_found());
    }
    let event = Event::new(caller.id(), "conversation.restored", "conversation", &id);
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
