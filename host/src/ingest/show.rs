//! One document with its status.

use std::sync::Arc;

use api_types::DocumentInfo;
use axum::extract::State;

use super::permission;
use super::store::{self, Readable, Scope};
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::{Path, Problem};

#[utoipa::path(get, path = "/api/v1/documents/{id}",
    responses((status = 200, body = DocumentInfo), (status = 404, body = api_types::ProblemBody),
        (status = 409, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<axum::Json<DocumentInfo>, Problem> {
    Ok(axum::Json(readable(&app, &caller, &id).await?.info))
}

/// The document, or the one 404 of this API.
///
/// # Errors
/// 404 when it does not exist or is not the caller's to read; see [`permission::open`].
pub async fn readable(app: &App, caller: &Caller, id: &str) -> Result<Readable, Problem> {
    let readers = caller.readers();
    let scope = Scope {
        caller: caller.id(),
        readers: &readers,
        vault: &app.vault,
    };
    let document = store::readable(&app.db, &scope, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let info = permission::open(app, caller, document.info, document.file.as_ref()).await?;
    Ok(Readable { info, ..document })
}
