//! The guideline sources as an administrator sees them: what they list, what was read, what changed.

use std::sync::Arc;

use api_types::{GuidelineChange, GuidelineSource, Guidelines, ProblemBody};
use axum::extract::State;
use axum::http::StatusCode;

use super::{look, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::caller::Caller;
use crate::edge::problem::{Path, Problem};

const CHANGES: u32 = 100;

#[utoipa::path(get, path = "/api/v1/admin/guidelines",
    responses((status = 200, body = Guidelines), (status = 403, body = ProblemBody)))]
pub async fn handle(State(app): State<Arc<App>>, caller: Caller) -> Result<axum::Json<Guidelines>, Problem> {
    caller.require_admin()?;
    let sources = store::sources(&app.db)
        .await?
        .into_iter()
        .map(|source| GuidelineSource {
            plugin: source.plugin,
            title: source.title,
            publisher: source.publisher,
            homepage: source.homepage,
            licence: source.licence,
            looked_at: source.looked_at,
            next_at: source.next_at,
            error: source.error,
            listed: source.listed,
            fetched: source.fetched,
            failed: source.failed,
        });
    let changes = store::changes(&app.db, CHANGES)
        .await?
        .into_iter()
        .map(|change| GuidelineChange {
            id: change.id,
            plugin: change.plugin,
            document: change.document,
            title: change.title,
            at: change.at,
            kind: change.kind,
            added: change.added,
            removed: change.removed,
            diff: change.diff,
        });
    Ok(axum::Json(Guidelines {
        sources: sources.collect(),
        changes: changes.collect(),
    }))
}

/// Looks now, whatever the schedule says.
#[utoipa::path(post, path = "/api/v1/admin/guidelines/{plugin}/look",
    responses((status = 202), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn look_now(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(plugin): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.require_admin()?;
    app.plugins.find(&plugin).ok_or_else(Problem::not_found)?;
    let event = Event::new(caller.id(), "guideline.look", "plugin", &plugin);
    audit::record_alone(&app.db, app.clock.now_ms(), &event).await?;
    look::queue(&app, &plugin).await?;
    Ok(StatusCode::ACCEPTED)
}
