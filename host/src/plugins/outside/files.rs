//! A folder of the caller in Nextcloud, as far as it was granted.

use bytes::{Bytes, BytesMut};
use futures::TryStreamExt;
use nextcloud::{ActingUser, NextcloudError, Node};
use sandbox::{ErrorKind, FileEntry, FilePage, PluginError};

use super::{Real, refused};
use crate::cloud::Cloud;

/// Largest file that is read for a plugin.
const FILE_BYTES: usize = 64 << 20;

pub struct Folder<'a> {
    cloud: &'a Cloud,
    user: &'a ActingUser,
    /// Begins with a slash, has none at its end.
    path: String,
}

impl Real {
    /// # Errors
    /// `denied` where the folder was not granted; `unavailable` where there is no Nextcloud or nobody called.
    pub(super) fn folder(&self, root: &str) -> Result<Folder<'_>, PluginError> {
        let granted = self.loaded.access().folder(root);
        granted.ok_or_else(|| refused(ErrorKind::Denied, "this folder was not granted"))?;
        let (Some(cloud), Some(user)) = (&self.reach.cloud, &self.on_behalf.acting) else {
            let why = "files of a user are reached only inside Nextcloud, for the user who asked";
            return Err(refused(ErrorKind::Unavailable, why));
        };
        Ok(Folder {
            cloud,
            user,
            path: self.loaded.folder_path(root),
        })
    }
}

impl Folder<'_> {
    fn whole(&self, path: &str) -> String {
        if path.is_empty() {
            self.path.clone()
        } else {
            format!("{}/{path}", self.path)
        }
    }

    fn entry(&self, node: &Node) -> FileEntry {
        let below = node.path.strip_prefix(&self.path).unwrap_or_default();
        FileEntry {
            path: below.trim_start_matches('/').to_owned(),
            is_folder: node.folder,
            size: node.bytes,
            mime_type: node.media_type.clone().unwrap_or_default(),
            modified: 0,
            etag: node.etag.clone(),
        }
    }

    /// A folder that nobody made yet is empty.
    pub async fn list(&self, path: &str, cursor: Option<&str>, limit: u32) -> Result<FilePage, PluginError> {
        let whole = self.whole(path);
        let nodes = match self.cloud.client.folder(self.user, &whole).await {
            Err(NextcloudError::NotFound) if path.is_empty() => Vec::new(),
            found => found.map_err(failure)?,
        };
        let skip: usize = cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or_default();
        let limit = usize::try_from(limit).unwrap_or(usize::MAX).clamp(1, 1_000);
        let mut inside: Vec<&Node> = nodes.iter().filter(|node| node.path != whole).collect();
        inside.sort_by(|a, b| a.path.cmp(&b.path));
        let entries: Vec<_> = inside
            .iter()
            .skip(skip)
            .take(limit)
            .map(|node| self.entry(node))
            .collect();
        let next = skip + entries.len();
        Ok(FilePage {
            next: (next < inside.len()).then(|| next.to_string()),
            entries,
        })
    }

    pub async fn read(&self, path: &str, offset: u64, length: u32) -> Result<Vec<u8>, PluginError> {
        let fetched = self
            .cloud
            .client
            .read(self.user, &self.whole(path))
            .await
            .map_err(failure)?;
        let unavailable = || refused(ErrorKind::Unavailable, "the file could not be read to its end");
        let mut whole = BytesMut::new();
        let mut body = fetched.reply.body;
        while let Some(chunk) = body.try_next().await.map_err(|_| unavailable())? {
            whole.extend_from_slice(&chunk);
            if whole.len() > FILE_BYTES {
                return Err(refused(ErrorKind::InvalidInput, "the file is larger than 64 MiB"));
            }
        }
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(whole.len());
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let to = from.saturating_add(length).min(whole.len());
        Ok(whole[from..to].to_vec())
    }

    pub async fn write(
        &self,
        path: &str,
        if_etag: Option<&str>,
        contents: Bytes,
        now: u64,
    ) -> Result<FileEntry, PluginError> {
        let size = u64::try_from(contents.len()).unwrap_or(u64::MAX);
        let whole = self.whole(path);
        let written = self.cloud.client.write(self.user, &whole, if_etag, contents).await;
        let etag = match written {
            Err(NextcloudError::Status { status: 412, .. }) => {
                return Err(refused(ErrorKind::Conflict, "the file is another one by now"));
            }
            written => written.map_err(failure)?,
        };
        Ok(FileEntry {
            path: path.to_owned(),
            is_folder: false,
            size,
            mime_type: String::new(),
            modified: now,
            etag,
        })
    }
}

fn failure(error: NextcloudError) -> PluginError {
    match error {
        NextcloudError::NotFound => refused(ErrorKind::NotFound, "there is no such file"),
        NextcloudError::Refused(_) => refused(ErrorKind::Denied, "Nextcloud does not allow it"),
        NextcloudError::Status { status: 412, .. } => refused(ErrorKind::Conflict, "the file changed"),
        _ => refused(ErrorKind::Unavailable, "Nextcloud cannot be reached now"),
    }
}
