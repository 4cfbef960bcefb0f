//! Shares and where they are mounted (permissions.md 1).

use std::collections::BTreeSet;

use super::state::{ALL, CREATE, READ, State, Storage};
use super::tree::{join, parts, with_suffix};
use super::view::{Mount, MountKind};

/// Whom a share or a rule of a group folder is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum With {
    User(String),
    Group(String),
    /// Gives no local user access.
    Link,
    /// Gives no local user access.
    Federated(String),
}

impl With {
    pub fn user(uid: &str) -> Self {
        Self::User(uid.to_owned())
    }

    pub fn group(name: &str) -> Self {
        Self::Group(name.to_owned())
    }
}

/// A share to be made; by default with all permissions, without attributes and end.
#[derive(Clone, Debug)]
pub struct Share {
    pub with: With,
    /// 1 read, 2 update, 4 create, 8 delete, 16 share.
    pub permissions: u32,
    /// The attribute permissions/download, when set.
    pub download: Option<bool>,
    /// Ignored on shares with users and groups, as Nextcloud does.
    pub hide_download: bool,
    /// Seconds since 1970; a share that ended is without effect at once.
    pub expires: Option<i64>,
}

impl Share {
    fn new(with: With) -> Self {
        Self {
            with,
            permissions: ALL,
            download: None,
            hide_download: false,
            expires: None,
        }
    }

    pub fn user(uid: &str) -> Self {
        Self::new(With::user(uid))
    }

    pub fn group(name: &str) -> Self {
        Self::new(With::group(name))
    }

    pub fn link() -> Self {
        Self::new(With::Link)
    }

    pub fn federated(cloud_id: &str) -> Self {
        Self::new(With::Federated(cloud_id.to_owned()))
    }

    pub fn permissions(mut self, bits: u32) -> Self {
        self.permissions = bits;
        self
    }

    pub fn read_only(self) -> Self {
        self.permissions(READ)
    }

    /// The attribute `download:false`.
    pub fn no_download(mut self) -> Self {
        self.download = Some(false);
        self
    }

    pub fn hide_download(mut self) -> Self {
        self.hide_download = true;
        self
    }

    pub fn expires(mut self, at: i64) -> Self {
        self.expires = Some(at);
        self
    }
}

#[derive(Clone, Debug)]
pub(crate) struct ShareRecord {
    pub id: i64,
    pub node: i64,
    /// Who owns the node.
    pub owner: String,
    /// Who made the share: the owner, or a receiver who shared it on.
    pub by: String,
    pub share: Share,
    /// Receivers who removed it for themselves.
    pub rejected: BTreeSet<String>,
}

impl State {
    /// Adds a share by `by`; the owner of the node stays the owner of the share.
    pub(crate) fn add_share(&mut self, node: i64, by: &str, mut share: Share) -> i64 {
        let owner = match self.storage(node) {
            Some(Storage::Home(owner)) => owner,
            _ => by.to_owned(),
        };
        // permissions.md 1, create-only row: read is added to every share with a user or group.
        if matches!(share.with, With::User(_) | With::Group(_)) {
            share.permissions |= READ;
        }
        if self.nodes.get(&node).is_some_and(|node| !node.folder) {
            share.permissions &= !(CREATE | super::state::DELETE);
        }
        let id = self.next_id();
        self.shares.insert(
            id,
            ShareRecord {
                id,
                node,
                owner,
                by: by.to_owned(),
                share,
                rejected: BTreeSet::new(),
            },
        );
        id
    }

    /// Whether the share gives this user the node now.
    pub(crate) fn share_reaches(&self, record: &ShareRecord, uid: &str) -> bool {
        let meant = match &record.share.with {
            With::User(with) => with == uid,
            With::Group(group) => self.in_group(uid, group) && record.by != uid,
            With::Link | With::Federated(_) => false,
        };
        meant
            && record.owner != uid
            && !record.rejected.contains(uid)
            && record.share.expires.is_none_or(|end| end > self.now)
            && self.users.contains_key(&record.owner)
            && self.alive(record.node)
    }

    /// The shares that reach this user, joined by node: permissions add up, `download:false` holds unless one
    /// of them says true (apps/files_sharing MountProvider::buildSuperShares).
    pub(crate) fn received(&self, uid: &str) -> Vec<Mount> {
        let mut mounts: Vec<Mount> = Vec::new();
        for record in self.shares.values().filter(|record| self.share_reaches(record, uid)) {
            let Some(limit) = self.source_permissions(record) else {
                continue;
            };
            let bits = record.share.permissions & limit;
            if let Some(mount) = mounts.iter_mut().find(|mount| mount.root == record.node) {
                mount.permissions |= bits;
                if mount.download != Some(true) && record.share.download.is_some() {
                    mount.download = record.share.download;
                }
                mount.shares.push(record.id);
                continue;
            }
            let Some(path) = self.targets.get(&(uid.to_owned(), record.node)) else {
                continue;
            };
            mounts.push(Mount {
                path: path.clone(),
                root: record.node,
                kind: MountKind::Share,
                permissions: bits,
                download: record.share.download,
                shares: vec![record.id],
                owner: record.owner.clone(),
            });
        }
        mounts
    }

    /// What the owner of the share may do with the node; `None` when it is out of the owner's reach.
    fn source_permissions(&self, record: &ShareRecord) -> Option<u32> {
        match self.storage(record.node)? {
            Storage::Home(owner) => (owner == record.owner).then_some(ALL),
            Storage::GroupFolder(_) | Storage::External(_) => self
                .places_without_shares(&record.owner, record.node)
                .first()
                .map(|seen| seen.permissions),
        }
    }

    /// Chooses where newly received nodes are mounted: in the root under the node's name, with a number when taken.
    pub(crate) fn settle_targets(&mut self) {
        let mut missing: Vec<(String, i64)> = Vec::new();
        for record in self.shares.values() {
            for uid in self.users.keys().filter(|uid| self.share_reaches(record, uid)) {
                let key = (uid.clone(), record.node);
                if !self.targets.contains_key(&key) && !missing.contains(&key) {
                    missing.push(key);
                }
            }
        }
        for (uid, node) in missing {
            let Some(name) = self.nodes.get(&node).map(|node| node.name.clone()) else {
                continue;
            };
            let mut free = name.clone();
            let mut number = 2;
            while self.taken(&uid, &free) {
                free = with_suffix(&name, &number.to_string());
                number += 1;
            }
            self.targets.insert((uid, node), join("/", &free));
        }
    }

    fn taken(&self, uid: &str, name: &str) -> bool {
        let path = join("/", name);
        let home = self
            .users
            .get(uid)
            .is_some_and(|user| self.child(user.root, name).is_some());
        home || self.mounts(uid).iter().any(|mount| parts(&mount.path) == parts(&path))
    }
}
