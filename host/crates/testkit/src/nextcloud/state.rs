//! Everything the double remembers: users, nodes, shares, rules, the app and what it registered.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;

use super::app::App;
use super::faults::Faults;
use super::log::Log;
use super::rules::Rule;
use super::sharing::{ShareRecord, With};
use super::webhooks::FileEvent;

pub(crate) const READ: u32 = 1;
pub(crate) const UPDATE: u32 = 2;
pub(crate) const CREATE: u32 = 4;
pub(crate) const DELETE: u32 = 8;
pub(crate) const SHARE: u32 = 16;
pub(crate) const ALL: u32 = 31;

/// 2026-11-22, the first moment of every double; each change is one second later.
const START: i64 = 1_795_331_071;

#[derive(Clone, Debug)]
pub(crate) struct User {
    pub display: String,
    pub password: String,
    pub enabled: bool,
    pub groups: BTreeSet<String>,
    pub language: String,
    pub root: i64,
}

/// What a node lies on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Storage {
    Home(String),
    GroupFolder(usize),
    External(usize),
}

#[derive(Clone, Debug)]
pub(crate) struct Trashed {
    pub parent: i64,
    pub path: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub id: i64,
    pub parent: Option<i64>,
    pub name: String,
    pub folder: bool,
    pub bytes: Bytes,
    pub etag: String,
    pub mtime: i64,
    pub mime: String,
    pub storage: Storage,
    pub tags: BTreeSet<String>,
    pub trashed: Option<Trashed>,
}

#[derive(Clone, Debug)]
pub(crate) struct GroupFolder {
    pub name: String,
    pub root: i64,
    /// Permission bits by group.
    pub groups: BTreeMap<String, u32>,
    /// (node, who, read allowed).
    pub acl: Vec<(i64, With, bool)>,
}

/// How an external storage answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExternalMode {
    Works,
    /// 503, as sabre's ServiceUnavailable.
    Unavailable,
    /// No answer within two minutes.
    Timeout,
}

#[derive(Clone, Debug)]
pub(crate) struct External {
    pub name: String,
    pub root: i64,
    pub users: BTreeSet<String>,
    pub mode: ExternalMode,
}

/// A notification of the bell.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification {
    pub user: String,
    /// `params` as the app sent them.
    pub params: serde_json::Value,
}

pub(crate) struct State {
    pub users: BTreeMap<String, User>,
    pub groups: BTreeSet<String>,
    pub nodes: BTreeMap<i64, Node>,
    /// Who hangs below a folder under a name.
    pub names: BTreeMap<(i64, String), i64>,
    pub shares: BTreeMap<i64, ShareRecord>,
    /// Where a received node is mounted: (user, node) to path.
    pub targets: BTreeMap<(String, i64), String>,
    pub folders: Vec<GroupFolder>,
    pub externals: Vec<External>,
    pub rules: Vec<Rule>,
    /// `shareapi_allow_view_without_download`.
    pub view_without_download: bool,
    pub now: i64,
    /// Minute of the day that time rules see.
    pub minute: u32,
    /// Address that browsers' requests come from; other requests come from the peer's.
    pub browser_address: Option<String>,
    pub events: Vec<FileEvent>,
    pub notifications: Vec<Notification>,
    /// Session cookie to user.
    pub sessions: BTreeMap<String, String>,
    /// Token of a direct link to the file's id.
    pub direct: BTreeMap<String, i64>,
    pub app: App,
    pub harp: bool,
    /// Whether the OIDC provider app is enabled.
    pub oidc: bool,
    /// Whether `/_control` is served.
    pub control: bool,
    pub faults: Faults,
    pub log: Log,
    last_id: i64,
    last_etag: u64,
}

impl State {
    pub(crate) fn new(app: App) -> Self {
        Self {
            users: BTreeMap::new(),
            groups: BTreeSet::from(["admin".to_owned()]),
            nodes: BTreeMap::new(),
            names: BTreeMap::new(),
            shares: BTreeMap::new(),
            targets: BTreeMap::new(),
            folders: Vec::new(),
            externals: Vec::new(),
            rules: Vec::new(),
            view_without_download: true,
            now: START,
            minute: 12 * 60,
            browser_address: None,
            events: Vec::new(),
            notifications: Vec::new(),
            sessions: BTreeMap::new(),
            direct: BTreeMap::new(),
            app,
            harp: false,
            oidc: false,
            control: false,
            faults: Faults::default(),
            log: Log::default(),
            last_id: 0,
            last_etag: 0x069c_3f00_d000,
        }
    }

    pub(crate) fn next_id(&mut self) -> i64 {
        self.last_id += 1;
        self.last_id
    }

    pub(crate) fn next_etag(&mut self) -> String {
        self.last_etag += 0x11;
        format!("{:013x}", self.last_etag)
    }

    /// A user with an empty home folder; one that exists only gains the groups.
    pub(crate) fn add_user(&mut self, uid: &str, groups: &[&str]) {
        let named: BTreeSet<String> = groups.iter().map(|group| (*group).to_owned()).collect();
        self.groups.extend(named.iter().cloned());
        if let Some(user) = self.users.get_mut(uid) {
            user.groups.extend(named);
            return;
        }
        let root = self.new_root(Storage::Home(uid.to_owned()));
        self.users.insert(
            uid.to_owned(),
            User {
                display: uid.to_owned(),
                password: uid.to_owned(),
                enabled: true,
                groups: named,
                language: "en".to_owned(),
                root,
            },
        );
    }

    pub(crate) fn new_root(&mut self, storage: Storage) -> i64 {
        self.insert(None, "", true, Bytes::new(), "httpd/unix-directory", storage)
    }

    pub(crate) fn insert(
        &mut self,
        parent: Option<i64>,
        name: &str,
        folder: bool,
        bytes: Bytes,
        mime: &str,
        storage: Storage,
    ) -> i64 {
        self.now += 1;
        let id = self.next_id();
        let etag = self.next_etag();
        self.nodes.insert(
            id,
            Node {
                id,
                parent,
                name: name.to_owned(),
                folder,
                bytes,
                etag,
                mtime: self.now,
                mime: mime.to_owned(),
                storage,
                tags: BTreeSet::new(),
                trashed: None,
            },
        );
        if let Some(parent) = parent {
            self.names.insert((parent, name.to_owned()), id);
            self.changed(parent);
        }
        id
    }

    /// Gives the node and every folder above it a new etag.
    pub(crate) fn changed(&mut self, id: i64) {
        let mut at = Some(id);
        while let Some(id) = at {
            let etag = self.next_etag();
            let Some(node) = self.nodes.get_mut(&id) else { return };
            node.etag = etag;
            at = node.parent;
        }
    }

    pub(crate) fn is_admin(&self, uid: &str) -> bool {
        self.in_group(uid, "admin")
    }

    pub(crate) fn in_group(&self, uid: &str, group: &str) -> bool {
        self.users.get(uid).is_some_and(|user| user.groups.contains(group))
    }
}
