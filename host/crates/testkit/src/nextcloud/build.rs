//! What tests do to the double without HTTP. Every change counts as done by the owner, in the web interface.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::Nextcloud;
use super::sharing::{Share, With};
use super::state::{ALL, External, ExternalMode, GroupFolder, State, Storage};
use super::tree::{parts, split};
use super::webhooks::Happened;

impl State {
    /// After every change: mounts find their names, mounts of ended shares lose theirs.
    pub(crate) fn settle(&mut self) {
        let shared: Vec<i64> = self.shares.values().map(|share| share.node).collect();
        self.targets.retain(|(_, node), _| shared.contains(node));
        self.settle_targets();
    }

    /// Writes at a path of the user's tree with the events of it; `None` when there is no folder or no such user.
    pub(crate) fn put(&mut self, uid: &str, path: &str, bytes: Bytes) -> Option<(i64, bool)> {
        if let Some(seen) = self.resolve(uid, path) {
            let folder = self.nodes.get(&seen.id)?.parent?;
            let name = self.nodes.get(&seen.id)?.name.clone();
            let written = self.write(folder, &name, bytes);
            self.event(Happened::Written, uid, seen.id, path, None);
            return Some(written);
        }
        let (folder, name) = split(path);
        let folder = self.resolve(uid, &folder)?;
        let (id, new) = self.write(folder.id, &name, bytes);
        // nextcloud.md 5.1: each new file fires both, and Written may come first.
        self.event(Happened::Written, uid, id, path, None);
        self.event(Happened::Created, uid, id, path, None);
        Some((id, new))
    }

    /// Creates the missing folders of a path; the id of the last.
    pub(crate) fn make_folders(&mut self, uid: &str, path: &str) -> Option<i64> {
        let mut at = String::new();
        let mut id = self.resolve(uid, "/")?.id;
        for part in parts(path) {
            at = format!("{at}/{part}");
            id = match self.resolve(uid, &at) {
                Some(seen) => seen.id,
                None => {
                    let made = self.folders(id, &[part]);
                    self.event(Happened::Created, uid, made, &at, None);
                    made
                }
            };
        }
        Some(id)
    }

    /// The owner and the path in the owner's tree; for group folders and external storages anyone who sees it.
    pub(crate) fn home_of(&self, id: i64) -> Option<(String, String)> {
        let place = |uid: &str| {
            self.places_without_shares(uid, id)
                .first()
                .map(|seen| seen.path.clone())
        };
        match self.storage(id)? {
            Storage::Home(owner) => place(&owner).map(|path| (owner, path)),
            _ => self
                .users
                .keys()
                .find_map(|uid| place(uid).map(|path| (uid.clone(), path))),
        }
    }

    /// permissions.md 1: every receiver loses the share; shares made on from it stay (Manager::promoteReshares).
    pub(crate) fn end_share(&mut self, share: i64) -> bool {
        self.shares.remove(&share).is_some()
    }
}

impl Nextcloud {
    /// Creates a user (password = uid, language en), or adds groups to one.
    pub fn user(&self, uid: &str, groups: &[&str]) {
        self.change(|state| state.add_user(uid, groups));
    }

    pub fn password(&self, uid: &str, password: &str) {
        self.with_user(uid, |user| user.password = password.to_owned());
    }

    pub fn display_name(&self, uid: &str, name: &str) {
        self.with_user(uid, |user| user.display = name.to_owned());
    }

    pub fn language(&self, uid: &str, language: &str) {
        self.with_user(uid, |user| user.language = language.to_owned());
    }

    fn with_user(&self, uid: &str, change: impl FnOnce(&mut super::state::User)) {
        self.change(|state| {
            if let Some(user) = state.users.get_mut(uid) {
                change(user);
            }
        });
    }

    pub fn disable(&self, uid: &str) {
        self.with_user(uid, |user| user.enabled = false);
    }

    pub fn enable(&self, uid: &str) {
        self.with_user(uid, |user| user.enabled = true);
    }

    /// Removes the user with the files and shares.
    pub fn delete_user(&self, uid: &str) {
        self.change(|state| {
            if let Some(user) = state.users.remove(uid) {
                state.purge(user.root);
                state
                    .shares
                    .retain(|_, share| share.owner != uid && share.share.with != With::user(uid));
                state.sessions.retain(|_, user| user != uid);
            }
        });
    }

    pub fn add_to_group(&self, uid: &str, group: &str) {
        self.change(|state| state.add_user(uid, &[group]));
    }

    pub fn remove_from_group(&self, uid: &str, group: &str) {
        self.with_user(uid, |user| {
            user.groups.remove(group);
        });
    }

    /// Writes a file at a path of the user's tree, with its folders; the file's id, 0 without such a user.
    pub fn put(&self, uid: &str, path: &str, bytes: impl Into<Bytes>) -> i64 {
        self.change(|state| {
            state.make_folders(uid, &split(path).0);
            state.put(uid, path, bytes.into()).map_or(0, |(id, _)| id)
        })
    }

    /// A folder with the ones above it; its id, 0 without such a user.
    pub fn folder(&self, uid: &str, path: &str) -> i64 {
        self.change(|state| state.make_folders(uid, path).unwrap_or(0))
    }

    pub fn mime(&self, id: i64, mime: &str) {
        self.change(|state| {
            if let Some(node) = state.nodes.get_mut(&id) {
                node.mime = mime.to_owned();
            }
        });
    }

