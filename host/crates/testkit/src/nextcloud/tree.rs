//! The tree of nodes below the roots: finding, writing, moving, copying, trash. Ids follow permissions.md 4.

use bytes::Bytes;

use super::state::{Node, State, Storage, Trashed};

/// The parts of a path such as `/Docs/a.md`.
pub(crate) fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

/// (`/Docs`, `a.md`) of `/Docs/a.md`.
pub(crate) fn split(path: &str) -> (String, String) {
    let trimmed = path.trim_matches('/');
    match trimmed.rsplit_once('/') {
        Some((folder, name)) => (format!("/{folder}"), name.to_owned()),
        None => ("/".to_owned(), trimmed.to_owned()),
    }
}

pub(crate) fn join(folder: &str, name: &str) -> String {
    format!("{}/{name}", folder.trim_end_matches('/'))
}

pub(crate) fn mime_of(name: &str) -> &'static str {
    let ending = name
        .rsplit_once('.')
        .map_or("", |(_, ending)| ending)
        .to_ascii_lowercase();
    match ending.as_str() {
        "md" => "text/markdown",
        "txt" => "text/plain",
        "html" | "htm" => "text/html",
        "pdf" => "application/pdf",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        "mp3" => "audio/mpeg",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

impl State {
    pub(crate) fn children(&self, id: i64) -> impl Iterator<Item = &Node> {
        let below = self.names.range((id, String::new())..(id + 1, String::new()));
        below.filter_map(|(_, child)| self.nodes.get(child))
    }

    pub(crate) fn child(&self, id: i64, name: &str) -> Option<&Node> {
        self.nodes.get(self.names.get(&(id, name.to_owned()))?)
    }

    /// Hangs a node below a folder under a name, or nowhere.
    fn hang(&mut self, id: i64, below: Option<(i64, String)>) {
        let Some(node) = self.nodes.get_mut(&id) else { return };
        if let Some(parent) = node.parent {
            self.names.remove(&(parent, node.name.clone()));
        }
        node.parent = below.as_ref().map(|(parent, _)| *parent);
        if let Some((parent, name)) = below {
            node.name.clone_from(&name);
            self.names.insert((parent, name), id);
        }
    }

    /// The node at a path below a root, without mounts.
    pub(crate) fn walk(&self, root: i64, parts: &[&str]) -> Option<i64> {
        parts
            .iter()
            .try_fold(root, |at, part| self.child(at, part).map(|node| node.id))
    }

    /// The node and the folders above it, nearest first; empty when it is gone or in a trash.
    pub(crate) fn chain(&self, id: i64) -> Vec<i64> {
        let mut chain = Vec::new();
        let mut at = Some(id);
        while let Some(id) = at {
            let Some(node) = self.nodes.get(&id).filter(|node| node.trashed.is_none()) else {
                return Vec::new();
            };
            chain.push(id);
            at = node.parent;
        }
        chain
    }

    pub(crate) fn alive(&self, id: i64) -> bool {
        !self.chain(id).is_empty()
    }

    /// Path of the node below `root`, such as `/Docs/a.md`; the root itself is the empty string.
    pub(crate) fn below(&self, root: i64, id: i64) -> Option<String> {
        let chain = self.chain(id);
        let end = chain.iter().position(|node| *node == root)?;
        let names: Vec<String> = chain[..end]
            .iter()
            .rev()
            .filter_map(|id| self.nodes.get(id).map(|node| format!("/{}", node.name)))
            .collect();
        Some(names.concat())
    }

    /// Bytes of a file, or of all files below a folder.
    pub(crate) fn size(&self, id: i64) -> usize {
        match self.nodes.get(&id) {
            Some(node) if node.folder => self.children(id).map(|child| self.size(child.id)).sum(),
            Some(node) => node.bytes.len(),
            None => 0,
        }
    }

    pub(crate) fn storage(&self, id: i64) -> Option<Storage> {
        self.nodes.get(&id).map(|node| node.storage.clone())
    }

    /// Creates the missing folders of a path below a node; the id of the last.
    pub(crate) fn folders(&mut self, root: i64, parts: &[&str]) -> i64 {
        let mut at = root;
        for part in parts {
            let found = self.child(at, part).map(|node| node.id);
            at = match (found, self.storage(at)) {
                (Some(id), _) => id,
                (None, Some(storage)) => {
                    self.insert(Some(at), part, true, Bytes::new(), "httpd/unix-directory", storage)
                }
                (None, None) => at,
            };
        }
        at
    }

    /// Writes a file into a folder; the id, and whether it is new.
    pub(crate) fn write(&mut self, folder: i64, name: &str, bytes: Bytes) -> (i64, bool) {
        if let Some(id) = self.child(folder, name).map(|node| node.id) {
            self.now += 1;
            let now = self.now;
            if let Some(node) = self.nodes.get_mut(&id) {
                node.bytes = bytes;
                node.mtime = now;
            }
            self.changed(id);
            return (id, false);
        }
        let storage = self.storage(folder).unwrap_or(Storage::Home(String::new()));
        (
            self.insert(Some(folder), name, false, bytes, mime_of(name), storage),
            true,
        )
    }

    /// Moves or renames; the id stays, also over a storage's border. What was there is gone.
    pub(crate) fn relocate(&mut self, id: i64, folder: i64, name: &str) {
        let before = self.nodes.get(&id).and_then(|node| node.parent);
        let storage = self.storage(folder);
        if let Some(other) = self
            .child(folder, name)
            .map(|node| node.id)
            .filter(|other| *other != id)
        {
            self.purge(other);
        }
        self.hang(id, Some((folder, name.to_owned())));
        if let Some(node) = self.nodes.get_mut(&id)
            && !node.folder
        {
            node.mime = mime_of(name).to_owned();
        }
        if let Some(storage) = storage {
            for below in self.subtree(id) {
                if let Some(node) = self.nodes.get_mut(&below) {
                    node.storage = storage.clone();
                }
            }
        }
        if let Some(before) = before {
            self.changed(before);
        }
        self.changed(id);
    }

    /// The node and everything below it.
    pub(crate) fn subtree(&self, id: i64) -> Vec<i64> {
        let mut all = vec![id];
        let mut at = 0;
        while let Some(id) = all.get(at).copied() {
            all.extend(self.children(id).map(|child| child.id));
            at += 1;
        }
        all
    }

    /// Copies a node with everything below it; the new id.
    pub(crate) fn duplicate(&mut self, id: i64, folder: i64, name: &str) -> Option<i64> {
        let node = self.nodes.get(&id)?.clone();
        let storage = self.storage(folder)?;
        let below: Vec<(i64, String)> = self.children(id).map(|child| (child.id, child.name.clone())).collect();
        let copy = self.insert(Some(folder), name, node.folder, node.bytes, &node.mime, storage);
        for (child, name) in below {
            self.duplicate(child, copy, &name);
        }
        Some(copy)
    }

    pub(crate) fn bin(&mut self, id: i64, path: &str) {
        let Some(parent) = self.nodes.get(&id).and_then(|node| node.parent) else {
            return;
        };
        if let Some(node) = self.nodes.get_mut(&id) {
            node.trashed = Some(Trashed {
                parent,
                path: path.to_owned(),
            });
        }
        self.hang(id, None);
        self.changed(parent);
    }

    /// Puts a trashed node back with its id; beside a node of the same name as `name (restored).ext`.
    pub(crate) fn unbin(&mut self, id: i64) -> Option<Trashed> {
        let trashed = self.nodes.get(&id)?.trashed.clone()?;
        let name = self.nodes.get(&id)?.name.clone();
        let free = if self.child(trashed.parent, &name).is_some() {
            with_suffix(&name, "restored")
        } else {
            name
        };
        let node = self.nodes.get_mut(&id)?;
        node.trashed = None;
        self.hang(id, Some((trashed.parent, free)));
        self.changed(id);
        Some(trashed)
    }

    /// Removes for good, with its shares.
    pub(crate) fn purge(&mut self, id: i64) {
        let parent = self.nodes.get(&id).and_then(|node| node.parent);
        let gone = self.subtree(id);
        for id in &gone {
            self.hang(*id, None);
            self.nodes.remove(id);
        }
        self.shares.retain(|_, share| !gone.contains(&share.node));
        if let Some(parent) = parent {
            self.changed(parent);
        }
    }
}

/// `a (2).md` of `a.md` and `2`.
pub(crate) fn with_suffix(name: &str, suffix: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => format!("{stem} ({suffix}).{ending}"),
        _ => format!("{name} ({suffix})"),
    }
}
