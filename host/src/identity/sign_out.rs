//! Ends the session of this browser, also when only its refresh token is still good.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use super::digest;
use super::session::{self, Ended};
use super::store::sessions;
use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::caller::{Arriving, refresh_token};
use crate::edge::problem::Problem;

#[utoipa::path(delete, path = "/api/v1/session",
    responses((status = 204), (status = 401, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Result<Arriving, Problem>,
    parts: Parts,
) -> Result<Response, Problem> {
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    let session = match &caller {
        Ok(caller) => caller.0.session().map(str::to_owned),
        Err(problem) => {
            let token = refresh_token(&parts).ok_or_else(|| problem.clone())?;
            let family = sessions::of_refresh(&mut tx, &digest(token)).await?;
            Some(family.ok_or_else(|| problem.clone())?.session)
        }
    };
    if let Some(session) = session
        && let Some(user) = sessions::end(&mut tx, &session, None, Ended::SignedOut, now).await?
    {
        session::note_end(&mut tx, &user, &session, Ended::SignedOut, now).await?;
        let detail = serde_json::json!({ "session": session, "because": Ended::SignedOut.name() });
        let event = Event::new(&user, "session.closed", "user", &user).detail(detail);
        audit::record(&mut tx, now, &event).await?;
        tx.commit().await?;
    }
    Ok((StatusCode::NO_CONTENT, session::no_cookies()).into_response())
}
