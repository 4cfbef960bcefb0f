//! Who is signed in here. Inside Nextcloud, opening the page is also the moment to look for new files.

use std::sync::Arc;

use api_types::SessionInfo;
use axum::extract::State;

use super::session_info;
use crate::app::App;
use crate::cloud;
use crate::edge::caller::Arriving;
use crate::edge::problem::Problem;

#[utoipa::path(get, path = "/api/v1/session",
    responses((status = 200, body = SessionInfo), (status = 401, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    Arriving(caller): Arriving,
) -> Result<axum::Json<SessionInfo>, Problem> {
    if let Some(acting) = caller.acting() {
        cloud::look::soon(&app, acting).await?;
    }
    let nextcloud = caller.acting().is_some();
    Ok(axum::Json(SessionInfo {
        needs_second_factor: caller.needs_second_factor(),
        ..session_info(caller.user().clone(), caller.expires_at(), nextcloud)
    }))
}
