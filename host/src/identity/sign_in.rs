//! Exchanges the one-time link for a session. The link is used up even if the answer is lost.

use std::sync::Arc;

use api_types::{SessionInfo, SignInRequest};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use super::{digest, second_factor, session, store};
use crate::app::App;
use crate::edge::problem::{Json, Problem};

#[utoipa::path(post, path = "/api/v1/session", request_body = SignInRequest,
    responses((status = 200, body = SessionInfo), (status = 401, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Json(request): Json<SignInRequest>,
) -> Result<Response, Problem> {
    // Installed in Nextcloud, a link of earlier days opens nothing.
    if app.cloud.is_some() {
        return Err(Problem::link_expired());
    }
    let (now, times) = (app.clock.now_ms(), &app.config.times);
    let mut tx = crate::db::begin(&app.db).await?;
    let Some(user) = store::use_link(&mut tx, &digest(&request.token), now).await? else {
        return Err(Problem::link_expired());
    };
    let client = session::client(&headers);
    let pair = session::open(&mut tx, app.random.as_ref(), times, &user.id, &client, now).await?;
    tx.commit().await?;
    let needs_second_factor = second_factor::enrolled(&app.db, &user.id).await?;
    let info = SessionInfo {
        needs_second_factor,
        ..super::session_info(user, Some(now + times.absolute), false)
    };
    Ok((pair.cookies(times.absolute), axum::Json(info)).into_response())
}
