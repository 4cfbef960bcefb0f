//! Verifies the trail on the running server. Someone who holds the server can make it say anything: whoever must know for
//! sure runs `voiceassist verify-audit` elsewhere, on a copy.

use std::sync::Arc;

use api_types::{AuditVerdict, ProblemBody};
use audit_chain::FirstBad;
use axum::extract::State;

use super::settings::Target;
use super::verify::{Against, walk};
use super::{Event, record_alone};
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;

#[utoipa::path(post, path = "/api/v1/admin/audit/verify",
    responses((status = 200, body = AuditVerdict), (status = 403, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
pub async fn handle(State(app): State<Arc<App>>, caller: Caller) -> Result<axum::Json<AuditVerdict>, Problem> {
    caller.require_admin()?;
    let busy = |_| Problem::conflict("The trail is being verified already. Try again in a moment.");
    let _one = app.audit.verifying.try_lock().map_err(busy)?;
    let sink = match &app.config.audit.sink {
        Some(Target::File(path)) => vec![path.clone()],
        _ => Vec::new(),
    };
    let against = Against {
        keys: app.audit.public_keys(),
        sink,
        kept: None,
    };
    let started = app.clock.now_ms();
    let walked = walk(&app.db, &against).await;
    let milliseconds = app.clock.now_ms() - started;
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let verdict = match walked {
        Ok(holds) => AuditVerdict {
            holds: true,
            entries: number(holds.head.sequence),
            head: Some(holds.head.to_string()),
            signed: number(holds.signed),
            copied: holds.copied.map(number),
            bad_entry: None,
            reason: None,
            milliseconds,
        },
        Err(error) => {
            let bad = error
                .downcast::<FirstBad>()
                .map_err(|error| Problem::internal(&error))?;
            AuditVerdict {
                holds: false,
                entries: 0,
                head: None,
                signed: 0,
                copied: None,
                bad_entry: Some(number(bad.sequence)),
                reason: Some(bad.what.to_string()),
                milliseconds,
            }
        }
    };
    let event = Event::new(caller.id(), "audit.verified", "audit", "trail")
        .outcome(if verdict.holds { "holds" } else { "broken" })
        .detail(serde_json::json!({ "bad_entry": verdict.bad_entry }));
    record_alone(&app.db, app.clock.now_ms(), &event).await?;
    Ok(axum::Json(verdict))
}
