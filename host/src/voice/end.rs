//! `DELETE /api/v1/voice/sessions/{id}`: ends a session; an answer that is being written is stopped.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use tokio::sync::oneshot;

use super::input::Input;
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::{Path, Problem};

#[utoipa::path(delete, path = "/api/v1/voice/sessions/{id}",
    responses((status = 204), (status = 404, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let handle = app.voice.sessions.of(&id, caller.id()).ok_or_else(Problem::not_found)?;
    let (done, ended) = oneshot::channel();
    let end = Input::End { why: "closed", done };
    handle.inbox.send(end).await.map_err(|_| Problem::not_found())?;
    // Told when all is written; a session that ended by itself meanwhile has ended as well.
    let _ = ended.await;
    Ok(StatusCode::NO_CONTENT)
}
