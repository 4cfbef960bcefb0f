//! Removes original bytes that no version refers to any more, and what broken uploads left.

use std::sync::Arc;
use std::time::Duration;

use super::receive::ReceiptError;
use super::{blob, store};
use crate::app::App;

const EVERY: Duration = Duration::from_secs(10 * 60);
/// Younger files may belong to an upload whose commit is still to come.
const MIN_AGE_MS: u128 = 60 * 60 * 1000;

/// Sweeps until the task is dropped.
pub async fn forever(app: Arc<App>) {
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(error) = once(&app, MIN_AGE_MS).await {
            tracing::warn!(%error, "the sweep of original files failed; it will be tried again");
        }
    }
}

/// Returns how many files were removed.
///
/// # Errors
/// Of the disk or the database, as text for the log.
pub async fn once(app: &App, min_age_ms: u128) -> Result<u64, String> {
    let data_dir = &app.config.data_dir;
    let mut removed = blob::remove_incoming(data_dir, min_age_ms)
        .await
        .map_err(|error| error.to_string())?;
    for (hash, age) in blob::kept(data_dir).await.map_err(|error| error.to_string())? {
        if age >= min_age_ms
            && remove(app, &hash, min_age_ms)
                .await
                .map_err(|error| error.to_string())?
        {
            removed += 1;
        }
    }
    Ok(removed)
}

/// Removes a content at once that nothing refers to: an upload keeps its bytes under the write lock, and so does this.
///
/// # Errors
/// Of the disk or the database.
pub async fn content(app: &App, hash: &str) -> Result<bool, ReceiptError> {
    match remove(app, hash, 0).await {
        // Swept meanwhile, or never arrived.
        Err(ReceiptError::Disk(error)) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        removed => removed,
    }
}

/// Looks again under the write lock: the same content may have arrived anew since the ages were read.
async fn remove(app: &App, hash: &str, min_age_ms: u128) -> Result<bool, ReceiptError> {
    let mut tx = crate::db::begin(&app.db).await?;
    if store::content_in_use(&mut tx, hash).await? || blob::age_ms(&app.config.data_dir, hash).await? < min_age_ms {
        return Ok(false);
    }
    blob::remove(&app.config.data_dir, hash).await?;
    tx.rollback().await?;
    Ok(true)
}
