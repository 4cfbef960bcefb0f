//! Puts a legal hold on a user or on one conversation.

use std::sync::Arc;

use api_types::{Hold, HoldKind, PlaceHold, ProblemBody};
use axum::extract::State;
use serde_json::json;

use super::{reason, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::new_id;
use crate::edge::caller::FreshCaller;
use crate::edge::problem::{Json, Problem};

#[utoipa::path(post, path = "/api/v1/admin/holds", request_body = PlaceHold,
    responses((status = 200, body = Hold), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    FreshCaller(caller): FreshCaller,
    Json(request): Json<PlaceHold>,
) -> Result<axum::Json<Hold>, Problem> {
    caller.require_admin()?;
    Ok(axum::Json(place(&app, caller.id(), &request).await?))
}

/// For an administrator whose second factor is fresh.
///
/// # Errors
/// 400 without a reason, 404 for what is not there, 409 when it is held already.
pub async fn place(app: &App, admin: &str, request: &PlaceHold) -> Result<Hold, Problem> {
    let reason = reason(&request.reason)?;
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    let whose = match request.kind {
        HoldKind::User => store::user(&mut tx, &request.subject_id).await?,
        HoldKind::Conversation => store::owner(&mut tx, &request.subject_id).await?,
    };
    let (user_id, user_name) = whose.ok_or_else(Problem::not_found)?;
    if store::stands(&mut tx, &request.subject_id).await? {
        return Err(Problem::conflict("There is a hold on it already. Lift that one first."));
    }
    let hold = Hold {
        id: new_id(app.random.as_ref()),
        kind: request.kind,
        subject_id: request.subject_id.clone(),
        user_id,
        user_name,
        reason: reason.to_owned(),
        placed_by: admin.to_owned(),
        placed_at: now,
        lifted_by: None,
        lifted_at: None,
    };
    store::insert(&mut tx, &app.vault, &hold).await?;
    let detail = json!({ "hold": hold.id, "of": hold.user_id });
    let event = Event::new(admin, "hold.placed", store::kind_name(hold.kind), &hold.subject_id).detail(detail);
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    Ok(hold)
}
