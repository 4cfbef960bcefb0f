//! The files as one user sees them: own home, received shares, group folders, external storages.

use std::collections::BTreeMap;

use super::sharing::With;
use super::state::{ALL, CREATE, DELETE, ExternalMode, GroupFolder, READ, SHARE, State, Storage, UPDATE};
use super::tree::{join, parts};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MountKind {
    Home,
    Share,
    Group(usize),
    External(usize),
}

impl MountKind {
    /// `nc:mount-type`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Home => "",
            Self::Share => "shared",
            Self::Group(_) => "group",
            Self::External(_) => "external",
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Mount {
    /// `/` for the home, else such as `/Guidelines`.
    pub path: String,
    pub root: i64,
    pub kind: MountKind,
    pub permissions: u32,
    pub download: Option<bool>,
    /// Ids of the shares it is made of.
    pub shares: Vec<i64>,
    pub owner: String,
}

/// A node at one place of one user's tree.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub id: i64,
    pub path: String,
    pub mount: Mount,
    pub mount_root: bool,
    /// Before File Access Control.
    pub permissions: u32,
}

impl State {
    /// All mounts of a user, the home first.
    pub(crate) fn mounts(&self, uid: &str) -> Vec<Mount> {
        let mut mounts = self.own_mounts(uid);
        mounts.extend(self.received(uid));
        mounts
    }

    fn own_mounts(&self, uid: &str) -> Vec<Mount> {
        let Some(user) = self.users.get(uid) else {
            return Vec::new();
        };
        let mount = |path: String, root, kind, permissions| Mount {
            path,
            root,
            kind,
            permissions,
            download: None,
            shares: Vec::new(),
            owner: uid.to_owned(),
        };
        let mut mounts = vec![mount("/".to_owned(), user.root, MountKind::Home, ALL)];
        for (number, folder) in self.folders.iter().enumerate() {
            let bits = folder
                .groups
                .iter()
                .filter(|(group, _)| user.groups.contains(*group))
                .fold(0, |bits, (_, more)| bits | more);
            if bits & READ != 0 {
                mounts.push(mount(
                    join("/", &folder.name),
                    folder.root,
                    MountKind::Group(number),
                    bits,
                ));
            }
        }
        for (number, external) in self.externals.iter().enumerate() {
            if external.users.contains(uid) {
                let kind = MountKind::External(number);
                mounts.push(mount(join("/", &external.name), external.root, kind, ALL));
            }
        }
        mounts
    }

    fn seen(&self, uid: &str, mount: &Mount, id: i64, path: String) -> Option<Seen> {
        let node = self.nodes.get(&id)?;
        let mut permissions = mount.permissions;
        if !node.folder {
            permissions &= !CREATE;
        }
        if let MountKind::Group(number) = mount.kind
            && !self
                .folders
                .get(number)
                .is_some_and(|folder| self.acl_reads(uid, folder, id))
        {
            // permissions.md 2, groupfolders: ACL -read is "gone" everywhere.
            return None;
        }
        Some(Seen {
            id,
            path,
            mount: mount.clone(),
            mount_root: mount.root == id,
            permissions,
        })
    }

    /// Rules are applied from the folder's root to the node, the nearest decides; at one node an allowing rule wins
    /// (groupfolders ACLManager).
    fn acl_reads(&self, uid: &str, folder: &GroupFolder, id: i64) -> bool {
        let mut reads = true;
        for at in self.chain(id).into_iter().rev() {
            let rules = folder.acl.iter().filter(|(node, who, _)| {
                *node == at
                    && match who {
                        With::User(with) => with == uid,
                        With::Group(group) => self.in_group(uid, group),
                        With::Link | With::Federated(_) => false,
                    }
            });
            if let Some(allowed) = rules.map(|(_, _, allowed)| *allowed).reduce(|one, other| one || other) {
                reads = allowed;
            }
        }
        reads
    }

    /// What lies at a path of the user's tree.
    pub(crate) fn resolve(&self, uid: &str, path: &str) -> Option<Seen> {
        let wanted = parts(path);
        let mounts = self.mounts(uid);
        let mount = mounts
            .iter()
            .filter(|mount| wanted.starts_with(&parts(&mount.path)))
            .max_by_key(|mount| parts(&mount.path).len())?;
        let rest = &wanted[parts(&mount.path).len()..];
        let id = self.walk(mount.root, rest)?;
        self.seen(uid, mount, id, format!("/{}", wanted.join("/")))
    }

