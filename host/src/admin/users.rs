//! Users, their roles and their sessions.

use std::sync::Arc;

use api_types::{ChangeUser, ProblemBody, SessionList, UserList};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::app::App;
use crate::edge::caller::{Caller, FreshCaller};
use crate::edge::problem::{Json, Path, Problem, Query};
use crate::identity::{second_factor, sessions, users};

#[derive(Deserialize, utoipa::IntoParams)]
pub struct Search {
    /// Part of the name.
    #[serde(default)]
    q: String,
    /// `next` of the page before.
    #[serde(default)]
    after: Option<String>,
}

#[derive(Deserialize, utoipa::IntoParams)]
pub struct Whose {
    /// Id of the user; everyone's without it.
    #[serde(default)]
    user: Option<String>,
    /// `next` of the page before.
    #[serde(default)]
    after: Option<String>,
}

/// Everyone who has been here, by name.
#[utoipa::path(get, path = "/api/admin/panel/users", params(Search),
    responses((status = 200, body = UserList), (status = 403, body = ProblemBody)))]
pub async fn list(
    State(app): State<Arc<App>>,
    _admin: Caller,
    Query(search): Query<Search>,
) -> Result<axum::Json<UserList>, Problem> {
    let page = users::page_of(&app, search.q.trim(), search.after.as_deref()).await?;
    Ok(axum::Json(page))
}

/// The role of a local user, and whether they may sign in. It counts at their next request.
#[utoipa::path(put, path = "/api/admin/panel/users/{id}", request_body = ChangeUser,
    responses((status = 204), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody)))]
pub async fn change(
    State(app): State<Arc<App>>,
    admin: Caller,
    Path(id): Path<String>,
    Json(request): Json<ChangeUser>,
) -> Result<StatusCode, Problem> {
    users::change(&app, admin.id(), &id, &request).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// For someone who has lost their authenticator and their recovery codes.
#[utoipa::path(delete, path = "/api/admin/panel/users/{id}/second-factor",
    responses((status = 204), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn remove_second_factor(
    State(app): State<Arc<App>>,
    FreshCaller(admin): FreshCaller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    match second_factor::remove::of(&app.db, app.clock.as_ref(), admin.id(), &id).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found()),
    }
}

/// Live sessions, the newest first. Empty where Nextcloud keeps the sessions.
#[utoipa::path(get, path = "/api/admin/panel/sessions", params(Whose),
    responses((status = 200, body = SessionList), (status = 400, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
pub async fn list_sessions(
    State(app): State<Arc<App>>,
    admin: Caller,
    Query(whose): Query<Whose>,
) -> Result<axum::Json<SessionList>, Problem> {
    let page = sessions::page_of(&app, &admin, whose.user.as_deref(), whose.after.as_deref()).await?;
    Ok(axum::Json(page))
}

/// Ends a session of anyone; its open streams end within seconds.
#[utoipa::path(delete, path = "/api/admin/panel/sessions/{id}",
    responses((status = 204), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn end_session(
    State(app): State<Arc<App>>,
    admin: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    sessions::close(&app, &admin, None, &id).await
}
