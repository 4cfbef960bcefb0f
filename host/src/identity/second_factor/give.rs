//! A code makes the session fresh for a few minutes, and opens one that waits for it.

use std::sync::Arc;

use api_types::{FreshSecondFactor, SecondFactorCode};
use axum::extract::State;

use super::{Used, check, freshen, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::caller::Arriving;
use crate::edge::problem::{Json, Problem};

#[utoipa::path(post, path = "/api/v1/auth/second-factor", request_body = SecondFactorCode,
    responses((status = 200, body = FreshSecondFactor), (status = 403, body = api_types::ProblemBody),
        (status = 429, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    Arriving(caller): Arriving,
    Json(given): Json<SecondFactorCode>,
) -> Result<axum::Json<FreshSecondFactor>, Problem> {
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    let factor = store::second_factor::of(&mut tx, &app.vault, caller.id()).await?;
    let factor = factor.filter(|factor| factor.confirmed_at.is_some());
    let factor = factor.ok_or_else(Problem::second_factor_missing)?;
    let (mut tx, used) = check(tx, &caller, &factor, &given.code, now).await?;
    let fresh = freshen(&app, &mut tx, &caller, now).await?;
    let by = match used {
        Used::Authenticator => "authenticator",
        Used::Recovery => "recovery",
    };
    let detail = serde_json::json!({ "by": by });
    let event = Event::new(caller.id(), "second_factor.given", "user", caller.id()).detail(detail);
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    Ok(axum::Json(fresh))
}
