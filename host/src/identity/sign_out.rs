//! Ends the session of this browser.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use super::{digest, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::caller::{COOKIE_NAME, Caller, session_token};
use crate::edge::problem::Problem;

#[utoipa::path(delete, path = "/api/v1/session", responses((status = 204)))]
pub async fn handle(State(app): State<Arc<App>>, caller: Caller, parts: Parts) -> Result<Response, Problem> {
    if let Some(token) = session_token(&parts) {
        let mut tx = crate::db::begin(&app.db).await?;
        store::delete_session(&mut tx, &digest(token)).await?;
        let event = Event::new(caller.id(), "session.closed", "user", caller.id());
        audit::record(&mut tx, app.clock.now_ms(), &event).await?;
        tx.commit().await?;
    }
    let cookie = format!("{COOKIE_NAME}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response())
}
