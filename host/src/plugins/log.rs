//! The newest calls of a plugin.

use std::sync::Arc;

use api_types::{PluginLog, ProblemBody};
use axum::extract::State;

use super::store::calls;
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::{Path, Problem};

const NEWEST: u32 = 200;

#[utoipa::path(get, path = "/api/v1/admin/plugins/{id}/calls",
    responses((status = 200, body = PluginLog), (status = 403, body = ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<axum::Json<PluginLog>, Problem> {
    caller.require_admin()?;
    let calls = calls::recent(&app.db, &id, NEWEST).await?;
    Ok(axum::Json(PluginLog { calls }))
}
