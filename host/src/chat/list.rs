//! The caller's conversations, newest first; `q` searches titles and questions.

use std::sync::Arc;

use api_types::ConversationList;
use axum::extract::State;
use serde::Deserialize;

use super::store;
use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::caller::Caller;
use crate::edge::problem::{Problem, Query};

#[derive(Deserialize, utoipa::IntoParams)]
pub struct Search {
    #[serde(default)]
    q: String,
}

#[utoipa::path(get, path = "/api/v1/conversations", params(Search), responses((status = 200, body = ConversationList)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(search): Query<Search>,
) -> Result<axum::Json<ConversationList>, Problem> {
    let conversations = store::search::conversations(&app.db, &app.vault, caller.id(), search.q.trim()).await?;
    // Titles are the first words of questions.
    let detail = serde_json::json!({ "conversations": conversations.len(), "searched": !search.q.trim().is_empty() });
    let event = Event::new(caller.id(), "conversation.listed", "user", caller.id()).detail(detail);
    audit::record_alone(&app.db, app.clock.now_ms(), &event).await?;
    Ok(axum::Json(ConversationList { conversations }))
}
