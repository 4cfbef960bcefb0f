//! Job: once a day, removes what its rule says is old, some at a time. Cut off, it goes on where it stopped.

use std::sync::Arc;
use std::time::Duration;

use api_types::RetentionClass;
use serde_json::json;

use super::{ACTOR, CLASSES, Class, DAY_MS, HOUR_MS, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::ingest::{delete, sweep};
use crate::jobs::worker::JobError;

/// Records in one commit, so that others can write in between.
const AT_ONCE: i64 = 100;

pub async fn run(app: &Arc<App>) -> Result<(), JobError> {
    let began = app.clock.now_ms();
    let wait = match all(app).await {
        Ok(()) => DAY_MS - (app.clock.now_ms() - began).clamp(0, DAY_MS / 2),
        // Given up, it would never come back.
        Err(error) => {
            tracing::error!(%error, "what is old could not be removed; it is tried again");
            HOUR_MS
        }
    };
    Err(JobError::Later(Duration::from_millis(wait.unsigned_abs())))
}

async fn all(app: &Arc<App>) -> Result<(), sqlx::Error> {
    // Who left Nextcloud is noticed by the daily look at their files, which has them erased. Contexts come before the
    // conversations that they would go with, so that each class counts what went by its own rule.
    let applied = CLASSES
        .iter()
        .rev()
        .filter(|class| class.class != RetentionClass::DepartedUsers);
    for class in applied {
        if let Some(days) = store::rules::days(&app.db, class).await? {
            apply(app, class, days).await?;
        }
    }
    Ok(())
}

async fn apply(app: &Arc<App>, class: &Class, days: i64) -> Result<(), sqlx::Error> {
    let before = app.clock.now_ms() - days * DAY_MS;
    let mut tx = crate::db::begin(&app.db).await?;
    store::rules::begin_run(&mut tx, class, app.clock.now_ms()).await?;
    tx.commit().await?;
    loop {
        let mut tx = crate::db::begin(&app.db).await?;
        let (removed, contents) = match class.class {
            RetentionClass::Documents => documents(app, &mut tx, before).await?,
            other => (store::rules::remove(&mut tx, other, before, AT_ONCE).await?, Vec::new()),
        };
        let over = removed < AT_ONCE;
        let total = store::rules::count_run(&mut tx, class, removed).await?;
        if over {
            let now = app.clock.now_ms();
            store::rules::end_run(&mut tx, class, now).await?;
            let detail = json!({ "days": days, "removed": total });
            let event = Event::new(ACTOR, "retention.applied", "retention", class.name).detail(detail);
            audit::record(&mut tx, now, &event).await?;
        }
        tx.commit().await?;
        app.new_job.notify_waiters();
        remove_contents(app, &contents).await;
        if over {
            return Ok(());
        }
    }
}

/// Returns how many documents went, and which contents nothing may refer to any more.
async fn documents(app: &App, tx: &mut crate::db::Tx, before: i64) -> Result<(i64, Vec<String>), sqlx::Error> {
    let ids = store::rules::old_documents(tx, before, AT_ONCE).await?;
    let mut contents = Vec::new();
    for id in &ids {
        contents.extend(store::erasures::contents_of(tx, id).await?);
        delete::drop_within(app, tx, id).await?;
    }
    Ok((i64::try_from(ids.len()).unwrap_or(i64::MAX), contents))
}

/// What cannot be removed now goes with a later sweep.
pub(super) async fn remove_contents(app: &App, contents: &[String]) {
    for hash in contents {
        if let Err(error) = sweep::content(app, hash).await {
            tracing::warn!(%error, "an original file could not be removed; the sweep will try again");
        }
    }
}
