//! Exchanges the one-time link for a session. The link is used up even if the answer is lost.

use std::sync::Arc;

use api_types::{SessionInfo, SignInRequest};
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};

use super::{SESSION_MS, digest, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::new_secret;
use crate::edge::caller::COOKIE_NAME;
use crate::edge::problem::{Json, Problem};

#[utoipa::path(post, path = "/api/v1/session", request_body = SignInRequest,
    responses((status = 200, body = SessionInfo), (status = 401, body = api_types::ProblemBody)))]
pub async fn handle(State(app): State<Arc<App>>, Json(request): Json<SignInRequest>) -> Result<Response, Problem> {
    // Installed in Nextcloud, a link of earlier days opens nothing.
    if app.cloud.is_some() {
        return Err(Problem::link_expired());
    }
    let now = app.clock.now_ms();
    let secret = new_secret(app.random.as_ref());
    let mut tx = crate::db::begin(&app.db).await?;
    let Some(user) = store::use_link(&mut tx, &digest(&request.token), now).await? else {
        return Err(Problem::link_expired());
    };
    let expires_at = now + SESSION_MS;
    store::insert_session(&mut tx, &digest(&secret), &user.id, now, expires_at).await?;
    audit::record(&mut tx, now, &Event::new(&user.id, "session.opened", "user", &user.id)).await?;
    tx.commit().await?;
    let cookie = format!(
        "{COOKIE_NAME}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}",
        SESSION_MS / 1000
    );
    Ok((
        [(SET_COOKIE, cookie)],
        axum::Json(super::session_info(user, Some(expires_at), false)),
    )
        .into_response())
}
