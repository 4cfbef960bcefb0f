//! What left the building, newest first, straight from the egress log.

use std::sync::Arc;

use api_types::EgressLog;
use axum::extract::State;

use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;

const LIMIT: u32 = 500;

#[utoipa::path(get, path = "/api/v1/admin/egress",
    responses((status = 200, body = EgressLog), (status = 403, body = api_types::ProblemBody)))]
pub async fn handle(State(app): State<Arc<App>>, caller: Caller) -> Result<axum::Json<EgressLog>, Problem> {
    caller.require_admin()?;
    let records = app.egress.recent(LIMIT).await?;
    Ok(axum::Json(EgressLog { records }))
}
