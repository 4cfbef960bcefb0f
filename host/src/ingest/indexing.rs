//! How far reading the caller's Nextcloud files has come, and a look for new ones on request.

use std::sync::Arc;

use api_types::{Indexing, IndexingState};
use axum::extract::State;
use axum::http::StatusCode;

use super::permission;
use super::store::{files, looks};
use crate::app::App;
use crate::audit::{self, Event};
use crate::cloud::look;
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;

/// The pace of the last five minutes is taken for the pace of the next.
const PACE_MS: i64 = 5 * 60_000;

#[utoipa::path(get, path = "/api/v1/nextcloud/indexing",
    responses((status = 200, body = Indexing), (status = 404, body = api_types::ProblemBody)))]
pub async fn handle(State(app): State<Arc<App>>, caller: Caller) -> Result<axum::Json<Indexing>, Problem> {
    let (Some(cloud), Some(user)) = (&app.cloud, caller.acting()) else {
        return Err(Problem::not_found());
    };
    let now = app.clock.now_ms();
    // First the look: what it found is waiting when it has ended. Then what waits to be fetched: what stops waiting
    // meanwhile is then among the documents.
    let look = looks::look(&app.db, user.uid()).await?.unwrap_or_default();
    let (to_fetch, done) = files::pace(&app.db, user.uid(), now - PACE_MS).await?;
    let own = permission::of_nextcloud(&app, &caller).await?;
    let waiting = own.waiting() + to_fetch;
    let paused = cloud.pause.left(now);
    let state = match paused {
        Some(_) => IndexingState::Paused,
        None if look.is_open() => IndexingState::Looking,
        None if waiting > 0 => IndexingState::Reading,
        None => IndexingState::Idle,
    };
    Ok(axum::Json(Indexing {
        state,
        found: own.documents + to_fetch,
        ready: own.ready,
        waiting,
        failed: own.failed,
        // In whole minutes: the pace is the whole server's, and no one's business.
        eta_seconds: (waiting > 0 && done > 0).then(|| (waiting * PACE_MS / 60_000 / done + 1) * 60),
        last_look_at: look.completed_at,
        reason: match paused {
            Some(left) => {
                let why = look.error.unwrap_or_else(|| "Nextcloud asked for a pause".to_owned());
                Some(format!("{why}. Goes on in {} s.", left.as_secs() + 1))
            }
            // A folder that was left out: what was read of it stays, withheld.
            None => look.error,
        },
    }))
}

#[utoipa::path(post, path = "/api/v1/nextcloud/look",
    responses((status = 204), (status = 404, body = api_types::ProblemBody)))]
pub async fn look_now(State(app): State<Arc<App>>, caller: Caller) -> Result<StatusCode, Problem> {
    let user = caller.acting().ok_or_else(Problem::not_found)?;
    let event = Event::new(caller.id(), "indexing.looked", "user", caller.id());
    audit::record_alone(&app.db, app.clock.now_ms(), &event).await?;
    look::soon(&app, user).await?;
    Ok(StatusCode::NO_CONTENT)
}
