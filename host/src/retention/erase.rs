//! Erases one user: conversations, contexts, uploads with all that was read of them, sessions, second factor, what plugins
//! keep for them, their place among the readers of others' files. A row without a name stays, and so does the audit trail.
//!
//! Documents and conversations go some at a time; cut off, it goes on where it stopped.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::run::remove_contents;
use super::store::erasures::{self, Removed};
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::new_id;
use crate::db::{self, Tx};
use crate::hosts::Topic;
use crate::identity::{self, nextcloud_uid, reader_of};
use crate::ingest::store::{files, looks};
use crate::ingest::{READERS, delete};
use crate::jobs::worker::JobError;
use crate::{holds, jobs};

/// Who orders the erasure of one whom Nextcloud does not know any more.
const NEXTCLOUD: &str = "system:nextcloud";

/// Documents or conversations in one commit, so that others can write in between.
const AT_ONCE: i64 = 50;
/// How often one that a hold stands in the way of is looked at again.
const HELD: Duration = Duration::from_secs(60 * 60);
/// After an error.
const AGAIN: Duration = Duration::from_secs(5 * 60);
/// While somebody reads older pages of the database, its log is not emptied: so often and so far apart it is tried at once …
const TRIES: usize = 20;
const BETWEEN: Duration = Duration::from_millis(100);
/// … and then later.
const BUSY: Duration = Duration::from_secs(5);

/// How an erasure ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erased {
    Done {
        conversations: i64,
        documents: i64,
        shared: i64,
    },
    /// A legal hold is on something of theirs; nothing went.
    Held,
    /// There is nobody of this id, and nothing was ordered.
    Nobody,
}

/// Job: payload is the user's id.
pub async fn run(app: &Arc<App>, user: &str) -> Result<(), JobError> {
    match once(app, user).await {
        // Given up, it would never be finished.
        Err(JobError::Retry(error)) => {
            tracing::error!(error, "a user could not be erased; it is tried again");
            Err(JobError::Later(AGAIN))
        }
        outcome => outcome,
    }
}

async fn once(app: &Arc<App>, user: &str) -> Result<(), JobError> {
    match now(app, user, NEXTCLOUD).await? {
        // Who left Nextcloud may be back by then: the daily look decides anew.
        Erased::Held if !ordered(app, user).await? => return Ok(()),
        Erased::Held => return Err(JobError::Later(HELD)),
        Erased::Done {
            conversations,
            documents,
            ..
        } => {
            tracing::info!(conversations, documents, "a user was erased");
        }
        Erased::Nobody => return Ok(()),
    }
    // What was overwritten may lie in the log of the database until then.
    for _ in 0..TRIES {
        if db::empty_log(&app.db).await? {
            erasures::finish(&app.db, user, app.clock.now_ms()).await?;
            return Ok(());
        }
        tokio::time::sleep(BETWEEN).await;
    }
    Err(JobError::Later(BUSY))
}

/// As the job does, for one whom Nextcloud does not know any more.
///
/// # Errors
/// As [`now`].
pub async fn at_once(app: &Arc<App>, user: &str) -> Result<Erased, sqlx::Error> {
    let erased = now(app, user, NEXTCLOUD).await?;
    if matches!(erased, Erased::Done { .. }) {
        // The job empties the database's log and says that it is finished.
        let mut tx = db::begin(&app.db).await?;
        let id = new_id(app.random.as_ref());
        jobs::enqueue_once(&mut tx, &id, identity::ERASE, user, app.clock.now_ms()).await?;
        tx.commit().await?;
        app.new_job.notify_waiters();
    }
    Ok(erased)
}

async fn ordered(app: &App, user: &str) -> Result<bool, sqlx::Error> {
    let mut tx = db::begin(&app.db).await?;
    let open = erasures::is_open(&mut tx, user).await?;
    tx.rollback().await?;
    Ok(open)
}

