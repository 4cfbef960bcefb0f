//! A passage as opened from a citation. Who may read is checked again now.

use std::sync::Arc;

use api_types::PassageView;
use axum::extract::State;

use super::permission;
use super::store::{self, Scope};
use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::caller::Caller;
use crate::edge::problem::{Path, Problem};

#[utoipa::path(get, path = "/api/v1/passages/{id}",
    responses((status = 200, body = PassageView), (status = 404, body = api_types::ProblemBody),
        (status = 409, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<axum::Json<PassageView>, Problem> {
    let readers = caller.readers();
    let scope = Scope {
        caller: caller.id(),
        readers: &readers,
        vault: &app.vault,
    };
    let (passage, file) = store::passage(&app.db, &scope, &id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let document = permission::open(&app, &caller, passage.document, file.as_ref()).await?;
    let passage = PassageView { document, ..passage };
    let event = Event::new(caller.id(), "passage.opened", "passage", &id);
    audit::record_alone(&app.db, app.clock.now_ms(), &event).await?;
    Ok(axum::Json(passage))
}
