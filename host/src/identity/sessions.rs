//! Where a user is signed in, and ending one of these sessions from another.

use std::sync::Arc;

use api_types::SessionList;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::session::{self, Ended};
use super::store::sessions;
use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::caller::Caller;
use crate::edge::cursor::Cursor;
use crate::edge::problem::{Path, Problem, Query};

const PAGE: usize = 50;

#[derive(Deserialize, utoipa::IntoParams)]
pub struct Page {
    /// `next` of the page before.
    #[serde(default)]
    pub after: Option<String>,
}

/// The caller's own, the newest first. Empty where Nextcloud keeps the sessions.
#[utoipa::path(get, path = "/api/v1/sessions", params(Page),
    responses((status = 200, body = SessionList), (status = 401, body = api_types::ProblemBody)))]
pub async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<axum::Json<SessionList>, Problem> {
    Ok(axum::Json(
        page_of(&app, &caller, Some(caller.id()), page.after.as_deref()).await?,
    ))
}

/// Live sessions of `user`, or of everyone for none.
///
/// # Errors
/// 400 for an `after` that no page ended with.
pub async fn page_of(
    app: &App,
    caller: &Caller,
    user: Option<&str>,
    after: Option<&str>,
) -> Result<SessionList, Problem> {
    let after = Cursor::read(after)?;
    let when = (app.clock.now_ms(), app.config.times.idle);
    let mut sessions = sessions::list(&app.db, user, &after, PAGE as i64 + 1, when).await?;
    let more = sessions.len() > PAGE;
    sessions.truncate(PAGE);
    let next = sessions.last().filter(|_| more).map(|last| {
        let (time, id) = (last.created_at, last.id.clone());
        Cursor { time, id }.text()
    });
    for session in &mut sessions {
        session.current = caller.session() == Some(session.id.as_str());
    }
    Ok(SessionList { sessions, next })
}

/// Ends one of the caller's own; its open streams end within seconds.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}",
    responses((status = 204), (status = 404, body = api_types::ProblemBody)))]
pub async fn end(State(app): State<Arc<App>>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    close(&app, &caller, Some(caller.id()), &id).await
}

/// Ends a session of `user`, or of anyone for none.
///
/// # Errors
/// 404 for one that is not alive or not theirs.
pub async fn close(app: &App, caller: &Caller, user: Option<&str>, id: &str) -> Result<StatusCode, Problem> {
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    let Some(whose) = sessions::end(&mut tx, id, user, Ended::Closed, now).await? else {
        return Err(Problem::not_found());
    };
    session::note_end(&mut tx, &whose, id, Ended::Closed, now).await?;
    let detail = serde_json::json!({ "session": id, "because": Ended::Closed.name() });
    let event = Event::new(caller.id(), "session.closed", "user", &whose).detail(detail);
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
