//! An administrator looks at what is masked: with a reason, recorded before it is opened, seen live by the other
//! administrators, and told to the one whose it is.

use std::time::Duration;

use serde_json::json;

use crate::app::App;
use crate::audit::{self, Event};
use crate::clinical::context::store::{self, Looked};
use crate::clock::new_id;
use crate::db::Tx;
use crate::edge::problem::Problem;
use crate::live::{self, Happening};

/// How long it may be shown, in milliseconds.
const SHOWN_MS: i64 = 5 * 60 * 1000;
const LEAST: usize = 10;
const MOST: usize = 500;
/// Who cannot be recorded within this time is told so.
const PATIENCE: Duration = Duration::from_millis(800);
const NOT_RECORDED: &str = "The audit trail cannot be written, so nothing was opened. Try again later.";

/// What is looked at, and whose it is.
pub struct Masked<'a> {
    pub action: &'static str,
    pub resource_type: &'static str,
    pub resource_id: &'a str,
    pub what: Looked,
    pub conversation: &'a str,
    pub of: &'a str,
    /// How much there is.
    pub size: i64,
}

/// A look whose intent is recorded.
pub struct Look<'a> {
    admin: &'a str,
    reason: &'a str,
    id: String,
    masked: &'a Masked<'a>,
}

impl<'a> Look<'a> {
    /// Records the intent of an administrator whose second factor is fresh.
    ///
    /// # Errors
    /// 400 without a reason, or 503 when it cannot be recorded: then nothing may be opened.
    pub async fn begin(app: &App, admin: &'a str, reason: &'a str, masked: &'a Masked<'a>) -> Result<Self, Problem> {
        let look = Self {
            admin,
            reason: checked(reason)?,
            id: new_id(app.random.as_ref()),
            masked,
        };
        let intent = look.event(audit::INTENT);
        let intent = app.audit.before(&intent);
        recorded(tokio::time::timeout(PATIENCE, intent).await)?;
        Ok(look)
    }

    /// Adds to `tx` what came of it. `opened` is false for what was gone meanwhile. Returns until when it may be shown.
    ///
    /// # Errors
    /// Of the database: then nothing may be shown.
    pub async fn end(&self, app: &App, tx: &mut Tx, opened: bool) -> Result<i64, sqlx::Error> {
        let (now, masked) = (app.clock.now_ms(), self.masked);
        if opened {
            let noted = store::Look {
                id: &self.id,
                conversation: masked.conversation,
                what: masked.what,
                by: self.admin,
                reason: self.reason,
                at: now,
            };
            store::note_look(tx, &app.vault, &noted).await?;
            let happening = Happening {
                kind: "phi.accessed",
                user: Some(self.admin),
                session: None,
                resource_type: masked.resource_type,
                resource_id: masked.resource_id,
                data: json!({ "conversation": masked.conversation, "of": masked.of, "size": masked.size }),
            };
            live::note(tx, now, &happening).await?;
        }
        audit::record(tx, now, &self.event(if opened { "done" } else { "gone" })).await?;
        Ok(now + SHOWN_MS)
    }

    fn event(&self, outcome: &'static str) -> Event<'_> {
        let masked = self.masked;
        let detail = json!({ "look": self.id, "conversation": masked.conversation, "of": masked.of });
        Event::new(self.admin, masked.action, masked.resource_type, masked.resource_id)
            .outcome(outcome)
            .detail(detail)
    }
}

/// The reason, if it is one.
///
/// # Errors
/// 400.
pub fn checked(reason: &str) -> Result<&str, Problem> {
    let reason = reason.trim();
    if (LEAST..=MOST).contains(&reason.chars().count()) {
        return Ok(reason);
    }
    Err(Problem::bad_request(format!(
        "Give a reason of {LEAST} to {MOST} characters. The user will read it."
    )))
}

/// What a look opened, if it could be recorded.
///
/// # Errors
/// 503: then it must not be shown.
pub async fn within<T>(opening: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, Problem> {
    recorded(tokio::time::timeout(PATIENCE, opening).await)
}

fn recorded<T>(done: Result<Result<T, sqlx::Error>, tokio::time::error::Elapsed>) -> Result<T, Problem> {
    match done {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => {
            tracing::error!(%error, "a reveal could not be recorded");
            Err(Problem::unavailable(NOT_RECORDED))
        }
        Err(_) => Err(Problem::unavailable(NOT_RECORDED)),
    }
}
