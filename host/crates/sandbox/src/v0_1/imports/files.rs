//! Files of the user, inside granted folders. The path is checked here, so that no host has to.

use super::bindings::voiceassist::plugin::{
    files::{Entry, Host},
    types,
};
use crate::{FileEntry, Phase, PluginError, guest::Connected, v0_1::common};

/// Bytes of one read.
const READ_BYTES: u32 = 1 << 20;
const LISTED: u32 = 1_000;
const PATH_BYTES: usize = 1_024;

type Answer<T> = wasmtime::Result<Result<T, types::Error>>;

impl Host for Connected {
    async fn roots(&mut self) -> wasmtime::Result<Vec<(String, bool)>> {
        let roots = self.grants.files.iter();
        Ok(roots.map(|(root, write)| (root.clone(), *write)).collect())
    }

    async fn list(
        &mut self,
        root: String,
        path: String,
        cursor: Option<String>,
        limit: u32,
    ) -> Answer<(Vec<Entry>, Option<String>)> {
        if !self.readable(&root) || !(path.is_empty() || inside(&path)) {
            return denied();
        }
        let limit = limit.min(LISTED);
        let listed = self.outside.files_list(&root, &path, cursor.as_deref(), limit).await;
        Ok(listed
            .map(|page| (page.entries.into_iter().map(entry).collect(), page.next))
            .map_err(common::error_to))
    }

    async fn read(&mut self, root: String, path: String, offset: u64, length: u32) -> Answer<Vec<u8>> {
        if !self.readable(&root) || !inside(&path) {
            return denied();
        }
        let length = length.min(READ_BYTES);
        let read = self.outside.files_read(&root, &path, offset, length).await;
        Ok(read
            .map(|mut bytes| {
                bytes.truncate(length as usize);
                bytes
            })
            .map_err(common::error_to))
    }

    async fn write(&mut self, root: String, path: String, if_etag: Option<String>, contents: Vec<u8>) -> Answer<Entry> {
        let writable = self.grants.files.get(&root).is_some_and(|write| *write);
        if !writable || self.phase != Phase::Invoke || !inside(&path) {
            return denied();
        }
        let written = self
            .outside
            .files_write(&root, &path, if_etag.as_deref(), contents)
            .await;
        Ok(written.map(entry).map_err(common::error_to))
    }
}

impl Connected {
    fn readable(&self, root: &str) -> bool {
        self.grants.files.contains_key(root)
    }
}

fn denied<T>() -> Answer<T> {
    Ok(Err(common::error_to(PluginError::denied())))
}

/// Whether the path names something below its root, whatever the file system makes of odd names.
fn inside(path: &str) -> bool {
    path.len() <= PATH_BYTES
        && !path.contains(['\\', '\0'])
        && !path.chars().any(char::is_control)
        && path.split('/').all(|segment| !matches!(segment, "" | "." | ".."))
}

fn entry(entry: FileEntry) -> Entry {
    Entry {
        path: entry.path,
        is_folder: entry.is_folder,
        size: entry.size,
        mime_type: entry.mime_type,
        modified: entry.modified,
        etag: entry.etag,
    }
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn a_path_stays_inside_its_folder() {
        for path in ["a", "a/b.txt", "a/..b", "a b/ü", "...", "a/.hidden"] {
            assert!(inside(path), "{path}");
        }
        for path in [
            "",
            "/a",
            "a/",
            "a//b",
            ".",
            "..",
            "../a",
            "a/../b",
            "a/./b",
            "a/..",
            "a\\b",
            "..\\a",
            "a\0",
            "a\nb",
            "//server/share",
        ] {
            assert!(!inside(path), "{path:?}");
        }
        assert!(!inside(&"a/".repeat(600)));
    }
}
