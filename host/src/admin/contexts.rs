//! All patient contexts, masked: whose, in which conversation, how many facts.

use std::sync::Arc;

use api_types::MaskedContexts;
use axum::extract::State;
use serde::Deserialize;

use crate::app::App;
use crate::clinical::context::store;
use crate::edge::caller::Caller;
use crate::edge::problem::{Problem, Query};

const PAGE: i64 = 50;

#[derive(Deserialize, utoipa::IntoParams)]
pub struct Behind {
    /// Where the last page ended.
    #[serde(default)]
    after: Option<String>,
}

#[utoipa::path(get, path = "/api/admin/panel/clinical-contexts", params(Behind),
    responses((status = 200, body = MaskedContexts), (status = 403, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(behind): Query<Behind>,
) -> Result<axum::Json<MaskedContexts>, Problem> {
    caller.require_admin()?;
    let place = match behind.after.as_deref() {
        None => (i64::MAX, ""),
        Some(text) => place(text).ok_or_else(|| Problem::bad_request("This is no place in the list."))?,
    };
    let contexts = store::list(&app.db, place, PAGE).await?;
    let full = contexts.len() as i64 == PAGE;
    let next = contexts
        .last()
        .filter(|_| full)
        .map(|last| format!("{}.{}", last.updated_at, last.id));
    Ok(axum::Json(MaskedContexts { contexts, next }))
}

fn place(text: &str) -> Option<(i64, &str)> {
    let (time, id) = text.split_once('.')?;
    Some((time.parse().ok()?, id))
}
