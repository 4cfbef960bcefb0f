//! All patient contexts, masked: whose, in which conversation, how many facts.

use std::sync::Arc;

use api_types::MaskedContexts;
use axum::extract::State;

use crate::app::App;
use crate::clinical::context::store;
use crate::edge::caller::Caller;
use crate::edge::cursor::{Behind, Cursor};
use crate::edge::problem::{Problem, Query};

const PAGE: usize = 50;

#[utoipa::path(get, path = "/api/admin/panel/clinical-contexts", params(Behind),
    responses((status = 200, body = MaskedContexts), (status = 403, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(behind): Query<Behind>,
) -> Result<axum::Json<MaskedContexts>, Problem> {
    caller.require_admin()?;
    let after = Cursor::read(behind.after.as_deref())?;
    // One more shows whether another page follows.
    let mut contexts = store::list(&app.db, &after, PAGE as i64 + 1).await?;
    let more = contexts.len() > PAGE;
    contexts.truncate(PAGE);
    let next = contexts.last().filter(|_| more).map(|last| {
        let (time, id) = (last.updated_at, last.id.clone());
        Cursor { time, id }.text()
    });
    Ok(axum::Json(MaskedContexts { contexts, next }))
}
