//! The documents the caller may read, newest first.

use std::sync::Arc;

use api_types::DocumentList;
use axum::extract::State;

use super::permission;
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;

#[utoipa::path(get, path = "/api/v1/documents", responses((status = 200, body = DocumentList)))]
pub async fn handle(State(app): State<Arc<App>>, caller: Caller) -> Result<axum::Json<DocumentList>, Problem> {
    let documents = permission::visible(&app, &caller).await?;
    Ok(axum::Json(DocumentList { documents }))
}
