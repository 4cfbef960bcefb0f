//! Watched folders: looks every few seconds, reads what is new or changed, removes what is gone.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use api_types::DocumentSource;

use super::receive::{Arrival, receive};
use super::{blob, delete, store};
use crate::app::App;
use crate::identity::EVERYONE;

const EVERY: Duration = Duration::from_secs(5);
/// Folders deeper than this are not entered; a loop of links ends here too.
const DEPTH: usize = 16;
const ACTOR: &str = "system:watch";

/// Size and time of a file when it was last taken in.
type Seen = HashMap<PathBuf, (u64, SystemTime)>;

/// Watches until the task is dropped. Returns at once when no folder is configured.
pub async fn forever(app: Arc<App>) {
    let mut seen = Seen::new();
    while !app.config.watched_folders.is_empty() {
        look(&app, &mut seen).await;
        tokio::time::sleep(EVERY).await;
    }
}

async fn look(app: &App, seen: &mut Seen) {
    let mut present = Vec::new();
    for folder in &app.config.watched_folders {
        // A folder that cannot be read (unmounted, say) must not look like one whose files are gone.
        if let Err(error) = files(folder, 0, &mut present) {
            tracing::warn!(folder = %folder.display(), %error, "a watched folder cannot be read; nothing of it is removed");
            return;
        }
    }
    for (path, bytes, changed) in &present {
        if seen.get(path) == Some(&(*bytes, *changed)) {
            continue;
        }
        match take(app, path).await {
            Ok(()) => {
                seen.insert(path.clone(), (*bytes, *changed));
            }
            Err(error) => tracing::warn!(%error, "a watched file could not be taken in"),
        }
    }
    if let Err(error) = remove_gone(app, &present).await {
        tracing::warn!(%error, "vanished files could not be removed");
    }
}

fn files(folder: &Path, depth: usize, found: &mut Vec<(PathBuf, u64, SystemTime)>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if kind.is_dir() && depth < DEPTH {
            files(&entry.path(), depth + 1, found)?;
        } else if kind.is_file() {
            let metadata = entry.metadata()?;
            found.push((entry.path(), metadata.len(), metadata.modified()?));
        }
    }
    Ok(())
}

async fn take(app: &App, path: &Path) -> Result<(), String> {
    let file = tokio::fs::File::open(path).await.map_err(|error| error.to_string())?;
    let limit = app.config.max_upload_bytes;
    let incoming = blob::receive(&app.config.data_dir, file, limit)
        .await
        .map_err(|error| error.to_string())?;
    let file_name = path.file_name().unwrap_or_default().to_string_lossy();
    let Some(format) = extract::detect(&file_name, &incoming.head) else {
        return Ok(());
    };
    let arrival = Arrival {
        source: DocumentSource::WatchedFolder,
        source_key: &path.to_string_lossy(),
        owner: None,
        file_name: &file_name,
        media_type: super::run::media_type(format, &file_name),
        readers: &[EVERYONE.to_owned()],
        watermark: None,
        actor: ACTOR,
    };
    receive(app, &arrival, incoming)
        .await
        .map(|_| ())
        .map_err(|error| error.to_string())
}

async fn remove_gone(app: &App, present: &[(PathBuf, u64, SystemTime)]) -> Result<(), sqlx::Error> {
    for (id, key) in store::keys_of(&app.db, DocumentSource::WatchedFolder).await? {
        if !present.iter().any(|(path, _, _)| path.to_string_lossy() == key) {
            delete::remove(app, ACTOR, &id).await?;
        }
    }
    Ok(())
}
