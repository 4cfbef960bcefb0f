//! A file tree in memory and the archive made of it: sorted, owned by root, with one time for
//! everything, so that the same contents always become the same bytes.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{EntryType, Header};

use crate::fingerprint::files;

const FOLDER: u32 = 0o755;

#[derive(Debug, PartialEq, Eq)]
pub enum Node {
    Folder { mode: u32 },
    File { bytes: Vec<u8>, mode: u32 },
    Link { target: String },
}

/// Paths without a leading slash.
#[derive(Default)]
pub struct Tree(BTreeMap<String, Node>);

impl Tree {
    pub fn file(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.put(
            path,
            Node::File {
                bytes: bytes.into(),
                mode: 0o644,
            },
        );
    }

    pub fn program(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.put(
            path,
            Node::File {
                bytes: bytes.into(),
                mode: 0o755,
            },
        );
    }

    pub fn link(&mut self, path: &str, target: &str) {
        self.put(path, Node::Link { target: target.into() });
    }

    /// An empty folder; those above a file need not be named.
    pub fn folder(&mut self, path: &str, mode: u32) {
        self.put(path, Node::Folder { mode });
    }

    /// A copy of one file.
    pub fn copy(&mut self, path: &str, source: &Path) -> Result<()> {
        self.file(path, read(source)?);
        Ok(())
    }

    /// A copy of every file below `source`, hidden ones excepted.
    pub fn copy_folder(&mut self, path: &str, source: &Path) -> Result<()> {
        for file in files(source)? {
            let rest = file.strip_prefix(source)?.to_string_lossy().into_owned();
            if !rest.starts_with('.') {
                self.copy(&format!("{path}/{rest}"), &file)?;
            }
        }
        Ok(())
    }

    /// Takes from a tar archive what `wanted` accepts, under the name it gives.
    pub fn take(&mut self, archive: impl Read, wanted: impl Fn(&str) -> Option<String>) -> Result<usize> {
        let mut taken = 0;
        let mut archive = tar::Archive::new(archive);
        for entry in archive.entries()? {
            let mut entry = entry?;
            let name = entry.path()?.to_string_lossy().into_owned();
            let name = name.trim_start_matches("./").trim_end_matches('/');
            let Some(path) = wanted(name) else { continue };
            let kind = entry.header().entry_type();
            let node = match kind {
                EntryType::Directory => continue,
                EntryType::Regular => {
                    let mut bytes = Vec::new();
                    entry.read_to_end(&mut bytes)?;
                    let mode = if entry.header().mode()? & 0o111 == 0 {
                        0o644
                    } else {
                        0o755
                    };
                    Node::File { bytes, mode }
                }
                EntryType::Symlink => {
                    let target = entry.link_name()?.context("a link has a target")?;
                    Node::Link {
                        target: target.to_string_lossy().into_owned(),
                    }
                }
                other => bail!("{name} is a {other:?}, which is not expected here"),
            };
            self.put(&path, node);
            taken += 1;
        }
        Ok(taken)
    }

    fn put(&mut self, path: &str, node: Node) {
        self.0.insert(path.to_owned(), node);
    }

    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub fn bytes(&self, path: &str) -> Option<&[u8]> {
        match self.0.get(path) {
            Some(Node::File { bytes, .. }) => Some(bytes),
            _ => None,
        }
    }

    /// Of all files together.
    pub fn size(&self) -> u64 {
        let sizes = self.0.values().map(|node| match node {
            Node::File { bytes, .. } => bytes.len() as u64,
            _ => 0,
        });
        sizes.sum()
    }

    /// The tar archive; `time` in seconds since 1970 stands on every entry.
    pub fn tar(&self, time: u64) -> Result<Vec<u8>> {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, node) in self.with_folders() {
            let mut header = Header::new_gnu();
            header.set_uid(0);
            header.set_gid(0);
            header.set_mtime(time);
            match node {
                None => folder(&mut builder, &mut header, path, FOLDER)?,
                Some(Node::Folder { mode }) => folder(&mut builder, &mut header, path, *mode)?,
                Some(Node::File { bytes, mode }) => {
                    header.set_entry_type(EntryType::Regular);
                    header.set_mode(*mode);
                    header.set_size(bytes.len() as u64);
                    builder.append_data(&mut header, path, bytes.as_slice())?;
                }
                Some(Node::Link { target }) => {
                    header.set_entry_type(EntryType::Symlink);
                    header.set_mode(0o777);
                    header.set_size(0);
                    builder.append_link(&mut header, path, target)?;
                }
            }
        }
        Ok(builder.into_inner()?)
    }

    /// Every node, each after the folders it lies in.
    fn with_folders(&self) -> BTreeMap<&str, Option<&Node>> {
        let mut all: BTreeMap<&str, Option<&Node>> = BTreeMap::new();
        for (path, node) in &self.0 {
            for (at, _) in path.match_indices('/') {
                all.entry(&path[..at]).or_insert(None);
            }
            all.insert(path, Some(node));
        }
        all
    }
}

fn folder(builder: &mut tar::Builder<Vec<u8>>, header: &mut Header, path: &str, mode: u32) -> Result<()> {
    header.set_entry_type(EntryType::Directory);
    header.set_mode(mode);
    header.set_size(0);
    builder.append_data(header, format!("{path}/"), std::io::empty())?;
    Ok(())
}

pub fn read(file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

/// Compressed without a name or a time of its own.
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(9));
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn sample() -> Tree {
        let mut tree = Tree::default();
        tree.program("a/run", "#!/bin/sh\n");
        tree.file("a/b/text", "t");
        tree.link("bin", "a");
        tree.folder("tmp", 0o1777);
        tree
    }

    #[test]
    fn archive_is_sorted_owned_by_root_and_the_same_each_time() {
        let bytes = sample().tar(7).unwrap();
        assert_eq!(bytes, sample().tar(7).unwrap());
        let mut archive = tar::Archive::new(bytes.as_slice());
        let entries: Vec<_> = archive
            .entries()
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let header = entry.header();
                assert_eq!(
                    (header.uid().unwrap(), header.gid().unwrap(), header.mtime().unwrap()),
                    (0, 0, 7)
                );
                (
                    entry.path().unwrap().to_string_lossy().into_owned(),
                    header.mode().unwrap(),
                )
            })
            .collect();
        let expected = [
            ("a/", 0o755),
            ("a/b/", 0o755),
            ("a/b/text", 0o644),
            ("a/run", 0o755),
            ("bin", 0o777),
            ("tmp/", 0o1777),
        ];
        assert_eq!(entries, expected.map(|(path, mode)| (path.to_owned(), mode)));
        assert_eq!(gzip(&bytes).unwrap(), gzip(&bytes).unwrap());
    }

    #[test]
    fn archive_is_read_back_under_other_names() {
        let bytes = sample().tar(0).unwrap();
        let mut tree = Tree::default();
        let taken = tree
            .take(bytes.as_slice(), |name| {
                name.starts_with("a/").then(|| format!("usr/{name}"))
            })
            .unwrap();
        assert_eq!((taken, tree.size()), (2, 11));
        assert_eq!(tree.paths().collect::<Vec<_>>(), ["usr/a/b/text", "usr/a/run"]);
        assert_eq!(tree.bytes("usr/a/b/text"), Some("t".as_bytes()));
    }
}
