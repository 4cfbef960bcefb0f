//! An administrator has a user erased. From then on nobody can sign in as that user; a job does the rest.

use std::sync::Arc;

use api_types::{EraseRequest, ProblemBody};
use axum::extract::State;
use axum::http::StatusCode;

use super::store::erasures;
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::new_id;
use crate::edge::caller::FreshCaller;
use crate::edge::problem::{Json, Path, Problem};
use crate::identity::{self, users};
use crate::{holds, jobs};

#[utoipa::path(post, path = "/api/admin/panel/users/{id}/erasure", request_body = EraseRequest,
    responses((status = 202), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    FreshCaller(caller): FreshCaller,
    Path(id): Path<String>,
    Json(request): Json<EraseRequest>,
) -> Result<StatusCode, Problem> {
    caller.require_admin()?;
    order(&app, caller.id(), &id, &request.name).await?;
    Ok(StatusCode::ACCEPTED)
}

/// For an administrator whose second factor is fresh, or for the user.
///
/// # Errors
/// 404 for nobody, 400 when `name` is another, 409 while a hold is on something of theirs and for the last admin.
pub async fn order(app: &App, by: &str, user: &str, name: &str) -> Result<(), Problem> {
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    let known = erasures::name_of(&mut tx, user).await?.ok_or_else(Problem::not_found)?;
    if known != name.trim() {
        return Err(Problem::bad_request("Type the user's name as it is shown, to confirm."));
    }
    if holds::on_anything_of(&mut tx, user).await? {
        return Err(Problem::held());
    }
    users::suspend(&mut tx, user, now).await?;
    erasures::order(&mut tx, user, by, now).await?;
    jobs::enqueue_once(&mut tx, &new_id(app.random.as_ref()), identity::ERASE, user, now).await?;
    audit::record(&mut tx, now, &Event::new(by, "user.erasure_ordered", "user", user)).await?;
    tx.commit().await?;
    app.new_job.notify_waiters();
    Ok(())
}
