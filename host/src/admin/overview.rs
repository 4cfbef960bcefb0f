//! What is going on, in numbers that are each a count of stored rows.

use std::sync::Arc;

use api_types::PanelOverview;
use axum::extract::State;

use super::store::{DAY_MS, health, overview};
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;
use crate::ingest::store::failures;

/// Days that are counted, today among them.
const DAYS: i64 = 14;

#[utoipa::path(get, path = "/api/admin/panel/overview",
    responses((status = 200, body = PanelOverview), (status = 403, body = api_types::ProblemBody)))]
pub async fn handle(State(app): State<Arc<App>>, caller: Caller) -> Result<axum::Json<PanelOverview>, Problem> {
    caller.require_admin()?;
    let db = &app.db;
    let today = app.clock.now_ms() / DAY_MS * DAY_MS;
    let since = today - (DAYS - 1) * DAY_MS;
    let days = || (0..DAYS).map(|day| since + day * DAY_MS);
    let withheld = overview::withheld(db, since).await?;
    let checks = health::checks(db).await?;
    Ok(axum::Json(PanelOverview {
        today,
        since,
        documents: failures::documents(db).await?,
        jobs: overview::jobs(db).await?,
        conversations: overview::conversations(db).await?,
        users_today: overview::users_since(db, today).await?,
        questions: overview::filled(days(), overview::questions(db, since).await?),
        answers: overview::answers(db, since).await?,
        answers_withheld: withheld.answers,
        sentences_withheld: withheld.sentences,
        phi_questions: overview::phi_questions(db, since).await?,
        identifiers: overview::identifiers(db, since).await?,
        egress: overview::filled(days(), app.egress.by_day(since, DAY_MS).await?),
        egress_refused: app.egress.refused_since(since).await?,
        bad: checks
            .into_iter()
            .filter(|check| !check.good)
            .map(|check| check.name)
            .collect(),
        alerts: health::alerts_since(db, since).await?,
    }))
}
