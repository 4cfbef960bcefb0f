//! Who the browser is signed in as.

use api_types::SessionInfo;

use crate::edge::caller::Caller;

#[utoipa::path(get, path = "/api/v1/session",
    responses((status = 200, body = SessionInfo), (status = 401, body = api_types::ProblemBody)))]
pub async fn handle(caller: Caller) -> axum::Json<SessionInfo> {
    axum::Json(SessionInfo {
        user: caller.user().clone(),
        expires_at: caller.expires_at(),
    })
}
