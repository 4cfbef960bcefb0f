//! May this user read these files right now? Asked of Nextcloud as the user, each time, and never remembered.
//!
//! What a real server answered decides the order: the account record, because WebDAV serves disabled users too; one
//! SEARCH, which says what is there, where, and what is surely denied; and for each file whose text goes on, a GET that
//! reads bytes, the only request that agreed with the truth in every case. HEAD, PROPFIND, direct links and 304 did not.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use tokio::time::Instant;

use crate::ActingUser;
use crate::client::Nextcloud;
use crate::dav::{Node, SEARCH_IDS};
use crate::error::NextcloudError;

/// Of the whole check. What is not known by then is withheld.
const PATIENCE: Duration = Duration::from_secs(2);

/// When a check that begins now must be over, whatever it asks.
pub fn deadline() -> Instant {
    Instant::now() + PATIENCE
}

const PARALLEL: usize = 8;

/// What one look has shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Files the user may read, by id, as they are now.
    pub readable: BTreeMap<i64, Node>,
    /// Files that are not the user's to read.
    pub denied: Vec<i64>,
    /// Files of which it is not known: Nextcloud was slow, down or answered nonsense.
    pub unknown: Vec<i64>,
}

/// One file's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Readable,
    Denied,
    Unknown,
}

impl Nextcloud {
    /// Stage one for up to 100 files: enabled user, present, not surely denied, not shared for viewing only.
    ///
    /// Good enough for names in a list that Nextcloud would show too; before text goes on, [`Nextcloud::may_read`].
    pub async fn may_list(&self, user: &ActingUser, ids: &[i64], deadline: Instant) -> Checked {
        let (ids, surplus) = ids.split_at(ids.len().min(SEARCH_IDS));
        let mut checked = Checked {
            unknown: surplus.to_vec(),
            ..Checked::default()
        };
        if ids.is_empty() {
            return checked;
        }
        let both = async { futures::join!(self.groups(user), self.find(user, ids)) };
        let (account, found) = match tokio::time::timeout_at(deadline, both).await {
            Ok(both) => both,
            Err(_) => {
                checked.unknown.extend(ids);
                return checked;
            }
        };
        match (account, found) {
            (Err(NextcloudError::Refused(_)), _) | (_, Err(NextcloudError::Refused(_))) => checked.denied.extend(ids),
            (Err(_), _) | (_, Err(_)) => checked.unknown.extend(ids),
            (Ok(_), Ok(found)) => {
                let allowed = found.into_iter().filter(|node| node.readable && !node.no_download);
                checked.readable = allowed.map(|node| (node.id, node)).collect();
                let missing = ids.iter().filter(|id| !checked.readable.contains_key(id));
                checked.denied = missing.copied().collect();
            }
        }
        checked
    }

    /// Stage two, for files that stage one let pass: reads the first bytes of each.
    pub async fn may_read(&self, user: &ActingUser, nodes: &[Node], deadline: Instant) -> BTreeMap<i64, Verdict> {
        let tasting: Vec<BoxFuture<'_, (i64, Verdict)>> = nodes
            .iter()
            .map(|node| self.tasted(user, node, deadline).boxed())
            .collect();
        futures::stream::iter(tasting)
            .buffer_unordered(PARALLEL)
            .collect()
            .await
    }

    async fn tasted(&self, user: &ActingUser, node: &Node, deadline: Instant) -> (i64, Verdict) {
        let verdict = tokio::time::timeout_at(deadline, self.taste_verdict(user, node)).await;
        (node.id, verdict.unwrap_or(Verdict::Unknown))
    }

    async fn taste_verdict(&self, user: &ActingUser, node: &Node) -> Verdict {
        match self.taste(user, &node.path).await {
            // Another ETag, or none: written since the SEARCH, or another file under a reused name.
            Ok(tasted) if tasted.etag != node.etag || tasted.etag.is_empty() => Verdict::Unknown,
            Ok(tasted) => {
                let mut body = tasted.reply.body;
                match body.next().await {
                    Some(Ok(bytes)) if !bytes.is_empty() => Verdict::Readable,
                    _ if node.bytes == 0 => Verdict::Readable,
                    _ => Verdict::Unknown,
                }
            }
            Err(NextcloudError::Refused(_) | NextcloudError::NotFound) => Verdict::Denied,
            Err(_) => Verdict::Unknown,
        }
    }
}
