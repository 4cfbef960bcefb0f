//! Job: looks through a user's Nextcloud folders, as that user, for what is new, changed or gone.
//!
//! A folder whose ETag is the same as last time is not entered: Nextcloud changes it with anything below. Every few
//! hours each folder is entered all the same. A long look goes on in slices, so that others get their turn. Of a storage
//! that does not answer nothing is concluded: what was read of it stays, withheld, until it is back.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use api_types::IndexRules;
use futures::FutureExt;
use futures::future::BoxFuture;
use nextcloud::{ActingUser, NextcloudError, Node};

use super::store::files;
use super::store::looks::{self, NO_INDEX};
use super::{ACCEPTS, READERS, notice};
use crate::app::App;
use crate::clock::new_id;
use crate::cloud::account::MayWork;
use crate::cloud::look::FETCH;
use crate::cloud::{Cloud, settings};
use crate::identity;
use crate::jobs;
use crate::jobs::worker::JobError;

const SLICE_MS: i64 = 15_000;
const FULL_EVERY_MS: i64 = 6 * 60 * 60 * 1000;
/// A storage behind Nextcloud that answers nothing holds up one folder only.
const ONE_FOLDER: Duration = Duration::from_secs(20);
/// Deeper folders are not entered.
const DEPTH: usize = 32;
/// Files in one commit, so that others can write in between.
const AT_ONCE: usize = 100;

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
    match cloud.may_work_for(&user).await? {
        MayWork::Yes => {}
        MayWork::No => return Ok(()),
        MayWork::Later(pause) => return Err(JobError::Later(pause)),
    }
    let mut look = looks::look(&app.db, user.uid()).await?.unwrap_or_default();
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
        entered: 0,
        skipped: None,
        found: false,
        user,
    };
    let walked = walk.folder("/".to_owned(), None, 0).await;
    let pause = match walked {
        Ok(_) => {
            look.completed_at = Some(app.clock.now_ms());
            look.error = walk.skipped.take();
            if walk.full {
                walk.strays().await?;
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
    if settings::index_rules(&app.db).await? == walk.rules {
        looks::set_look(&mut tx, walk.user.uid(), &look).await?;
    } else {
        // The rules have changed meanwhile: all of it is looked at anew.
        looks::forget_look(&mut tx, walk.user.uid()).await?;
    }
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
    /// When this look began; the folders it enters are marked with this time.
    began: i64,
    slice_ends: i64,
    /// Folders that were finished in this slice.
    entered: usize,
    /// Why a folder was left out, when one was.
    skipped: Option<String>,
    found: bool,
}

impl Walk<'_> {
    /// Enters a folder; its ETag is stored only when all below it was looked at. False when that is not so, or a file in it
    /// is denied for now: a rule's end changes no ETag, so such a folder is entered by every look.
    fn folder(&mut self, path: String, etag: Option<String>, depth: usize) -> BoxFuture<'_, Result<bool, Stop>> {
        async move {
            if depth > DEPTH || below_excluded(&path, &self.rules) {
                self.leave(&path).await?;
                return Ok(true);
            }
            if self.entered > 0 && self.app.clock.now_ms() > self.slice_ends {
                return Err(Stop::Slice);
            }
            let known = looks::folder(&self.app.db, self.user.uid(), &path).await?;
            if let Some((known, seen_at)) = &known
                && depth > 0
            {
                // An earlier slice of this look has been here; what has changed since is for the next look.
                if *seen_at >= self.began {
                    return Ok(!known.is_empty());
                }
                if !self.full && !known.is_empty() && etag.as_ref() == Some(known) {
                    return Ok(true);
                }
            }
            let was_hidden = known.as_ref().is_some_and(|(known, _)| known == NO_INDEX);
            let listed = self.listing(&path, depth).await?;
            let away = |nodes: &Vec<Node>| nodes.iter().any(|node| node.path == path && node.away);
            let mut nodes = match listed {
                Some(nodes) if !away(&nodes) => nodes,
                there => {
                    if there.is_some() {
                        self.skipped = Some("an outside storage does not answer".to_owned());
                    }
                    let mark = if was_hidden { NO_INDEX } else { "" };
                    self.mark(&path, mark, self.began).await?;
                    self.entered += 1;
                    return Ok(false);
                }
            };
            let own = nodes.iter().position(|node| node.path == path);
            let own = own.map(|at| nodes.swap_remove(at).etag).unwrap_or_default();
            if depth == 0 && !self.full && known.is_some_and(|(known, _)| known == own && !own.is_empty()) {
                return Ok(true);
            }
            let hidden = nodes.iter().any(|node| !node.folder && node.name() == NO_INDEX);
            let mut settled = true;
            if hidden {
                self.leave(&path).await?;
            } else {
                if was_hidden {
                    // Before its files are queued: who fetches them must find them open.
                    self.mark(&path, "", 0).await?;
                }
                settled = self.files(&path, &nodes).await?;
                for node in nodes.into_iter().filter(|node| node.folder && !is_hidden(node.name())) {
                    settled &= self.folder(node.path, Some(node.etag), depth + 1).await?;
                }
            }
            let etag = match (hidden, settled) {
                (true, _) => NO_INDEX,
                (false, true) => &own,
                (false, false) => "",
            };
            self.mark(&path, etag, self.began).await?;
            self.entered += 1;
            Ok(settled)
        }
        .boxed()
    }

    /// What lies in a folder; none when this one folder is away, denied or too slow, which keeps no one from the rest.
    async fn listing(&mut self, path: &str, depth: usize) -> Result<Option<Vec<Node>>, Stop> {
        let asking = self.cloud.client.folder(&self.user, path);
        let listed = match depth {
            0 => asking.await,
            _ => match tokio::time::timeout(ONE_FOLDER, asking).await {
                Ok(listed) => listed,
                Err(_) => {
                    self.skipped = Some("a folder did not answer in time".to_owned());
                    return Ok(None);
                }
            },
        };
        match listed {
            Ok(nodes) => Ok(Some(nodes)),
            Err(error) if depth == 0 || concerns_all(&error) => Err(error.into()),
            Err(error) => {
                self.skipped = Some(error.to_string());
                Ok(None)
            }
        }
    }

    async fn mark(&self, path: &str, etag: &str, seen_at: i64) -> Result<(), Stop> {
        let mut tx = crate::db::begin(&self.app.db).await?;
        looks::set_folder(&mut tx, self.user.uid(), path, etag, seen_at).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Compares a folder's own files and folders with what was known. False when one of them is denied for now.
    async fn files(&mut self, folder: &str, nodes: &[Node]) -> Result<bool, Stop> {
        let wanted: Vec<&Node> = nodes.iter().filter(|node| wanted(node, &self.rules)).collect();
        let (present, denied): (Vec<&Node>, Vec<&Node>) = wanted.into_iter().partition(|node| allowed(node));
        for part in present.chunks(AT_ONCE) {
            self.compare(part).await?;
        }
        let mut tx = crate::db::begin(&self.app.db).await?;
        let here = files::directly_in(&mut tx, &self.reader, folder).await?;
        let folders = looks::folders_in(&mut tx, self.user.uid(), folder).await?;
        tx.commit().await?;
        let there: HashSet<&str> = present.iter().chain(&denied).map(|node| node.path.as_str()).collect();
        let gone = here.into_iter().filter(|(_, path)| !there.contains(path.as_str()));
        self.queue(&gone.map(|(file, _)| file).collect::<Vec<_>>()).await?;
        let folders_there = nodes.iter().filter(|node| node.folder).map(|node| node.path.as_str());
        let folders_there: HashSet<&str> = folders_there.collect();
        for path in folders.iter().filter(|path| !folders_there.contains(path.as_str())) {
            self.leave(path).await?;
        }
        // A share for viewing only stays one; a rule may end.
        Ok(denied.iter().all(|node| node.readable))
    }

    async fn compare(&mut self, nodes: &[&Node]) -> Result<(), Stop> {
        let now = self.app.clock.now_ms();
        let mut changed = Vec::new();
        let mut tx = crate::db::begin(&self.app.db).await?;
        for node in nodes {
            let row = files::file(&mut tx, node.id).await?;
            if let Some(row) = &row
                && files::set_reader(&mut tx, &row.document, &self.reader, node, now).await?
            {
                let id = new_id(self.app.random.as_ref());
                jobs::enqueue_once(&mut tx, &id, READERS, &row.document, now).await?;
                self.found = true;
            }
            if row.is_none_or(|row| row.etag.as_deref() != Some(&node.etag)) {
                changed.push(node.id);
            }
        }
        tx.commit().await?;
        Ok(self.queue(&changed).await?)
    }

    /// Everything below the folder is gone or not to be read: asked about file by file before anything is taken away.
    async fn leave(&mut self, folder: &str) -> Result<(), Stop> {
        let mut tx = crate::db::begin(&self.app.db).await?;
        let gone = looks::forget_below(&mut tx, self.user.uid(), &self.reader, folder).await?;
        tx.commit().await?;
        Ok(self.queue(&gone).await?)
    }

    /// Files in folders that no look knows any more.
    async fn strays(&mut self) -> Result<(), sqlx::Error> {
        let strays = looks::strays(&self.app.db, self.user.uid(), &self.reader).await?;
        self.queue(&strays).await
    }

    async fn queue(&mut self, ids: &[i64]) -> Result<(), sqlx::Error> {
        let now = self.app.clock.now_ms();
        for part in ids.chunks(AT_ONCE) {
            let mut tx = crate::db::begin(&self.app.db).await?;
            for file in part {
                let id = new_id(self.app.random.as_ref());
                let (key, payload) = (format!("file:{file}"), file.to_string());
                jobs::enqueue_as(&mut tx, &id, (FETCH, &key, &payload), &self.user, now).await?;
            }
            tx.commit().await?;
            self.found = true;
        }
        Ok(())
    }

    async fn tell_when_read(&self) -> Result<(), sqlx::Error> {
        let (id, now) = (new_id(self.app.random.as_ref()), self.app.clock.now_ms());
        let key = format!("notice:{}", self.user.uid());
        let mut tx = crate::db::begin(&self.app.db).await?;
        jobs::enqueue_as(&mut tx, &id, (notice::JOB, &key, ""), &self.user, now).await?;
        tx.commit().await
    }
}

/// The whole of Nextcloud, not one folder.
fn concerns_all(error: &NextcloudError) -> bool {
    matches!(
        error,
        NextcloudError::Unreachable(_) | NextcloudError::Busy { status: 429, .. }
    )
}

fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
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
        && node.path.split('/').count() <= DEPTH
        && !node.path.split('/').any(is_hidden)
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
            external: false,
            away: false,
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
