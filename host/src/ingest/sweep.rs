//! Removes original bytes that no version refers to any more.

use std::sync::Arc;
use std::time::Duration;

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

/// # Errors
/// Of the disk or the database, as text for the log.
pub async fn once(app: &App, min_age_ms: u128) -> Result<u64, String> {
    let mut removed = 0;
    for (hash, age) in blob::kept(&app.config.data_dir)
        .await
        .map_err(|error| error.to_string())?
    {
        if age < min_age_ms
            || store::content_in_use(&app.db, &hash)
                .await
                .map_err(|error| error.to_string())?
        {
            continue;
        }
        blob::remove(&app.config.data_dir, &hash)
            .await
            .map_err(|error| error.to_string())?;
        removed += 1;
    }
    Ok(removed)
}
