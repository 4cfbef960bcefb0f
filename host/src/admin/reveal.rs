//! An administrator looks at one patient context: with a reason and a fresh second factor, recorded before it is opened,
//! seen live by the other administrators, and told to the one whose it is.

use std::sync::Arc;
use std::time::Duration;

use api_types::{MaskedContext, RevealRequest, RevealedContext};
use axum::extract::State;
use serde_json::json;

use crate::app::App;
use crate::audit::{self, Event};
use crate::clinical::context::store::{self, Look};
use crate::clock::new_id;
use crate::db;
use crate::edge::caller::FreshCaller;
use crate::edge::problem::{Json, Path, Problem};
use crate::live::{self, Happening};

/// How long it may be shown, in milliseconds.
const SHOWN_MS: i64 = 5 * 60 * 1000;
const LEAST: usize = 10;
const MOST: usize = 500;
/// Who cannot be recorded within this time is told so.
const PATIENCE: Duration = Duration::from_millis(800);
const NOT_RECORDED: &str = "The audit trail cannot be written, so nothing was opened. Try again later.";

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
    let reason = reason.trim();
    if !(LEAST..=MOST).contains(&reason.chars().count()) {
        return Err(Problem::bad_request(format!(
            "Give a reason of {LEAST} to {MOST} characters. The user will read it."
        )));
    }
    let masked = store::one(&app.db, id).await?.ok_or_else(Problem::not_found)?;
    let look = new_id(app.random.as_ref());
    let recorded = |outcome| {
        let detail = json!({ "look": look, "conversation": masked.conversation_id, "of": masked.user_id });
        Event::new(admin, "context.revealed", "clinical_context", id)
            .outcome(outcome)
            .detail(detail)
    };
    let intent = recorded("intent");
    let intent = app.audit.before(&intent);
    not_recorded(tokio::time::timeout(PATIENCE, intent).await)?;
    let now = app.clock.now_ms();
    let opened = async {
        let mut tx = db::begin(&app.db).await?;
        let context = store::reveal(&mut tx, &app.vault, id).await?;
        if context.is_some() {
            let noted = Look {
                id: &look,
                conversation: &masked.conversation_id,
                by: admin,
                reason,
                at: now,
            };
            store::note_look(&mut tx, &app.vault, &noted).await?;
            live::note(&mut tx, now, &happening(admin, id, &masked)).await?;
        }
        let outcome = if context.is_some() { "done" } else { "gone" };
        audit::record(&mut tx, now, &recorded(outcome)).await?;
        tx.commit().await?;
        Ok(context)
    };
    let context = not_recorded(tokio::time::timeout(PATIENCE, opened).await)?.ok_or_else(Problem::not_found)?;
    app.live.wake();
    Ok(RevealedContext {
        context,
        user_id: masked.user_id,
        conversation_id: masked.conversation_id,
        expires_at: now + SHOWN_MS,
    })
}

fn happening<'a>(admin: &'a str, id: &'a str, masked: &MaskedContext) -> Happening<'a> {
    Happening {
        kind: "phi.accessed",
        user: Some(admin),
        session: None,
        resource_type: "clinical_context",
        resource_id: id,
        data: json!({ "conversation": masked.conversation_id, "of": masked.user_id, "facts": masked.facts }),
    }
}

fn not_recorded<T>(done: Result<Result<T, sqlx::Error>, tokio::time::error::Elapsed>) -> Result<T, Problem> {
    match done {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => {
            tracing::error!(%error, "a reveal could not be recorded");
            Err(Problem::unavailable(NOT_RECORDED))
        }
        Err(_) => Err(Problem::unavailable(NOT_RECORDED)),
    }
}
