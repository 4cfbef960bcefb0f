//! Events by GET, for whoever sits behind a proxy that passes no WebSocket.

use std::sync::Arc;

use api_types::LiveEvents;
use axum::extract::State;

use super::{Wanted, store};
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::{Problem, Query};

const LIMIT: i64 = 200;

#[utoipa::path(get, path = "/api/admin/panel/events", params(Wanted),
    responses((status = 200, body = LiveEvents), (status = 403, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<axum::Json<LiveEvents>, Problem> {
    caller.require_admin()?;
    let after = match wanted.after {
        Some(after) => after,
        None => store::newest(&app.db).await?,
    };
    let mut events = store::after(&app.db, after, LIMIT).await?;
    let newest = events.last().map_or(after, |last| last.id);
    events.retain(|event| wanted.wants(&event.kind));
    Ok(axum::Json(LiveEvents { events, newest }))
}
