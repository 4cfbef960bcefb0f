//! When to look for new and changed files: as someone opens the page or asks, and again while they are there.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use nextcloud::ActingUser;

use crate::app::App;
use crate::clock::new_id;
use crate::jobs;

/// Job: look through a user's folders for what is new, changed or gone.
pub const JOB: &str = "ingest.look";
/// Job: make one file's document agree with what the user now has. Payload: the file's id.
pub const FETCH: &str = "ingest.fetch";

/// A user counts as present for so long after a request.
const PRESENT_MS: i64 = 5 * 60_000;
/// Who has just done something is looked for often, who only has the page open now and then.
const ACTIVE_MS: i64 = 60_000;
const IDLE_SPACING_MS: i64 = 40_000;
/// Between two looks of someone who is present. With the time to read a page or two it keeps "upload to cited" below 20 s.
const EVERY: Duration = Duration::from_secs(8);
/// Looks asked for more often than this are one.
const SPACING_MS: i64 = 3_000;

/// Who has been here lately, with the time of their last request and of the last look for them, in Unix milliseconds.
#[derive(Default)]
pub struct Present(Mutex<HashMap<ActingUser, (i64, i64)>>);

impl Present {
    fn entries(&self) -> std::sync::MutexGuard<'_, HashMap<ActingUser, (i64, i64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a request; true when a look is due.
    fn note(&self, user: &ActingUser, now: i64) -> bool {
        let mut entries = self.entries();
        let entry = entries.entry(user.clone()).or_insert((now, i64::MIN / 2));
        entry.0 = now;
        let due = now - entry.1 >= SPACING_MS;
        if due {
            entry.1 = now;
        }
        due
    }

    /// Those present whose look is due, who count as looked at now.
    fn due(&self, now: i64) -> Vec<ActingUser> {
        let mut entries = self.entries();
        entries.retain(|_, (seen, _)| now - *seen < PRESENT_MS);
        let mut due = Vec::new();
        for (user, (seen, looked)) in entries.iter_mut() {
            let spacing = if now - *seen < ACTIVE_MS {
                SPACING_MS
            } else {
                IDLE_SPACING_MS
            };
            if now - *looked >= spacing {
                *looked = now;
                due.push(user.clone());
            }
        }
        due
    }
}

/// Queues a look in the caller's name, unless one was just made.
///
/// # Errors
/// Of the database.
pub async fn soon(app: &App, user: &ActingUser) -> Result<(), sqlx::Error> {
    let now = app.clock.now_ms();
    let Some(cloud) = &app.cloud else { return Ok(()) };
    if cloud.present.note(user, now) {
        queue(app, user, now).await?;
    }
    Ok(())
}

/// Queues a look in the name of someone who is not here: a file of theirs has changed.
///
/// # Errors
/// Of the database.
pub async fn once(app: &App, user: &ActingUser) -> Result<(), sqlx::Error> {
    queue(app, user, app.clock.now_ms()).await
}

/// Queues the comparison of one file with what the user now has.
///
/// # Errors
/// Of the database.
pub async fn fetch(app: &App, user: &ActingUser, file: i64) -> Result<(), sqlx::Error> {
    let now = app.clock.now_ms();
    let (id, key, payload) = (new_id(app.random.as_ref()), format!("file:{file}"), file.to_string());
    let mut tx = crate::db::begin(&app.db).await?;
    jobs::enqueue_as(&mut tx, &id, (FETCH, &key, &payload), user, now).await?;
    tx.commit().await?;
    app.new_job.notify_waiters();
    Ok(())
}

/// Looks again for everyone who is present, until the task is dropped.
pub async fn forever(app: Arc<App>) {
    let Some(cloud) = &app.cloud else { return };
    loop {
        tokio::time::sleep(EVERY).await;
        let now = app.clock.now_ms();
        if cloud.pause.left(now).is_some() {
            continue;
        }
        for user in cloud.present.due(now) {
            if let Err(error) = queue(&app, &user, now).await {
                tracing::error!(%error, "a look for new files could not be queued");
            }
        }
    }
}

async fn queue(app: &App, user: &ActingUser, now: i64) -> Result<(), sqlx::Error> {
    let id = new_id(app.random.as_ref());
    let mut tx = crate::db::begin(&app.db).await?;
    // One key: looks go one after the other, each for a few seconds, and never take all workers.
    jobs::enqueue_as(&mut tx, &id, (JOB, "look", ""), user, now).await?;
    tx.commit().await?;
    app.new_job.notify_waiters();
    Ok(())
}
