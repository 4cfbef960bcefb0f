//! Removes a document everywhere: rows at once, the search index by a job, the bytes by the sweep.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::{INDEX, show, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::new_id;
use crate::db::Tx;
use crate::edge::caller::Caller;
use crate::edge::problem::{Path, Problem};
use crate::holds;
use crate::jobs;

#[utoipa::path(delete, path = "/api/v1/documents/{id}",
    responses((status = 204), (status = 403, body = api_types::ProblemBody), (status = 404, body = api_types::ProblemBody),
        (status = 409, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let document = show::readable(&app, &caller, &id).await?;
    if !document.info.can_delete {
        return Err(Problem::forbidden(
            "Only the person who uploaded a document can delete it here.",
        ));
    }
    let mut tx = crate::db::begin(&app.db).await?;
    if holds::on_user(&mut tx, caller.id()).await? {
        return Err(Problem::held());
    }
    remove_within(&app, &mut tx, caller.id(), &id).await?;
    tx.commit().await?;
    app.new_job.notify_waiters();
    Ok(StatusCode::NO_CONTENT)
}

/// # Errors
/// Of the database; then nothing was removed.
pub async fn remove(app: &App, actor: &str, id: &str) -> Result<(), sqlx::Error> {
    let mut tx = crate::db::begin(&app.db).await?;
    remove_within(app, &mut tx, actor, id).await?;
    tx.commit().await?;
    app.new_job.notify_waiters();
    Ok(())
}

/// As [`remove`], as part of `tx`.
///
/// # Errors
/// Of the database.
pub async fn remove_within(app: &App, tx: &mut Tx, actor: &str, id: &str) -> Result<(), sqlx::Error> {
    drop_within(app, tx, id).await?;
    let event = Event::new(actor, "document.deleted", "document", id);
    audit::record(tx, app.clock.now_ms(), &event).await
}

/// As [`remove_within`], for what is recorded as a whole: a rule that removes what is old, the erasure of a user.
///
/// # Errors
/// Of the database.
pub async fn drop_within(app: &App, tx: &mut Tx, id: &str) -> Result<(), sqlx::Error> {
    store::delete_document(tx, id).await?;
    jobs::enqueue(tx, &new_id(app.random.as_ref()), INDEX, id, id, app.clock.now_ms()).await
}
