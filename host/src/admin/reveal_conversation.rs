//! An administrator looks at the messages of one conversation.

use std::sync::Arc;

use api_types::{RevealRequest, RevealedConversation};
use axum::extract::State;

use super::look::{self, Look, Masked};
use super::store::conversations;
use crate::app::App;
use crate::chat;
use crate::clinical::context::store::Looked;
use crate::db;
use crate::edge::caller::FreshCaller;
use crate::edge::problem::{Json, Path, Problem};

#[utoipa::path(post, path = "/api/admin/panel/conversations/{id}/reveal", request_body = RevealRequest,
    responses((status = 200, body = RevealedConversation), (status = 400, body = api_types::ProblemBody),
        (status = 403, body = api_types::ProblemBody), (status = 404, body = api_types::ProblemBody),
        (status = 503, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    FreshCaller(caller): FreshCaller,
    Path(id): Path<String>,
    Json(request): Json<RevealRequest>,
) -> Result<axum::Json<RevealedConversation>, Problem> {
    caller.require_admin()?;
    let revealed = reveal(&app, caller.id(), &id, &request.reason).await?;
    Ok(axum::Json(revealed))
}

/// For an administrator whose second factor is fresh.
///
/// # Errors
/// 400 without a reason, 404, or 503 when it cannot be recorded: then nothing was opened.
pub async fn reveal(app: &App, admin: &str, id: &str, reason: &str) -> Result<RevealedConversation, Problem> {
    look::checked(reason)?;
    let conversation = conversations::one(&app.db, id).await?.ok_or_else(Problem::not_found)?;
    let masked = Masked {
        action: "conversation.revealed",
        resource_type: "conversation",
        resource_id: id,
        what: Looked::Messages,
        conversation: id,
        of: &conversation.user_id,
        size: conversation.messages,
    };
    let look = Look::begin(app, admin, reason, &masked).await?;
    let opened = look::within(async {
        let messages = chat::revealed::messages(app, id).await?;
        let mut tx = db::begin(&app.db).await?;
        let there = conversations::is_there(&mut tx, id).await?;
        let expires_at = look.end(app, &mut tx, there).await?;
        tx.commit().await?;
        Ok(there.then_some((messages, expires_at)))
    });
    let (messages, expires_at) = opened.await?.ok_or_else(Problem::not_found)?;
    app.live.wake();
    Ok(RevealedConversation {
        messages,
        user_id: conversation.user_id,
        expires_at,
    })
}
