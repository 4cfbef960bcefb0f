//! One's own data: taken away as a file, or erased.

use std::sync::Arc;

use api_types::{EraseRequest, ProblemBody};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::{export, order};
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::{Json, Problem};

/// A ZIP file with everything that is kept of the caller.
#[utoipa::path(get, path = "/api/v1/account/export",
    responses((status = 200, content_type = "application/zip"), (status = 401, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
pub async fn take(State(app): State<Arc<App>>, caller: Caller) -> Result<Response, Problem> {
    let user = caller.user().clone();
    export::begin(app, caller, user).await
}

/// Everything of the caller is erased, where the account is of this server.
#[utoipa::path(post, path = "/api/v1/account/erasure", request_body = EraseRequest,
    responses((status = 202), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody)))]
pub async fn erase(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(request): Json<EraseRequest>,
) -> Result<StatusCode, Problem> {
    if app.cloud.is_some() {
        return Err(Problem::conflict(
            "Your account belongs to Nextcloud. Ask an administrator to erase what is kept of you here.",
        ));
    }
    if caller.enrolled() && !caller.fresh_second_factor(app.clock.now_ms()) {
        return Err(Problem::second_factor_needed());
    }
    order::order(&app, caller.id(), caller.id(), &request.name).await?;
    Ok(StatusCode::ACCEPTED)
}
