//! A running server takes up keys that a shell or another host has made, and forgets those that were destroyed.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::master::MasterSource;
use super::open::{OpenError, current_of, ring_of};
use super::{Vault, store};
use crate::app::App;
use crate::db::Db;

/// A new key is used [`super::rotate::LEAD_MS`] after it was made: by then every host has looked twice.
const EVERY: Duration = Duration::from_secs(2);

/// Looks for changed keys for as long as the server runs.
pub async fn forever(app: Arc<App>) {
    let never_in = app.config.folders_of_data();
    loop {
        tokio::time::sleep(EVERY).await;
        let looked = app
            .vault
            .look(&app.config.master_key, &never_in, &app.db, app.clock.now_ms())
            .await;
        if let Err(error) = looked {
            tracing::error!(%error, "the data keys could not be looked at; those that are known go on");
        }
    }
}

impl Vault {
    /// Makes the ring agree with the table. After the master key was changed, its new value is read from where it comes from.
    ///
    /// # Errors
    /// A key that is not known yet cannot be unwrapped.
    pub async fn look(&self, source: &MasterSource, never_in: &[PathBuf], db: &Db, now: i64) -> Result<(), OpenError> {
        if self.current_id().is_none() {
            return Ok(());
        }
        let stored = store::keys(db).await?;
        let all_known = {
            let mut ring = self.write();
            let known = stored.iter().all(|key| ring.keys.contains_key(&key.id));
            if known {
                ring.keys.retain(|id, _| stored.iter().any(|key| key.id == *id));
                ring.current = current_of(&stored, now);
            }
            known
        };
        if all_known {
            return Ok(());
        }
        if let Some(master) = source.read(never_in).await? {
            let ring = ring_of(master, &stored, now)?;
            *self.write() = ring;
        }
        Ok(())
    }
}
