//! All legal holds, for administrators.

use std::sync::Arc;

use api_types::{HoldList, ProblemBody};
use axum::extract::State;

use super::store;
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;

#[utoipa::path(get, path = "/api/v1/admin/holds",
    responses((status = 200, body = HoldList), (status = 403, body = ProblemBody)))]
pub async fn handle(State(app): State<Arc<App>>, caller: Caller) -> Result<axum::Json<HoldList>, Problem> {
    caller.require_admin()?;
    let holds = store::list(&app.db, &app.vault).await?;
    Ok(axum::Json(HoldList { holds }))
}
