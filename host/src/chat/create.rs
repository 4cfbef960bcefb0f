//! A new, empty conversation.

use std::sync::Arc;

use api_types::ConversationInfo;
use axum::extract::State;

use super::store;
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::new_id;
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;
use crate::live::{self, Happening};

/// Until the first question names it.
pub const UNNAMED: &str = "New conversation";

#[utoipa::path(post, path = "/api/v1/conversations", responses((status = 200, body = ConversationInfo)))]
pub async fn handle(State(app): State<Arc<App>>, caller: Caller) -> Result<axum::Json<ConversationInfo>, Problem> {
    Ok(axum::Json(create(&app, &caller).await?))
}

/// # Errors
/// Of the database.
pub async fn create(app: &App, caller: &Caller) -> Result<ConversationInfo, Problem> {
    let now = app.clock.now_ms();
    let new = ConversationInfo {
        id: new_id(app.random.as_ref()),
        title: UNNAMED.to_owned(),
        created_at: now,
        updated_at: now,
    };
    let mut tx = crate::db::begin(&app.db).await?;
    store::insert_conversation(&mut tx, &app.vault, caller.id(), &new).await?;
    let event = Event::new(caller.id(), "conversation.created", "conversation", &new.id);
    audit::record(&mut tx, now, &event).await?;
    let happening = Happening {
        kind: "conversation.created",
        user: Some(caller.id()),
        session: caller.session(),
        resource_type: "conversation",
        resource_id: &new.id,
        data: serde_json::json!({}),
    };
    live::note(&mut tx, now, &happening).await?;
    tx.commit().await?;
    app.live.wake();
    Ok(new)
}
