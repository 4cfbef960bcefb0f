//! `voiceassist rotate-keys`: a new data key, or a new master key around the data keys that there are.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail};

use super::Vault;
use super::master::MasterSource;
use super::open::{ACTOR, new_key};
use super::reseal::RESEAL;
use super::store;
use crate::audit::{self, Event};
use crate::clock::{Clock, Random, new_id};
use crate::config::Config;
use crate::db::{self, Db};
use crate::jobs;

/// From when a new key is used, in milliseconds: every host has read it by then.
pub const LEAD_MS: i64 = 5_000;
/// From when records are sealed anew: what was being written under the old key is committed by then.
const GRACE_MS: i64 = 30_000;

/// Makes a new data key, or with `new_master` wraps the data keys under that key; says what happens next.
///
/// # Errors
/// No master key is set, or it is not that of the database.
pub async fn run(
    config: &Config,
    new_master: Option<PathBuf>,
    clock: &dyn Clock,
    random: Arc<dyn Random>,
    out: &mut impl Write,
) -> Result<()> {
    let db = db::open(&config.database_url)
        .await
        .context("the database cannot be opened")?;
    let never_in = config.folders_of_data();
    let vault = Vault::open_all(&config.master_key, &never_in, &db, clock, Arc::clone(&random)).await?;
    if !vault.seals() {
        bail!(
            "no master key is set, so there are no data keys. Set MASTER_KEY_FILE or MASTER_KEY_COMMAND and start the server once"
        );
    }
    match new_master {
        None => {
            let id = add_key(&vault, &db, clock.now_ms(), random.as_ref()).await?;
            writeln!(
                out,
                "The data key {id} is used from now on. The running server seals all records under it in the background and then destroys the old one."
            )?;
        }
        Some(file) => {
            let fingerprint = change_master(
                &vault,
                &db,
                MasterSource::File(file),
                &never_in,
                clock.now_ms(),
                random.as_ref(),
            )
            .await?;
            writeln!(
                out,
                "The data keys are wrapped under the master key {fingerprint}. Put it where MASTER_KEY_FILE or MASTER_KEY_COMMAND takes it from before the next start; backups made until now need the old one."
            )?;
        }
    }
    Ok(())
}

/// Adds a data key and the job that seals everything under it. Returns the key's id.
///
/// # Errors
/// Of the database.
pub async fn add_key(vault: &Vault, db: &Db, now: i64, random: &dyn Random) -> Result<String> {
    let key = match &vault.read().master {
        Some(master) => new_key(random, master, now + LEAD_MS)?,
        None => bail!("no master key is set"),
    };
    let mut tx = db::begin(db).await?;
    store::insert_key(&mut tx, &key, now).await?;
    let due = now + GRACE_MS;
    jobs::enqueue(&mut tx, &new_id(random), RESEAL, RESEAL, "", due).await?;
    audit::record(&mut tx, now, &Event::new(ACTOR, "keys.rotated", "data_key", &key.id)).await?;
    tx.commit().await?;
    Ok(key.id)
}

/// Wraps every data key under the master key of `source`, in one commit. Returns its fingerprint.
///
/// # Errors
/// The new key cannot be read.
pub async fn change_master(
    vault: &Vault,
    db: &Db,
    source: MasterSource,
    never_in: &[PathBuf],
    now: i64,
    random: &dyn Random,
) -> Result<String> {
    let master = source.read(never_in).await?.context("a new master key is needed")?;
    let fingerprint = master.fingerprint();
    let mut tx = db::begin(db).await?;
    for stored in store::keys_in(&mut tx).await? {
        let key = vault
            .key(&stored.id)
            .with_context(|| format!("the data key {} was made just now; try again", stored.id))?;
        let mut nonce = [0; envelope::NONCE_BYTES];
        random.fill(&mut nonce);
        store::rewrap(
            &mut tx,
            &stored.id,
            &fingerprint,
            &master.wrap(&stored.id, &key, nonce)?,
        )
        .await?;
    }
    audit::record(
        &mut tx,
        now,
        &Event::new(ACTOR, "keys.rewrapped", "master_key", &fingerprint),
    )
    .await?;
    tx.commit().await?;
    Ok(fingerprint)
}
