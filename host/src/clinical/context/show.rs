//! The patient context of one's own conversation, and who else has looked at it.

use std::sync::Arc;

use api_types::ContextView;
use axum::extract::State;

use super::store::{self, Looked};
use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::caller::Caller;
use crate::edge::problem::{Path, Problem};

#[utoipa::path(get, path = "/api/v1/conversations/{id}/context",
    responses((status = 200, body = ContextView), (status = 404, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<axum::Json<ContextView>, Problem> {
    if !store::is_own(&app.db, caller.id(), &id).await? {
        return Err(Problem::not_found());
    }
    let event = Event::new(caller.id(), "context.opened", "conversation", &id);
    audit::record_alone(&app.db, app.clock.now_ms(), &event).await?;
    let kept = store::of(&app.db, &app.vault, &id).await?;
    let accesses = store::looks(&app.db, &app.vault, &id, Looked::Context).await?;
    Ok(axum::Json(ContextView {
        updated_at: kept.as_ref().map(|kept| kept.updated_at),
        context: kept.map(|kept| kept.context).unwrap_or_default(),
        accesses,
    }))
}
