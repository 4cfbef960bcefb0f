//! Lifts a legal hold. It stays in the list.

use std::sync::Arc;

use api_types::ProblemBody;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::json;

use super::store;
use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::caller::FreshCaller;
use crate::edge::problem::{Path, Problem};

#[utoipa::path(post, path = "/api/v1/admin/holds/{id}/lift",
    responses((status = 204), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    FreshCaller(caller): FreshCaller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.require_admin()?;
    lift(&app, caller.id(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// For an administrator whose second factor is fresh.
///
/// # Errors
/// 404 for a hold that is not there or was lifted.
pub async fn lift(app: &App, admin: &str, id: &str) -> Result<(), Problem> {
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    let lifted = store::lift(&mut tx, id, admin, now).await?;
    let (kind, subject) = lifted.ok_or_else(Problem::not_found)?;
    let event = Event::new(admin, "hold.lifted", store::kind_name(kind), &subject).detail(json!({ "hold": id }));
    audit::record(&mut tx, now, &event).await?;
    Ok(tx.commit().await?)
}