    /// The members of a folder, mounts included, by name.
    pub(crate) fn list(&self, uid: &str, folder: &Seen) -> Vec<Seen> {
        let depth = parts(&folder.path).len();
        let mut members: BTreeMap<String, Seen> = BTreeMap::new();
        for child in self.children(folder.id) {
            let seen = self.seen(uid, &folder.mount, child.id, join(&folder.path, &child.name));
            members.extend(seen.map(|seen| (child.name.clone(), seen)));
        }
        for mount in self.mounts(uid) {
            let at = parts(&mount.path);
            let here = at.len() == depth + 1 && at.starts_with(&parts(&folder.path));
            if let Some(name) = at.last().filter(|_| here && self.mode(mount.kind) != ExternalMode::Timeout) {
                members.remove(*name);
                let seen = self.seen(uid, &mount, mount.root, join(&folder.path, name));
                members.extend(seen.map(|seen| ((*name).to_owned(), seen)));
            }
        }
        members.into_values().collect()
    }

    /// The root of an external storage that does not answer.
    pub(crate) fn is_away(&self, seen: &Seen) -> bool {
        seen.mount_root && self.mode(seen.mount.kind) == ExternalMode::Unavailable
    }

    pub(crate) fn mode(&self, kind: MountKind) -> ExternalMode {
        match kind {
            MountKind::External(number) => self
                .externals
                .get(number)
                .map_or(ExternalMode::Works, |external| external.mode),
            _ => ExternalMode::Works,
        }
    }

    /// Every place of the user's tree where the node can be seen.
    pub(crate) fn places(&self, uid: &str, id: i64) -> Vec<Seen> {
        self.places_in(uid, &self.mounts(uid), id)
    }

    pub(crate) fn places_without_shares(&self, uid: &str, id: i64) -> Vec<Seen> {
        self.places_in(uid, &self.own_mounts(uid), id)
    }

    fn places_in(&self, uid: &str, mounts: &[Mount], id: i64) -> Vec<Seen> {
        mounts
            .iter()
            .filter_map(|mount| {
                let below = self.below(mount.root, id)?;
                let path = format!("{}{below}", mount.path.trim_end_matches('/'));
                self.seen(uid, mount, id, if path.is_empty() { "/".to_owned() } else { path })
            })
            .collect()
    }

    /// The etag as this user sees it: a folder with mounts below it takes theirs in (FileInfo::addSubEntry).
    pub(crate) fn etag(&self, uid: &str, seen: &Seen) -> String {
        let own = self
            .nodes
            .get(&seen.id)
            .map(|node| node.etag.clone())
            .unwrap_or_default();
        let mut all = vec![own];
        let here = parts(&seen.path);
        for mount in self.mounts(uid) {
            let at = parts(&mount.path);
            if at.len() > here.len() && at.starts_with(&here) {
                let away = self.mode(mount.kind) == ExternalMode::Unavailable;
                let etag = self.nodes.get(&mount.root).map(|node| node.etag.clone());
                all.extend(etag.map(|etag| if away { String::new() } else { etag }));
            }
        }
        match all.as_slice() {
            [own] => own.clone(),
            _ => digest(&all.join("::")),
        }
    }

    /// Letters of `oc:permissions`; `mask` is what File Access Control leaves.
    pub(crate) fn letters(&self, seen: &Seen, mask: u32) -> String {
        let bits = seen.permissions & mask;
        let shared = seen.mount.kind == MountKind::Share;
        let movable = shared && seen.mount_root;
        let folder = self.nodes.get(&seen.id).is_some_and(|node| node.folder);
        let mounted = !shared && seen.mount.kind != MountKind::Home;
        // permissions.md 1: the root of a received share can always be renamed and removed.
        [
            (shared, "S"),
            (bits & SHARE != 0, "R"),
            (mounted, "M"),
            (bits & READ != 0, "G"),
            (bits & DELETE != 0 || movable, "D"),
            (bits & UPDATE != 0 || movable, "N"),
            (bits & UPDATE != 0, "V"),
            (bits & UPDATE != 0 && !folder, "W"),
            (bits & CREATE != 0 && folder, "CK"),
        ]
        .into_iter()
        .filter_map(|(has, letter)| has.then_some(letter))
        .collect()
    }

    /// Who owns the node: `oc:owner-id`.
    pub(crate) fn owner(&self, seen: &Seen) -> String {
        match self.storage(seen.id) {
            Some(Storage::Home(owner)) => owner,
            _ => seen.mount.owner.clone(),
        }
    }
}

/// 32 hexadecimal digits of a text (FNV-1a twice, for it need not be md5).
fn digest(text: &str) -> String {
    let hash = |seed: u64| {
        text.bytes().fold(seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    };
    format!(
        "{:016x}{:016x}",
        hash(0xcbf2_9ce4_8422_2325),
        hash(0x8422_2325_cbf2_9ce4)
    )
}
