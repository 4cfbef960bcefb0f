//! The extracted text, page by page, for formats the browser cannot show itself.

use std::sync::Arc;

use api_types::DocumentText;
use axum::extract::State;

use super::{show, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::caller::Caller;
use crate::edge::problem::{Path, Problem};

#[utoipa::path(get, path = "/api/v1/documents/{id}/text",
    responses((status = 200, body = DocumentText), (status = 404, body = api_types::ProblemBody),
        (status = 409, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<axum::Json<DocumentText>, Problem> {
    let document = show::readable(&app, &caller, &id).await?;
    let Some(version) = document.current_version else {
        return Err(Problem::conflict(
            "This document has not been read yet. Wait until its status is \"ready\".",
        ));
    };
    let event = Event::new(caller.id(), "document.opened", "document", &id);
    audit::record_alone(&app.db, app.clock.now_ms(), &event).await?;
    let pages = store::pages(&app.db, &app.vault, &version).await?;
    Ok(axum::Json(DocumentText {
        document: document.info,
        pages,
    }))
}
