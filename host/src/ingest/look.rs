//! Job: looks through a user's Nextcloud folders, as that user, for what is new, changed or gone.
//!
//! A folder whose ETag is the same as last time is not entered: Nextcloud changes it with anything below. Every few
//! hours each folder is entered all the same. A long look goes on in slices, so that others get their turn.

use std::sync::Arc;
use std::time::Duration;

use api_types::IndexRules;
use futures::FutureExt;
use futures::future::BoxFuture;
use nextcloud::{ActingUser, NextcloudError, Node};

use super::store::files::{self, NO_INDEX};
use super::{ACCEPTS, INDEX, notice};
use crate::app::App;
use crate::clock::new_id;
use crate::cloud::look::FETCH;
use crate::cloud::{Cloud, settings};
use crate::identity;
use crate::jobs;
use crate::jobs::worker::JobError;

const SLICE_MS: i64 = 15_000;
const FULL_EVERY_MS: i64 = 6 * 60 * 60 * 1000;
/// Deeper folders are not entered.
const DEPTH: usize = 32;

/// Why a look ends before its end.
enum Stop {
    Slice,
    Nextcloud(NextcloudError),
    Database(sqlx::Error),
}

impl From<NextcloudError> for Stop {
    fn from(error: NextcloudError) -> Self {
        Self::Nextcloud(error)
    }
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

pub async fn run(app: &Arc<App>, acting: Option<ActingUser>) -> Result<(), JobError> {
    let (Some(cloud), Some(user)) = (&app.cloud, acting) else {
        return Ok(());
    };
    let now = app.clock.now_ms();
    if let Some(pause) = cloud.pause.left(now) {
        return Err(JobError::Later(pause));
    }
    let mut look = files::look(&app.db, user.uid()).await?.unwrap_or_default();
    if !look.is_open() {
        look.started_at = now;
    }
    let mut walk = Walk {
        app,
        cloud,
        rules: settings::index_rules(&app.db).await?,
        reader: identity::reader_of(&identity::id_of(&user)),
        full: look.full_at.is_none_or(|full| look.started_at - full > FULL_EVERY_MS),
        began: look.started_at,
        slice_ends: now + SLICE_MS,
        found: false,
        user,
    };
    let walked = walk.folder("/".to_owned(), None, 0).await;
    let pause = match walked {
        Ok(()) => {
            walk.gone().await?;
            look.completed_at = Some(app.clock.now_ms());
            look.error = None;
            if walk.full {
                look.full_at = look.completed_at;
            }
            None
        }
        Err(Stop::Slice) => Some(Duration::ZERO),
        Err(Stop::Database(error)) => return Err(error.into()),
        Err(Stop::Nextcloud(error)) => {
            look.error = Some(error.to_string());
            let pause = cloud.pause.heed(&error, app.clock.now_ms());
            if pause.is_none() {
                tracing::warn!(%error, "a look through a user's files ended early");
                // Not the user's folder any more, or a disabled user: the next look begins anew.
                look.completed_at = Some(app.clock.now_ms());
            }
            pause
        }
    };
    let mut tx = crate::db::begin(&app.db).await?;
    files::set_look(&mut tx, walk.user.uid(), &look).await?;
    tx.commit().await?;
    if walk.found {
        walk.tell_when_read().await?;
        app.new_job.notify_waiters();
    }
    pause.map_or(Ok(()), |pause| Err(JobError::Later(pause)))
}

struct Walk<'a> {
    app: &'a App,
    cloud: &'a Cloud,
    user: ActingUser,
    reader: String,
    rules: IndexRules,
    full: bool,
    /// When this look began; what it meets is marked with this time.
    began: i64,
    slice_ends: i64,
    found: bool,
}

