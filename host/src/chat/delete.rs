//! Deletes a conversation with all its questions and answers. An answer still being written is dropped.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::{show, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::caller::Caller;
use crate::edge::problem::{Path, Problem};

#[utoipa::path(delete, path = "/api/v1/conversations/{id}",
    responses((status = 204), (status = 404, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    show::owned(&app, &caller, &id).await?;
    for message in store::messages(&app.db, &id).await? {
        app.running.stop(&message.id);
    }
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    store::delete(&mut tx, &id).await?;
    audit::record(
        &mut tx,
        now,
        &Event::new(caller.id(), "conversation.deleted", "conversation", &id),
    )
    .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
