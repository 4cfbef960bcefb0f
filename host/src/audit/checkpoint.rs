//! Signs the head of the chain: at start and stop, every so many entries, every few minutes.

use audit_chain::Head;

use super::{Event, Trail, record, store};

const ACTOR: &str = "system:audit";

impl Trail {
    /// Signs the head, unless that is what the newest checkpoint does.
    ///
    /// # Errors
    /// Of the database.
    pub async fn checkpoint(&self) -> Result<(), sqlx::Error> {
        let now = self.clock.now_ms();
        let mut tx = crate::db::begin(&self.db).await?;
        let head = store::head(&mut tx).await?;
        let newest = store::newest_checkpoint(&mut tx).await?;
        let number = newest.as_ref().map_or(1, |newest| newest.number + 1);
        let made = self.keys.signer.sign(number, &head, now);
        let covered = newest.is_some_and(|newest| newest.sequence == head.sequence && newest.key_id == made.key_id);
        if head == Head::EMPTY || covered {
            return Ok(());
        }
        store::insert_checkpoint(&mut tx, &made).await?;
        tx.commit().await
    }

    pub(super) async fn checkpoint_if_due(&self) -> Result<(), sqlx::Error> {
        let since = store::unsigned(&self.db).await?;
        let every = i64::try_from(self.settings.checkpoint_every.as_millis()).unwrap_or(i64::MAX);
        let oldest = since.oldest.map_or(0, |at| self.clock.now_ms() - at);
        if since.entries >= self.settings.checkpoint_entries || oldest >= every {
            self.checkpoint().await?;
        }
        Ok(())
    }

    /// Another key than before: legitimate or not, it shall be seen.
    pub(super) async fn note_new_key(&self) -> Result<(), sqlx::Error> {
        let mut tx = crate::db::begin(&self.db).await?;
        let Some(newest) = store::newest_checkpoint(&mut tx).await? else {
            return Ok(());
        };
        let id = self.keys.signer.public().id();
        if newest.key_id == id {
            return Ok(());
        }
        let detail = serde_json::json!({ "before": newest.key_id });
        let event = Event::new(ACTOR, "audit.key_changed", "key", &id).detail(detail);
        record(&mut tx, self.clock.now_ms(), &event).await?;
        tx.commit().await
    }
}
