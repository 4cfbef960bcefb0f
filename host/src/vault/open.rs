//! At the start: the master key is read, the data keys are unwrapped, or the server says what to do and does not start.

use std::path::PathBuf;
use std::sync::Arc;

use envelope::Key;

use super::master::{MasterError, MasterSource};
use super::reseal::RESEAL;
use super::store::{self, StoredKey};
use super::{Ring, Vault, VaultError};
use crate::audit::{self, Event};
use crate::clock::{Clock, Random, new_id};
use crate::db::{self, Db};
use crate::jobs;

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Master(#[from] MasterError),
    #[error(
        "the database is encrypted and no master key is set. Set MASTER_KEY_FILE or MASTER_KEY_COMMAND to the key with the fingerprint {0}"
    )]
    Missing(String),
    #[error(
        "this is another master key: its fingerprint is {given}, and the database needs {needed}. Set MASTER_KEY_FILE or MASTER_KEY_COMMAND to that one"
    )]
    Other { given: String, needed: String },
    #[error("a data key does not open under the master key: the table data_keys was changed. Restore a backup")]
    Damaged,
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}

impl From<VaultError> for OpenError {
    fn from(_: VaultError) -> Self {
        Self::Damaged
    }
}

pub const ACTOR: &str = "system:vault";

impl Vault {
    /// The data keys of `db`. The first start with a master key makes one, and the job that seals what is there.
    ///
    /// # Errors
    /// What keeps the server from starting, with what to do about it.
    pub async fn open_all(
        source: &MasterSource,
        never_in: &[PathBuf],
        db: &Db,
        clock: &dyn Clock,
        random: Arc<dyn Random>,
    ) -> Result<Self, OpenError> {
        let master = source.read(never_in).await?;
        let vault = Self::without_key(Arc::clone(&random));
        let mut stored = store::keys(db).await?;
        let Some(master) = master else {
            return match stored.first() {
                None => Ok(vault),
                Some(key) => Err(OpenError::Missing(key.master.clone())),
            };
        };
        if stored.is_empty() {
            let now = clock.now_ms();
            let mut tx = db::begin(db).await?;
            // Another host may have been first.
            if !store::any_key(&mut tx).await? {
                let key = new_key(random.as_ref(), &master, now).map_err(|_| OpenError::Damaged)?;
                store::insert_key(&mut tx, &key, now).await?;
                jobs::enqueue_once(&mut tx, &new_id(random.as_ref()), RESEAL, "", now).await?;
                let event = Event::new(ACTOR, "keys.created", "data_key", &key.id);
                audit::record(&mut tx, now, &event).await?;
            }
            tx.commit().await?;
            stored = store::keys(db).await?;
        }
        let ring = ring_of(master, &stored, clock.now_ms())?;
        *vault.write() = ring;
        Ok(vault)
    }
}

/// A new data key under `master`.
pub(super) fn new_key(random: &dyn Random, master: &Key, active_from: i64) -> Result<StoredKey, VaultError> {
    let (mut bytes, mut id, mut nonce) = ([0; envelope::KEY_BYTES], [0; 8], [0; envelope::NONCE_BYTES]);
    random.fill(&mut bytes);
    random.fill(&mut id);
    random.fill(&mut nonce);
    let id = hex::encode(id);
    Ok(StoredKey {
        wrapped: master.wrap(&id, &Key::new(bytes)?, nonce)?,
        master: master.fingerprint(),
        active_from,
        id,
    })
}

/// All keys, unwrapped; new records go under the one whose time came last.
pub(super) fn ring_of(master: Key, stored: &[StoredKey], now: i64) -> Result<Ring, OpenError> {
    let given = master.fingerprint();
    let mut ring = Ring::default();
    for key in stored {
        if key.master != given {
            return Err(OpenError::Other {
                given,
                needed: key.master.clone(),
            });
        }
        let opened = master.unwrap(&key.id, &key.wrapped).map_err(|_| OpenError::Damaged)?;
        ring.keys.insert(key.id.clone(), Arc::new(opened));
    }
    ring.current = current_of(stored, now);
    ring.master = Some(master);
    Ok(ring)
}

/// `stored` is in the order of its times. Where no time has come yet (a clock that went back) the first one counts.
pub(super) fn current_of(stored: &[StoredKey], now: i64) -> Option<String> {
    let come = stored.iter().rev().find(|key| key.active_from <= now);
    come.or(stored.first()).map(|key| key.id.clone())
}
