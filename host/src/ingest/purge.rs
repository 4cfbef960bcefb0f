//! Removes everything that belonged to one Nextcloud user: their place among the readers, files that no one else has, their
//! uploads, looks, waiting work and conversations. The audit keeps that it happened. What others read too stays for them.

use std::sync::Arc;

use super::store::{files, looks};
use super::{READERS, delete};
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::new_id;
use crate::identity;
use crate::jobs;

/// Documents in one commit, so that others can write in between.
const AT_ONCE: i64 = 50;
const ACTOR: &str = "system:nextcloud";

/// What went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    pub documents: i64,
    /// Stay for their other readers.
    pub shared: i64,
    pub conversations: i64,
}

/// Removes what belonged to the user with Nextcloud's id `uid`. Cut off, it goes on where it stopped when called again.
///
/// # Errors
/// Of the database.
pub async fn user(app: &Arc<App>, uid: &str) -> Result<Removed, sqlx::Error> {
    let id = identity::id_of_uid(uid);
    let reader = identity::reader_of(&id);
    let mut removed = Removed::default();
    loop {
        let mut tx = crate::db::begin(&app.db).await?;
        let part = files::documents_of(&mut tx, &reader, &id, AT_ONCE).await?;
        if part.is_empty() {
            break;
        }
        let now = app.clock.now_ms();
        for document in part {
            let left = files::drop_reader(&mut tx, &document, &reader).await?.unwrap_or(0);
            if left == 0 {
                delete::remove_within(app, &mut tx, ACTOR, &document).await?;
                removed.documents += 1;
            } else {
                jobs::enqueue_once(&mut tx, &new_id(app.random.as_ref()), READERS, &document, now).await?;
                removed.shared += 1;
            }
        }
        tx.commit().await?;
    }
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    jobs::forget(&mut tx, uid).await?;
    looks::forget_look(&mut tx, uid).await?;
    removed.conversations = identity::remove(&mut tx, &id).await?;
    let event = Event::new(ACTOR, "user.purged", "user", &id).detail(serde_json::json!({
        "documents": removed.documents, "shared": removed.shared, "conversations": removed.conversations,
    }));
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    app.new_job.notify_waiters();
    Ok(removed)
}
