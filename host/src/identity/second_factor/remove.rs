//! Taking a second factor away: by its owner with a fresh code of it, or for someone who has lost theirs.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::store;
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::Clock;
use crate::db::Db;
use crate::edge::caller::FreshCaller;
use crate::edge::problem::Problem;

#[utoipa::path(delete, path = "/api/v1/auth/second-factor",
    responses((status = 204), (status = 403, body = api_types::ProblemBody)))]
pub async fn handle(State(app): State<Arc<App>>, FreshCaller(caller): FreshCaller) -> Result<StatusCode, Problem> {
    of(&app.db, app.clock.as_ref(), caller.id(), caller.id()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes the second factor of `user`; false when there was none.
///
/// # Errors
/// Of the database.
pub async fn of(db: &Db, clock: &dyn Clock, actor: &str, user: &str) -> Result<bool, sqlx::Error> {
    let mut tx = crate::db::begin(db).await?;
    if !store::second_factor::remove(&mut tx, user).await? {
        return Ok(false);
    }
    let event = Event::new(actor, "second_factor.removed", "user", user);
    audit::record(&mut tx, clock.now_ms(), &event).await?;
    tx.commit().await?;
    Ok(true)
}
