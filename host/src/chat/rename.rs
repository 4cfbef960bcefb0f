//! Gives a conversation another title.

use std::sync::Arc;

use api_types::{ConversationInfo, RenameConversation};
use axum::extract::State;

use super::{show, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::caller::Caller;
use crate::edge::problem::{Json, Path, Problem};

#[utoipa::path(put, path = "/api/v1/conversations/{id}", request_body = RenameConversation,
    responses((status = 200, body = ConversationInfo), (status = 404, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Json(request): Json<RenameConversation>,
) -> Result<axum::Json<ConversationInfo>, Problem> {
    let mut info = show::owned(&app, &caller, &id).await?;
    let title = request.title.trim();
    if title.is_empty() || title.chars().count() > 200 {
        return Err(Problem::bad_request("A title has 1 to 200 characters."));
    }
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    store::rename(&mut tx, &app.vault, &id, title, now).await?;
    audit::record(
        &mut tx,
        now,
        &Event::new(caller.id(), "conversation.renamed", "conversation", &id),
    )
    .await?;
    tx.commit().await?;
    title.clone_into(&mut info.title);
    info.updated_at = now;
    Ok(axum::Json(info))
}
