//! The queue of everything that is to be read, what failed, and what was taken out.

use std::sync::Arc;

use api_types::{ExcludedFiles, IndexingFailures, IndexingQueue, ProblemBody, Retried};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::cursor::{Behind, Cursor};
use crate::edge::problem::{Path, Problem, Query};
use crate::ingest::store::{exclusions, failures};
use crate::ingest::{exclude, retry};

const PAGE: usize = 50;
/// The pace of the last five minutes is taken for the pace of the next.
const PACE_MS: i64 = 5 * 60_000;

#[derive(Deserialize, utoipa::IntoParams)]
pub struct Which {
    /// A reason, such as `encrypted`; all without it.
    #[serde(default)]
    code: String,
    /// `next` of the page before.
    #[serde(default)]
    after: Option<String>,
}

#[utoipa::path(get, path = "/api/admin/panel/indexing",
    responses((status = 200, body = IndexingQueue), (status = 403, body = ProblemBody)))]
pub async fn queue(State(app): State<Arc<App>>, caller: Caller) -> Result<axum::Json<IndexingQueue>, Problem> {
    caller.require_admin()?;
    let documents = failures::documents(&app.db).await?;
    let jobs = failures::jobs(&app.db).await?;
    let unread = documents
        .iter()
        .filter(|one| !["ready", "failed"].contains(&one.kind.as_str()));
    let to_fetch = jobs
        .iter()
        .filter(|job| job.kind == crate::cloud::look::FETCH && job.status != "dead");
    let waiting = unread.map(|one| one.count).sum::<i64>() + to_fetch.map(|job| job.count).sum::<i64>();
    let lately = failures::ready_since(&app.db, app.clock.now_ms() - PACE_MS).await?;
    Ok(axum::Json(IndexingQueue {
        documents,
        jobs,
        waiting,
        lately,
        eta_seconds: (waiting > 0 && lately > 0).then(|| waiting * PACE_MS / lately / 1000 + 1),
        excluded: exclusions::count(&app.db).await?,
    }))
}

#[utoipa::path(get, path = "/api/admin/panel/indexing/failures", params(Which),
    responses((status = 200, body = IndexingFailures), (status = 400, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
pub async fn failed(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(which): Query<Which>,
) -> Result<axum::Json<IndexingFailures>, Problem> {
    caller.require_admin()?;
    let after = Cursor::read(which.after.as_deref())?;
    // One more shows whether another page follows.
    let mut found = failures::list(&app.db, &which.code, &after, PAGE as i64 + 1).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(|last| {
        let (time, id) = (last.at, last.id.clone());
        Cursor { time, id }.text()
    });
    let reasons = failures::reasons(&app.db).await?;
    let counted = reasons
        .iter()
        .filter(|one| which.code.is_empty() || one.kind == which.code);
    Ok(axum::Json(IndexingFailures {
        total: counted.map(|one| one.count).sum(),
        failures: found,
        next,
        reasons,
    }))
}

#[utoipa::path(post, path = "/api/admin/panel/indexing/retry",
    responses((status = 200, body = Retried), (status = 403, body = ProblemBody)))]
pub async fn retry_all(State(app): State<Arc<App>>, caller: Caller) -> Result<axum::Json<Retried>, Problem> {
    caller.require_admin()?;
    Ok(axum::Json(retry::all(&app, caller.id()).await?))
}

#[utoipa::path(post, path = "/api/admin/panel/indexing/documents/{id}/retry",
    responses((status = 204), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn retry_one(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.require_admin()?;
    match retry::one(&app, caller.id(), &id).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found()),
    }
}

#[utoipa::path(post, path = "/api/admin/panel/indexing/documents/{id}/exclude",
    responses((status = 204), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody)))]
pub async fn exclude_one(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.require_admin()?;
    exclude::out(&app, caller.id(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/api/admin/panel/indexing/exclusions", params(Behind),
    responses((status = 200, body = ExcludedFiles), (status = 400, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
pub async fn excluded(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(behind): Query<Behind>,
) -> Result<axum::Json<ExcludedFiles>, Problem> {
    caller.require_admin()?;
    let after = Cursor::read(behind.after.as_deref())?;
    let mut files = exclusions::list(&app.db, &after, PAGE as i64 + 1).await?;
    let more = files.len() > PAGE;
    files.truncate(PAGE);
    let next = files.last().filter(|_| more).map(|last| {
        let (time, id) = (last.at, last.id.clone());
        Cursor { time, id }.text()
    });
    Ok(axum::Json(ExcludedFiles { files, next }))
}

#[utoipa::path(delete, path = "/api/admin/panel/indexing/exclusions/{id}",
    responses((status = 204), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn let_in(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.require_admin()?;
    exclude::back_in(&app, caller.id(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
