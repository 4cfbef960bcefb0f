//! A ZIP file with everything that is kept of one user, for that user, or for an administrator with a reason and a fresh
//! second factor. It is recorded before the first byte and at the end; other administrators see the latter, and so does the user.

mod archive;
mod content;
mod page;

use std::sync::Arc;

use api_types::{ExportRequest, ProblemBody, UserInfo};
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokio_stream::wrappers::ReceiverStream;

use self::archive::Archive;
use self::content::{Counts, Whose};
use super::store::export as store;
use crate::app::App;
use crate::audit::{self, Event, INTENT};
use crate::clinical::context::store::{self as contexts, Look};
use crate::clock::new_id;
use crate::edge::caller::{Caller, FreshCaller};
use crate::edge::problem::{Json, Path, Problem};
use crate::identity;
use crate::live::{self, Happening};

const ACTION: &str = "user.exported";
const LEAST: usize = 10;
const MOST: usize = 500;

#[utoipa::path(post, path = "/api/admin/panel/users/{id}/export", request_body = ExportRequest,
    responses((status = 200, content_type = "application/zip"), (status = 400, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 503, body = ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    FreshCaller(caller): FreshCaller,
    Path(id): Path<String>,
    Json(request): Json<ExportRequest>,
) -> Result<Response, Problem> {
    caller.require_admin()?;
    of_user(app, caller.id(), &id, &request.reason).await
}

/// For an administrator whose second factor is fresh.
///
/// # Errors
/// 400 without a reason, 404 for nobody, or 503 when it cannot be recorded: then nothing was opened.
pub async fn of_user(app: Arc<App>, admin: &str, id: &str, reason: &str) -> Result<Response, Problem> {
    let reason = reason.trim();
    if !(LEAST..=MOST).contains(&reason.chars().count()) {
        return Err(Problem::bad_request(format!(
            "Give a reason of {LEAST} to {MOST} characters. The user will read it."
        )));
    }
    let user = identity::user(&app.db, id).await?.ok_or_else(Problem::not_found)?;
    let intent = Event::new(admin, ACTION, "user", id).outcome(INTENT);
    app.audit.before(&intent).await?;
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    for (conversation, what) in store::shown(&mut tx, id).await? {
        let look = Look {
            id: &new_id(app.random.as_ref()),
            conversation: &conversation,
            what,
            by: admin,
            reason,
            at: now,
        };
        contexts::note_look(&mut tx, &app.vault, &look).await?;
    }
    let happening = Happening {
        kind: "phi.accessed",
        user: Some(admin),
        session: None,
        resource_type: "user",
        resource_id: id,
        data: json!({ "of": id }),
    };
    live::note(&mut tx, now, &happening).await?;
    tx.commit().await?;
    app.live.wake();
    Ok(send(app, admin.to_owned(), Whose { user, owner: None }))
}

/// For the user whose data it is.
///
/// # Errors
/// 503 when it cannot be recorded.
pub async fn begin(app: Arc<App>, caller: Caller, user: UserInfo) -> Result<Response, Problem> {
    let intent = Event::new(caller.id(), ACTION, "user", &user.id).outcome(INTENT);
    app.audit.before(&intent).await?;
    let (by, owner) = (caller.id().to_owned(), Some(caller));
    Ok(send(app, by, Whose { user, owner }))
}

fn send(app: Arc<App>, by: String, whose: Whose) -> Response {
    let (archive, sent) = Archive::new();
    tokio::spawn(async move {
        let mut counts = Counts::default();
        let written = content::write(&app, &whose, &archive, &mut counts).await;
        let whole = match written {
            Ok(()) => archive.end().await.is_ok(),
            Err(error) => {
                tracing::error!(%error, "an export of a user's data broke off");
                false
            }
        };
        let event = Event::new(&by, ACTION, "user", &whose.user.id)
            .outcome(if whole { "done" } else { "cut_off" })
            .detail(json!({ "conversations": counts.conversations, "documents": counts.documents }));
        if let Err(error) = audit::record_alone(&app.db, app.clock.now_ms(), &event).await {
            tracing::error!(%error, "the end of an export could not be recorded");
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "application/zip"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"voiceassist-my-data.zip\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, Body::from_stream(ReceiverStream::new(sent))).into_response()
}
