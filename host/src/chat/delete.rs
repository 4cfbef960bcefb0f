//! Deletes a conversation with all its questions and answers. An answer still being written is dropped.
//!
//! At once it is as if it had never been; the rows go a minute later, so that `restore` can undo it until then.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;

use super::{show, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::new_id;
use crate::edge::caller::Caller;
use crate::edge::problem::{Path, Problem};
use crate::holds;
use crate::jobs::{self, worker::JobError};

/// The job that erases what was deleted; its payload is the conversation.
pub const ERASE: &str = "chat.erase";
/// Milliseconds in which a deletion can be undone. The page offers it for a sixth of that.
pub const UNDO_MS: i64 = 60_000;
/// How often what was deleted is looked at again while a hold is on it.
const HELD: Duration = Duration::from_secs(60 * 60);

#[utoipa::path(delete, path = "/api/v1/conversations/{id}",
    responses((status = 204), (status = 404, body = api_types::ProblemBody), (status = 409, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    show::owned(&app, &caller, &id).await?;
    let messages = store::messages(&app.db, &app.vault, &id).await?;
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    if holds::on_conversation(&mut tx, &id).await? {
        return Err(Problem::held());
    }
    store::delete(&mut tx, &id, now).await?;
    jobs::enqueue(&mut tx, &new_id(app.random.as_ref()), ERASE, &id, &id, now + UNDO_MS).await?;
    let event = Event::new(caller.id(), "conversation.deleted", "conversation", &id);
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    for message in messages {
        app.running.stop(&message.id);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a deleted conversation for good, unless it was restored. While a hold is on it, it stays deleted and is not erased.
///
/// # Errors
/// Of the database.
pub async fn erase(app: &App, id: &str) -> Result<(), JobError> {
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    if holds::on_conversation(&mut tx, id).await? {
        return Err(JobError::Later(HELD));
    }
    if let Some(user) = store::erase(&mut tx, id, now - UNDO_MS).await? {
        let event = Event::new(&user, "conversation.erased", "conversation", id);
        audit::record(&mut tx, now, &event).await?;
    }
    tx.commit().await?;
    Ok(())
}
