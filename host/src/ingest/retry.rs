//! What could not be read is read once more, because an administrator says so.

use api_types::Retried;
use serde_json::json;

use super::READ;
use super::store::failures;
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::new_id;
use crate::db::{self, Tx};
use crate::jobs;

/// Documents put back at once. What is beyond waits for the next time.
const AT_ONCE: i64 = 5_000;

/// One document. False when it has not failed.
///
/// # Errors
/// Of the database; then nothing has changed.
pub async fn one(app: &App, actor: &str, document: &str) -> Result<bool, sqlx::Error> {
    let now = app.clock.now_ms();
    let mut tx = db::begin(&app.db).await?;
    if again(app, &mut tx, Some(document), now).await? == 0 {
        return Ok(false);
    }
    audit::record(
        &mut tx,
        now,
        &Event::new(actor, "indexing.retried", "document", document),
    )
    .await?;
    tx.commit().await?;
    app.new_job.notify_waiters();
    Ok(true)
}

/// Everything that failed or was given up.
///
/// # Errors
/// As [`one`].
pub async fn all(app: &App, actor: &str) -> Result<Retried, sqlx::Error> {
    let now = app.clock.now_ms();
    let mut tx = db::begin(&app.db).await?;
    let retried = Retried {
        documents: again(app, &mut tx, None, now).await?,
        jobs: failures::revive(&mut tx, now).await?,
    };
    let detail = json!({ "documents": retried.documents, "jobs": retried.jobs });
    let event = Event::new(actor, "indexing.retried", "queue", "failed").detail(detail);
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    app.new_job.notify_waiters();
    Ok(retried)
}

async fn again(app: &App, tx: &mut Tx, document: Option<&str>, now: i64) -> Result<i64, sqlx::Error> {
    let failed = failures::failed(tx, document, AT_ONCE).await?;
    for (document, version) in &failed {
        failures::requeue(tx, version, now).await?;
        jobs::enqueue(tx, &new_id(app.random.as_ref()), READ, document, version, now).await?;
    }
    Ok(failed.len() as i64)
}
