//! Watched folders: looks every few seconds, reads what is new or changed, removes what is gone.
//!
//! What cannot be looked at is not gone: nothing is removed of a folder that cannot be read, or that is suddenly empty
//! like the mount point of a share that is not mounted.

use std::collections::{HashMap, HashSet};
use std::io::ErrorKind;
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

/// Size and time of a file.
type Stamp = (u64, SystemTime);

/// Watches until the task is dropped. Without a configured folder it only removes what an earlier one has left.
pub async fn forever(app: Arc<App>) {
    let mut watch = Watch::default();
    loop {
        let removed = watch.look(&app).await;
        if removed && app.config.watched_folders.is_empty() {
            return;
        }
        tokio::time::sleep(EVERY).await;
    }
}

#[derive(Default)]
struct Watch {
    /// Files as they were when last taken in.
    seen: HashMap<PathBuf, Stamp>,
    /// Warnings of the last look, which are not repeated.
    warned: HashSet<String>,
}

impl Watch {
    /// False when what is gone could not be removed.
    async fn look(&mut self, app: &App) -> bool {
        let folders = app.config.watched_folders.clone();
        let walked = tokio::task::spawn_blocking(move || {
            let mut found = Found::default();
            folders.iter().for_each(|folder| found.walk(folder));
            found
        });
        let mut found = match walked.await {
            Ok(found) => found,
            Err(error) => {
                tracing::error!(%error, "the look at the watched folders broke off");
                return false;
            }
        };
        // A file that vanishes and comes back with its old time is new.
        self.seen.retain(|path, _| found.files.contains_key(path));
        let excluded = match store::exclusions::keys(&app.db, DocumentSource::WatchedFolder).await {
            Ok(excluded) => excluded,
            Err(error) => {
                tracing::error!(%error, "it is not known which files are taken out");
                return false;
            }
        };
        for (path, stamp) in &found.files {
            // Not seen: it is taken in when it is no longer excluded.
            if self.seen.get(path) == Some(stamp) || excluded.contains(path.to_string_lossy().as_ref()) {
                continue;
            }
            let limit = app.config.max_upload_bytes;
            let taken = match stamp.0 > limit {
                true => Err(format!("it is larger than {limit} bytes")),
                false => take(app, path).await,
            };
            match taken {
                Ok(()) => {
                    self.seen.insert(path.clone(), *stamp);
                }
                Err(error) => found
                    .warnings
                    .push(format!("{} cannot be taken in: {error}", path.display())),
            }
        }
        let removed = remove_gone(app, &mut found).await;
        if let Err(error) = &removed {
            found
                .warnings
                .push(format!("vanished files cannot be removed: {error}"));
        }
        let warned = HashSet::from_iter(found.warnings);
        for warning in warned.difference(&self.warned) {
            tracing::warn!("watched folders: {warning}");
        }
        self.warned = warned;
        removed.is_ok()
    }
}

/// What one look at all folders has shown.
#[derive(Default)]
struct Found {
    files: HashMap<PathBuf, Stamp>,
    /// Files and folders of which it is not known what they hold.
    unreadable: Vec<PathBuf>,
    /// Watched folders with nothing at all in them.
    empty: Vec<PathBuf>,
    warnings: Vec<String>,
}

impl Found {
    fn walk(&mut self, folder: &Path) {
        match self.enter(folder, 0) {
            Ok(0) => self.empty.push(folder.to_owned()),
            Ok(_) => {}
            Err(error) => self.skip(folder, &error),
        }
    }

    /// Returns how many entries of any kind there are.
    fn enter(&mut self, folder: &Path, depth: usize) -> std::io::Result<usize> {
        let mut entries = 0;
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            entries += 1;
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            let path = entry.path();
            match self.entry(&entry, &path, depth) {
                // Gone since the folder was listed.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => self.skip(&path, &error),
                Ok(()) => {}
            }
        }
        Ok(entries)
    }

    fn entry(&mut self, entry: &std::fs::DirEntry, path: &Path, depth: usize) -> std::io::Result<()> {
        let kind = entry.file_type()?;
        if kind.is_dir() && depth < DEPTH {
            self.enter(path, depth + 1)?;
        } else if kind.is_file() {
            let metadata = entry.metadata()?;
            self.files
                .insert(path.to_owned(), (metadata.len(), metadata.modified()?));
        }
        Ok(())
    }

    fn skip(&mut self, path: &Path, error: &std::io::Error) {
        self.warnings.push(format!(
            "{} cannot be read, nothing of it is removed: {error}",
            path.display()
        ));
        self.unreadable.push(path.to_owned());
    }
}

async fn take(app: &App, path: &Path) -> Result<(), String> {
    let file = tokio::fs::File::open(path).await.map_err(|error| error.to_string())?;
    let limit = app.config.max_upload_bytes;
    let incoming = blob::receive(app, file, limit)
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
        file: None,
    };
    receive(app, &arrival, incoming)
        .await
        .map(|_| ())
        .map_err(|error| error.to_string())
}

/// Removes documents whose file is gone or lies under no configured folder any more.
async fn remove_gone(app: &App, found: &mut Found) -> Result<(), sqlx::Error> {
    let present: HashSet<_> = found.files.keys().map(|path| path.to_string_lossy()).collect();
    for (id, key) in store::keys_of(&app.db, DocumentSource::WatchedFolder).await? {
        if present.contains(key.as_str()) {
            continue;
        }
        let within = |folders: &[PathBuf]| {
            folders
                .iter()
                .find(|folder| Path::new(&key).starts_with(folder))
                .cloned()
        };
        if within(&app.config.watched_folders).is_some() {
            if within(&found.unreadable).is_some() {
                continue;
            }
            if let Some(folder) = within(&found.empty) {
                found.warnings.push(format!(
                    "{} is empty, as a share that is not mounted; its documents are kept. If it is meant to be empty, put any other file into it, even a hidden one.",
                    folder.display()
                ));
                continue;
            }
        }
        delete::remove(app, ACTOR, &id).await?;
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_cannot_be_read_stops_no_other() {
        let root = tempfile::tempdir().unwrap();
        let (good, empty, absent) = (
            root.path().join("good"),
            root.path().join("empty"),
            root.path().join("absent"),
        );
        std::fs::create_dir_all(good.join("sub")).unwrap();
        std::fs::create_dir(&empty).unwrap();
        std::fs::write(good.join("sub/a.txt"), "abc").unwrap();
        std::fs::write(good.join(".hidden"), "").unwrap();
        let mut found = Found::default();
        for folder in [&absent, &empty, &good] {
            found.walk(folder);
        }
        assert_eq!(found.files.keys().collect::<Vec<_>>(), [&good.join("sub/a.txt")]);
        assert_eq!((found.unreadable, found.empty), (vec![absent], vec![empty]));
        assert_eq!(found.warnings.len(), 1);
    }

    #[test]
    fn a_folder_with_only_a_hidden_file_is_not_empty() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join(".keep"), "").unwrap();
        let mut found = Found::default();
        found.walk(root.path());
        assert!(found.empty.is_empty() && found.unreadable.is_empty() && found.files.is_empty());
    }
}