impl Walk<'_> {
    /// Enters a folder; its ETag is stored only when all below it was looked at.
    fn folder(&mut self, path: String, etag: Option<String>, depth: usize) -> BoxFuture<'_, Result<(), Stop>> {
        async move {
            if depth > DEPTH || self.excluded(&path) {
                return Ok(());
            }
            if self.app.clock.now_ms() > self.slice_ends {
                return Err(Stop::Slice);
            }
            if let Some(etag) = &etag
                && self.is_known(&path, etag).await?
            {
                return Ok(());
            }
            let mut nodes = self.cloud.client.folder(&self.user, &path).await?;
            let own = nodes.iter().position(|node| node.path == path);
            let own = own.map(|at| nodes.swap_remove(at).etag).unwrap_or_default();
            if depth == 0 && self.is_known(&path, &own).await? {
                return Ok(());
            }
            let hidden = nodes.iter().any(|node| !node.folder && node.name() == NO_INDEX);
            if !hidden {
                self.files(&nodes).await?;
                let folders = nodes
                    .into_iter()
                    .filter(|node| node.folder && !node.name().starts_with('.'));
                for node in folders {
                    self.folder(node.path, Some(node.etag), depth + 1).await?;
                }
            }
            let mut tx = crate::db::begin(&self.app.db).await?;
            let etag = if hidden { NO_INDEX } else { &own };
            files::set_folder(&mut tx, self.user.uid(), &path, etag, self.began).await?;
            tx.commit().await?;
            Ok(())
        }
        .boxed()
    }

    /// The folder is as it was when last looked at; then all below it counts as seen.
    async fn is_known(&self, path: &str, etag: &str) -> Result<bool, Stop> {
        let uid = self.user.uid();
        let Some((known, seen_at)) = files::folder(&self.app.db, uid, path).await? else {
            return Ok(false);
        };
        if known != etag || etag.is_empty() || (self.full && seen_at < self.began) {
            return Ok(false);
        }
        if seen_at < self.began {
            let below = if path == "/" {
                "/".to_owned()
            } else {
                format!("{path}/")
            };
            let mut tx = crate::db::begin(&self.app.db).await?;
            files::see_below(&mut tx, uid, &self.reader, &below, self.began).await?;
            files::set_folder(&mut tx, uid, path, etag, self.began).await?;
            tx.commit().await?;
        }
        Ok(true)
    }

    async fn files(&mut self, nodes: &[Node]) -> Result<(), Stop> {
        let wanted: Vec<&Node> = nodes.iter().filter(|node| wanted(node, &self.rules)).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let now = self.app.clock.now_ms();
        let mut tx = crate::db::begin(&self.app.db).await?;
        for node in wanted {
            let row = files::file(&mut tx, node.id).await?;
            let current = row.as_ref().is_some_and(|row| row.etag.as_deref() == Some(&node.etag));
            if let Some(row) = &row {
                let new = files::set_reader(&mut tx, &row.document, &self.reader, &node.path, self.began).await?;
                if new {
                    let id = new_id(self.app.random.as_ref());
                    jobs::enqueue(&mut tx, &id, INDEX, &row.document, &row.document, now).await?;
                    self.found = true;
                }
            }
            if !current && allowed(node) {
                self.queue(&mut tx, node.id, now).await?;
                self.found = true;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// What was not met is asked about file by file before anything is taken away.
    async fn gone(&mut self) -> Result<(), sqlx::Error> {
        let now = self.app.clock.now_ms();
        let mut tx = crate::db::begin(&self.app.db).await?;
        for file in files::unseen(&mut tx, &self.reader, self.began).await? {
            self.queue(&mut tx, file, now).await?;
            self.found = true;
        }
        files::forget_folders(&mut tx, self.user.uid(), self.began).await?;
        tx.commit().await
    }

    async fn queue(&self, tx: &mut crate::db::Tx, file: i64, now: i64) -> Result<(), sqlx::Error> {
        let (id, key, payload) = (
            new_id(self.app.random.as_ref()),
            format!("file:{file}"),
            file.to_string(),
        );
        jobs::enqueue_as(tx, &id, (FETCH, &key, &payload), &self.user, now).await
    }

    async fn tell_when_read(&self) -> Result<(), sqlx::Error> {
        let (id, now) = (new_id(self.app.random.as_ref()), self.app.clock.now_ms());
        let key = format!("notice:{}", self.user.uid());
        let mut tx = crate::db::begin(&self.app.db).await?;
        jobs::enqueue_as(&mut tx, &id, (notice::JOB, &key, ""), &self.user, now).await?;
        tx.commit().await
    }

    fn excluded(&self, path: &str) -> bool {
        below_excluded(path, &self.rules)
    }
}

/// Neither surely denied nor shared for viewing only.
pub fn allowed(node: &Node) -> bool {
    node.readable && !node.no_download
}

/// A file that can be read, by name, size and the administrator's rules.
pub fn wanted(node: &Node, rules: &IndexRules) -> bool {
    let ending = node
        .name()
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    let Some(ending) = ending else { return false };
    !node.folder
        && node.bytes > 0
        && i64::try_from(node.bytes).is_ok_and(|bytes| bytes <= rules.max_bytes)
        && ACCEPTS.contains(&ending.as_str())
        && !rules
            .exclude_endings
            .iter()
            .any(|excluded| excluded.eq_ignore_ascii_case(&ending))
        && !below_excluded(node.parent(), rules)
}

fn below_excluded(folder: &str, rules: &IndexRules) -> bool {
    rules.exclude_folders.iter().any(|excluded| {
        let excluded = excluded.trim_end_matches('/');
        folder
            .strip_prefix(excluded)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(path: &str) -> Node {
        Node {
            id: 1,
            path: path.to_owned(),
            folder: false,
            etag: "e".into(),
            bytes: 10,
            media_type: None,
            readable: true,
            no_download: false,
        }
    }

    #[test]
    fn rules_name_folders_endings_and_sizes() {
        let rules = IndexRules {
            exclude_folders: vec!["/Private/".into()],
            exclude_endings: vec!["TXT".into()],
            max_bytes: 10,
        };
        assert!(wanted(&node("/Privateer/a.pdf"), &rules));
        for path in ["/Private/a.pdf", "/Private/deep/a.pdf", "/a.txt", "/a.exe", "/a"] {
            assert!(!wanted(&node(path), &rules), "{path}");
        }
        assert!(!wanted(
            &Node {
                bytes: 11,
                ..node("/a.pdf")
            },
            &rules
        ));
        let denied = Node {
            readable: false,
            ..node("/a.pdf")
        };
        let view_only = Node {
            no_download: true,
            ..node("/a.pdf")
        };
        assert!(wanted(&denied, &rules) && !allowed(&denied) && !allowed(&view_only));
        assert!(allowed(&node("/a.pdf")));
    }
}
