//! What left the building, straight from the egress log, and what the screening has found.

use std::sync::Arc;

use api_types::{EgressPage, PhiFindings};
use axum::extract::State;

use super::store::findings;
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::cursor::{Behind, Cursor};
use crate::edge::problem::{Problem, Query};
use crate::egress::Search;

const PAGE: usize = 50;
/// Identifiers are counted by day over so long.
const COUNTED_MS: i64 = 14 * 24 * 60 * 60 * 1000;

#[utoipa::path(get, path = "/api/admin/panel/egress", params(Search, Behind),
    responses((status = 200, body = EgressPage), (status = 400, body = api_types::ProblemBody),
        (status = 403, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(search): Query<Search>,
    Query(behind): Query<Behind>,
) -> Result<axum::Json<EgressPage>, Problem> {
    caller.require_admin()?;
    let after = Cursor::read(behind.after.as_deref())?;
    // One more shows whether another page follows.
    let mut records = app.egress.found(&search, &after, PAGE as i64 + 1).await?;
    let more = records.len() > PAGE;
    records.truncate(PAGE);
    let next = records.last().filter(|_| more).map(|last| {
        let (time, id) = (last.at, last.id.clone());
        Cursor { time, id }.text()
    });
    let (total, totals) = app.egress.totals(&search).await?;
    Ok(axum::Json(EgressPage {
        records,
        total,
        next,
        totals,
    }))
}

#[utoipa::path(get, path = "/api/admin/panel/phi",
    responses((status = 200, body = PhiFindings), (status = 403, body = api_types::ProblemBody)))]
pub async fn phi(State(app): State<Arc<App>>, caller: Caller) -> Result<axum::Json<PhiFindings>, Problem> {
    caller.require_admin()?;
    let since = app.clock.now_ms() - COUNTED_MS;
    Ok(axum::Json(PhiFindings {
        since,
        identifiers: findings::identifiers(&app.db, since).await?,
        questions: findings::questions(&app.db, since).await?,
        passages: findings::passages(&app.db).await?,
    }))
}
