//! An administrator looks at one patient context.

use std::sync::Arc;

use api_types::{RevealRequest, RevealedContext};
use axum::extract::State;

use super::look::{self, Look, Masked};
use crate::app::App;
use crate::clinical::context::store::{self, Looked};
use crate::db;
use crate::edge::caller::FreshCaller;
use crate::edge::problem::{Json, Path, Problem};

#[utoipa::path(post, path = "/api/admin/panel/clinical-contexts/{id}/reveal", request_body = RevealRequest,
    responses((status = 200, body = RevealedContext), (status = 400, body = api_types::ProblemBody),
        (status = 403, body = api_types::ProblemBody), (status = 404, body = api_types::ProblemBody),
        (status = 503, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    FreshCaller(caller): FreshCaller,
    Path(id): Path<String>,
    Json(request): Json<RevealRequest>,
) -> Result<axum::Json<RevealedContext>, Problem> {
    caller.require_admin()?;
    let revealed = reveal(&app, caller.id(), &id, &request.reason).await?;
    Ok(axum::Json(revealed))
}

/// For an administrator whose second factor is fresh.
///
/// # Errors
/// 400 without a reason, 404, or 503 when it cannot be recorded: then nothing was opened.
pub async fn reveal(app: &App, admin: &str, id: &str, reason: &str) -> Result<RevealedContext, Problem> {
    look::checked(reason)?;
    let context = store::one(&app.db, id).await?.ok_or_else(Problem::not_found)?;
    let masked = Masked {
        action: "context.revealed",
        resource_type: "clinical_context",
        resource_id: id,
        what: Looked::Context,
        conversation: &context.conversation_id,
        of: &context.user_id,
        size: context.facts,
    };
    let look = Look::begin(app, admin, reason, &masked).await?;
    let opened = look::within(async {
        let mut tx = db::begin(&app.db).await?;
        let facts = store::reveal(&mut tx, &app.vault, id).await?;
        let expires_at = look.end(app, &mut tx, facts.is_some()).await?;
        tx.commit().await?;
        Ok(facts.map(|facts| (facts, expires_at)))
    });
    let (facts, expires_at) = opened.await?.ok_or_else(Problem::not_found)?;
    app.live.wake();
    Ok(RevealedContext {
        context: facts,
        user_id: context.user_id,
        conversation_id: context.conversation_id,
        expires_at,
    })
}