/// Removes everything of the user. `by` orders it where nobody has.
///
/// # Errors
/// Of the database or the index.
async fn now(app: &Arc<App>, user: &str, by: &str) -> Result<Erased, sqlx::Error> {
    let mut tx = db::begin(&app.db).await?;
    let known = erasures::name_of(&mut tx, user).await?.is_some();
    if !known && !erasures::is_open(&mut tx, user).await? {
        return Ok(Erased::Nobody);
    }
    if holds::on_anything_of(&mut tx, user).await? {
        return Ok(Erased::Held);
    }
    erasures::order(&mut tx, user, by, app.clock.now_ms()).await?;
    let running = erasures::running(&mut tx, user).await?;
    for message in &running {
        app.hosts.tell(&mut tx, Topic::Stop, message).await?;
    }
    tx.commit().await?;
    app.hosts.announce();
    for message in &running {
        app.running.stop(message);
    }
    loop {
        match step(app, user).await? {
            Step::More => {}
            Step::Held => return Ok(Erased::Held),
            Step::Done(total) => {
                app.new_job.notify_waiters();
                app.live.wake();
                return Ok(Erased::Done {
                    conversations: total.conversations,
                    documents: total.documents,
                    shared: total.shared,
                });
            }
        }
    }
}

/// What one commit has brought.
enum Step {
    More,
    /// A hold was placed meanwhile.
    Held,
    Done(Removed),
}

/// Some documents, or when there are none some conversations, or when there are none of these either all the rest.
async fn step(app: &Arc<App>, user: &str) -> Result<Step, sqlx::Error> {
    let mut tx = db::begin(&app.db).await?;
    if holds::on_anything_of(&mut tx, user).await? {
        return Ok(Step::Held);
    }
    let some = files::documents_of(&mut tx, &reader_of(user), user, AT_ONCE).await?;
    if !some.is_empty() {
        documents(app, tx, user, &some).await?;
        return Ok(Step::More);
    }
    let some = erasures::conversations(&mut tx, user, AT_ONCE).await?;
    if !some.is_empty() {
        erasures::remove_conversations(&mut tx, &some).await?;
        let removed = Removed {
            conversations: i64::try_from(some.len()).unwrap_or(i64::MAX),
            ..Removed::default()
        };
        erasures::add(&mut tx, user, removed).await?;
        tx.commit().await?;
        return Ok(Step::More);
    }
    bury(app, tx, user).await.map(Step::Done)
}

/// A file that others read, too, loses this reader only.
async fn documents(app: &Arc<App>, mut tx: Tx, user: &str, some: &[String]) -> Result<(), sqlx::Error> {
    let reader = reader_of(user);
    let (mut removed, mut gone, mut contents) = (Removed::default(), Vec::new(), Vec::new());
    for document in some {
        let left = files::drop_reader(&mut tx, document, &reader).await?.unwrap_or(0);
        if left == 0 {
            contents.extend(erasures::contents_of(&mut tx, document).await?);
            delete::drop_within(app, &mut tx, document).await?;
            removed.documents += 1;
            gone.push(document);
        } else {
            let id = new_id(app.random.as_ref());
            jobs::enqueue_once(&mut tx, &id, READERS, document, app.clock.now_ms()).await?;
            removed.shared += 1;
        }
    }
    erasures::add(&mut tx, user, removed).await?;
    tx.commit().await?;
    // The jobs do the same again where this is cut off.
    for document in gone {
        if let Err(error) = app.knowledge.index_document(document).await {
            tracing::error!(%error, "the index still has a document that was erased; its job removes it");
        }
    }
    remove_contents(app, &contents).await;
    Ok(())
}

/// The last step, and the entry in the audit trail.
async fn bury(app: &App, mut tx: Tx, user: &str) -> Result<Removed, sqlx::Error> {
    let now = app.clock.now_ms();
    if let Some(uid) = nextcloud_uid(user) {
        jobs::forget(&mut tx, uid).await?;
        looks::forget_look(&mut tx, uid).await?;
    }
    erasures::remove_beside(&mut tx, user).await?;
    holds::forget_lifted(&mut tx, user).await?;
    let buried = identity::bury(&mut tx, user, now).await?;
    let (by, total) = erasures::add(&mut tx, user, Removed::default()).await?;
    if buried {
        let detail = json!({
            "ordered_by": by, "documents": total.documents, "shared": total.shared, "conversations": total.conversations,
        });
        let event = Event::new(super::ACTOR, "user.erased", "user", user).detail(detail);
        audit::record(&mut tx, now, &event).await?;
    }
    tx.commit().await?;
    Ok(total)
}
