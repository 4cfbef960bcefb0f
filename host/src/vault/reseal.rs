//! Job: seals every record under the current data key, whether it was stored as it is or sealed under an older one.
//!
//! It goes on where it was cut off, beside everything else: a batch is one short commit, and a row that was changed
//! meanwhile is left as it is, because it was sealed by whoever changed it.

use std::time::Duration;

use super::columns::{COLUMNS, Column};
use super::open::ACTOR;
use super::store::{self, Found, Value};
use super::{Place, Vault, VaultError};
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::new_id;
use crate::db;
use crate::jobs;
use crate::jobs::worker::JobError;

/// The job's kind.
pub const RESEAL: &str = "vault.reseal";
/// Rows a commit.
const BATCH: i64 = 100;
/// Before the end is looked for again.
const AGAIN: Duration = Duration::from_millis(50);
/// Between two commits, so that those who wait for the write lock come first.
const PAUSE: Duration = Duration::from_millis(10);

/// At the start: a column that is not through, or that an update has added, gets its job.
///
/// # Errors
/// Of the database.
pub async fn resume(app: &App) -> Result<(), sqlx::Error> {
    let Some(current) = app.vault.current_id() else {
        return Ok(());
    };
    for column in COLUMNS {
        let through = store::walk(&app.db, &column.name()).await?;
        if !through.is_some_and(|(key, _, finished)| finished && key == current) {
            let mut tx = db::begin(&app.db).await?;
            let id = new_id(app.random.as_ref());
            jobs::enqueue_once(&mut tx, &id, RESEAL, "", app.clock.now_ms()).await?;
            return tx.commit().await;
        }
    }
    Ok(())
}

/// Seals the rows. Does nothing without a key.
///
/// # Errors
/// Of the database, or a row that does not open: it is named, and no key is destroyed.
pub async fn rows(app: &App) -> Result<(), JobError> {
    // The key that a shell has just made may not be known yet.
    let never_in = app.config.folders_of_data();
    let now = app.clock.now_ms();
    app.vault.look(&app.config.master_key, &never_in, &app.db, now).await?;
    let Some(current) = app.vault.current_id() else {
        return Ok(());
    };
    for column in COLUMNS {
        walk(app, column, &current).await?;
    }
    Ok(())
}

async fn walk(app: &App, column: &Column, current: &str) -> Result<(), JobError> {
    let name = column.name();
    let mut behind = match store::walk(&app.db, &name).await? {
        Some((key, _, true)) if key == current => return Ok(()),
        Some((key, behind, false)) if key == current => behind,
        _ => Vec::new(),
    };
    loop {
        let found = store::batch(&app.db, column, &behind, BATCH).await?;
        let Some(last) = found.last() else { break };
        behind.clone_from(&last.at);
        let mut changes = Vec::new();
        for row in &found {
            let new = sealed_anew(&app.vault, column, row, current)
                .map_err(|error| JobError::Retry(format!("{name} of {}: {error}", row.row())))?;
            changes.extend(new.map(|new| (row, new)));
        }
        let mut tx = db::begin(&app.db).await?;
        for (row, new) in &changes {
            store::replace(&mut tx, column, row, new).await?;
        }
        store::note(&mut tx, &name, current, &behind, false).await?;
        tx.commit().await?;
        tokio::time::sleep(PAUSE).await;
    }
    let mut tx = db::begin(&app.db).await?;
    store::note(&mut tx, &name, current, &[], true).await?;
    tx.commit().await?;
    Ok(())
}

/// The value under the current key; none when it is there already.
fn sealed_anew(vault: &Vault, column: &Column, found: &Found, current: &str) -> Result<Option<Value>, VaultError> {
    let row = found.row();
    let place = Place::new(column.table, column.column, &row);
    Ok(match &found.value {
        Value::Text(text) if text.starts_with(&envelope::text_prefix(current)) => None,
        Value::Bytes(bytes) if bytes.starts_with(&envelope::bytes_prefix(current)) => None,
        Value::Text(text) => Some(Value::Text(vault.seal(place, &vault.open(place, text.clone())?)?)),
        Value::Bytes(bytes) => Some(Value::Bytes(
            vault.seal_bytes(place, &vault.open_bytes(place, bytes.clone())?)?,
        )),
    })
}

/// Destroys the keys that nothing needs any more, and what the log still holds of the old rows.
///
/// # Errors
/// A row that is not sealed under the current key came up after the walk, or somebody still reads older pages: the job comes
/// again.
pub async fn finish(app: &App) -> Result<(), JobError> {
    let Some(current) = app.vault.current_id() else {
        return Ok(());
    };
    for column in COLUMNS {
        if store::any_other(&app.db, column, &current).await? {
            let mut tx = db::begin(&app.db).await?;
            store::note(&mut tx, &column.name(), &current, &[], false).await?;
            tx.commit().await?;
            return Err(JobError::Later(AGAIN));
        }
    }
    if !db::empty_log(&app.db).await? {
        return Err(JobError::Later(AGAIN));
    }
    let now = app.clock.now_ms();
    let mut tx = db::begin(&app.db).await?;
    let destroyed = store::retire(&mut tx, &current).await?;
    let event =
        Event::new(ACTOR, "records.sealed", "data_key", &current).detail(serde_json::json!({ "destroyed": destroyed }));
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    Ok(())
}
