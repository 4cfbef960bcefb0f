//! The trail as administrators search it, newest first. It holds nothing of a patient, so looking is not recorded.

use std::sync::Arc;

use api_types::{AuditPage, AuditState, ProblemBody};
use axum::extract::State;
use serde::Deserialize;

use super::{SinkState, Trail, store};
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::{Problem, Query};

const PAGE: i64 = 50;
const LARGEST_PAGE: i64 = 200;

/// What is left out is not looked at.
#[derive(Clone, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
pub struct Search {
    /// A user's name or id, with or without the `nextcloud:` in front.
    pub actor: String,
    /// An action, or how several begin, such as `document.`.
    pub action: String,
    /// An id or a type of resource.
    pub resource: String,
    /// From this time on.
    pub from: Option<i64>,
    /// Before this time.
    pub to: Option<i64>,
}

#[derive(Deserialize, utoipa::IntoParams)]
pub struct Paging {
    /// Entries before this sequence number.
    before: Option<i64>,
    limit: Option<i64>,
}

#[utoipa::path(get, path = "/api/v1/admin/audit", params(Search, Paging),
    responses((status = 200, body = AuditPage), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(search): Query<Search>,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<AuditPage>, Problem> {
    caller.require_admin()?;
    let limit = paging.limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    let before = paging.before.unwrap_or(i64::MAX);
    let mut records = store::search::found(&app.db, &search, before, limit + 1).await?;
    let more = records.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    records.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(axum::Json(AuditPage {
        total: store::search::count(&app.db, &search).await?,
        older: records.last().filter(|_| more).map(|last| last.sequence),
        records,
        state: app.audit.shown().await?,
    }))
}

impl Trail {
    /// # Errors
    /// Of the database.
    pub async fn shown(&self) -> Result<AuditState, sqlx::Error> {
        let signed = store::search::signed(&self.db).await?;
        let head = store::search::head(&self.db).await?;
        let sink = self.settings.sink.as_ref().map(ToString::to_string);
        let position = match &sink {
            Some(id) => store::position(&self.db, id).await?,
            None => store::Position::default(),
        };
        Ok(AuditState {
            entries: i64::try_from(head.sequence).unwrap_or(i64::MAX),
            head: head.to_string(),
            public_key: self.public_key(),
            key_beside_data: self.keys.beside_the_data,
            checkpoints: signed.checkpoints,
            signed: signed.sequence,
            signed_at: signed.at,
            sink,
            sink_required: self.settings.sink_required,
            sink_entries: i64::try_from(position.entries).unwrap_or(i64::MAX),
            sink_problem: match self.sink_state() {
                SinkState::Unreachable(reason) => Some(reason),
                SinkState::None | SinkState::Unknown | SinkState::Reached => None,
            },
        })
    }
}