    /// Seconds since 1970; does not change the etag.
    pub fn mtime(&self, id: i64, mtime: i64) {
        self.change(|state| {
            if let Some(node) = state.nodes.get_mut(&id) {
                node.mtime = mtime;
            }
        });
    }

    /// Assigns a system tag.
    pub fn tag(&self, id: i64, tag: &str) {
        self.change(|state| {
            if let Some(node) = state.nodes.get_mut(&id) {
                node.tags.insert(tag.to_owned());
            }
        });
    }

    pub fn untag(&self, id: i64, tag: &str) {
        self.change(|state| {
            if let Some(node) = state.nodes.get_mut(&id) {
                node.tags.remove(tag);
            }
        });
    }

    /// Shares as the owner; the share's id.
    pub fn share(&self, id: i64, share: Share) -> i64 {
        self.change(|state| {
            let owner = state.home_of(id).map(|(owner, _)| owner).unwrap_or_default();
            state.add_share(id, &owner, share)
        })
    }

    /// Shares on what `by` received; the share's id.
    pub fn reshare(&self, by: &str, id: i64, share: Share) -> i64 {
        self.change(|state| state.add_share(id, by, share))
    }

    pub fn unshare(&self, share: i64) -> bool {
        self.change(|state| state.end_share(share))
    }

    /// The receiver removes a received share: one of a user ends, one of a group ends for this user.
    pub fn leave(&self, uid: &str, share: i64) {
        self.change(|state| state.leave(uid, share));
    }

    /// Ends a share at a moment (seconds since 1970).
    pub fn expire(&self, share: i64, at: i64) {
        self.change(|state| {
            if let Some(record) = state.shares.get_mut(&share) {
                record.share.expires = Some(at);
            }
        });
    }

    /// To the owner's trash.
    pub fn trash(&self, id: i64) {
        self.change(|state| {
            if let Some((owner, path)) = state.home_of(id) {
                state.bin(id, &path);
                state.event(Happened::Deleted, &owner, id, &path, None);
            }
        });
    }

    /// From the trash to where it was, with its id.
    pub fn restore(&self, id: i64) {
        self.change(|state| {
            if let Some(trashed) = state.unbin(id)
                && let Some((owner, path)) = state.home_of(id)
            {
                let from = format!("_trashbin{}", trashed.path);
                state.event(Happened::Restored, &owner, id, &format!("/{from}"), Some((id, path)));
            }
        });
    }

    /// Removes for good, past the trash.
    pub fn delete(&self, id: i64) {
        self.change(|state| {
            if let Some((owner, path)) = state.home_of(id) {
                state.event(Happened::Deleted, &owner, id, &path, None);
            }
            state.purge(id);
        });
    }

    /// A new name in the same folder; the id stays.
    pub fn rename(&self, id: i64, name: &str) {
        self.change(|state| {
            if let Some((owner, path)) = state.home_of(id) {
                let to = super::tree::join(&split(&path).0, name);
                state.relocate_seen(&owner, id, &path, &to);
            }
        });
    }

    /// To another path of the owner's tree, with its folders; the id stays.
    pub fn move_to(&self, id: i64, path: &str) {
        self.change(|state| {
            if let Some((owner, from)) = state.home_of(id) {
                state.make_folders(&owner, &split(path).0);
                state.relocate_seen(&owner, id, &from, path);
            }
        });
    }

    /// To another path of the owner's tree, with its folders; the copy's id, 0 when it cannot be.
    pub fn copy(&self, id: i64, path: &str) -> i64 {
        self.change(|state| {
            let Some((owner, from)) = state.home_of(id) else {
                return 0;
            };
            state.make_folders(&owner, &split(path).0);
            state.copy_seen(&owner, id, &from, path).unwrap_or(0)
        })
    }

    /// A group folder, with all permissions for the groups; the id of its root.
    pub fn group_folder(&self, name: &str, groups: &[&str]) -> i64 {
        self.change(|state| {
            let root = state.new_root(Storage::GroupFolder(state.folders.len()));
            state.groups.extend(groups.iter().map(|group| (*group).to_owned()));
            let groups: BTreeMap<String, u32> = groups.iter().map(|group| ((*group).to_owned(), ALL)).collect();
            state.folders.push(GroupFolder {
                name: name.to_owned(),
                root,
                groups,
                acl: Vec::new(),
            });
            root
        })
    }

    /// Reading allowed or denied for a user or group on a file or folder of a group folder.
    pub fn acl(&self, id: i64, who: With, read: bool) {
        self.change(|state| {
            if let Some(Storage::GroupFolder(number)) = state.storage(id)
                && let Some(folder) = state.folders.get_mut(number)
            {
                folder.acl.retain(|(node, with, _)| *node != id || *with != who);
                folder.acl.push((id, who, read));
            }
        });
    }

    /// An external storage in these users' roots; the id of its root.
    pub fn external(&self, name: &str, users: &[&str]) -> i64 {
        self.change(|state| {
            let root = state.new_root(Storage::External(state.externals.len()));
            state.externals.push(External {
                name: name.to_owned(),
                root,
                users: users.iter().map(|uid| (*uid).to_owned()).collect(),
                mode: ExternalMode::Works,
            });
            root
        })
    }

    pub fn external_mode(&self, name: &str, mode: ExternalMode) {
        self.change(|state| {
            for external in state.externals.iter_mut().filter(|external| external.name == name) {
                external.mode = mode;
            }
        });
    }
}
