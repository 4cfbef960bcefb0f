//! Original bytes, kept once per content under their SHA-256, flushed to disk before anything refers to them.
//!
//! Every read goes through [`open`].

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tokio::fs::{self, File};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

/// A file written to the temporary folder, not yet kept. Dropping it removes it.
pub struct Incoming {
    file: tempfile::NamedTempFile,
    pub hash: String,
    pub bytes: u64,
    /// The first bytes, enough to recognise the format.
    pub head: Vec<u8>,
}

#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    #[error("the file is larger than {limit} bytes")]
    TooLarge { limit: u64 },
    #[error("the upload broke off: {0}")]
    Source(String),
    #[error(transparent)]
    Disk(#[from] std::io::Error),
}

fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("blobs")
}

fn incoming_folder(data_dir: &Path) -> PathBuf {
    folder(data_dir).join("incoming")
}

fn place(data_dir: &Path, hash: &str) -> PathBuf {
    folder(data_dir).join(hash.get(..2).unwrap_or("__")).join(hash)
}

/// Copies `source` to disk while hashing it.
///
/// # Errors
/// [`ReceiveError::TooLarge`] as soon as `limit` bytes are passed; nothing stays behind.
pub async fn receive(data_dir: &Path, source: impl AsyncRead, limit: u64) -> Result<Incoming, ReceiveError> {
    let temporary = incoming_folder(data_dir);
    fs::create_dir_all(&temporary).await?;
    let file = tempfile::NamedTempFile::new_in(&temporary)?;
    let mut writer = File::from_std(file.reopen()?);
    let mut source = std::pin::pin!(source);
    let (mut hasher, mut bytes, mut head) = (Sha256::new(), 0_u64, Vec::new());
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = source
            .read(&mut buffer)
            .await
            .map_err(|error| ReceiveError::Source(error.to_string()))?;
        if read == 0 {
            break;
        }
        bytes += read as u64;
        if bytes > limit {
            return Err(ReceiveError::TooLarge { limit });
        }
        let part = &buffer[..read];
        if head.len() < 4096 {
            head.extend_from_slice(&part[..part.len().min(4096 - head.len())]);
        }
        hasher.update(part);
        writer.write_all(part).await?;
    }
    writer.flush().await?;
    writer.sync_all().await?;
    Ok(Incoming {
        file,
        hash: hex::encode(hasher.finalize()),
        bytes,
        head,
    })
}

/// Keeps the bytes for good. After this returns they survive a power cut. Content that is there already is replaced by
/// itself and so counts as new for the sweep.
///
/// # Errors
/// Of the disk.
pub async fn keep(data_dir: &Path, incoming: Incoming) -> std::io::Result<()> {
    let target = place(data_dir, &incoming.hash);
    let (data_dir, root) = (data_dir.to_owned(), folder(data_dir));
    let shard = target.parent().unwrap_or(&root).to_owned();
    tokio::task::spawn_blocking(move || {
        std::fs::create_dir_all(&shard)?;
        incoming.file.persist(&target).map_err(|error| error.error)?;
        // The folders above too, whoever made them: a process that was killed may not have come to it.
        for folder in [&shard, &root, &data_dir] {
            std::fs::File::open(folder)?.sync_all()?;
        }
        Ok(())
    })
    .await
    .map_err(std::io::Error::other)?
}

/// Opens the bytes of this content; the one place that reads them.
///
/// # Errors
/// Of the disk; `NotFound` when the content was swept.
pub async fn open(data_dir: &Path, hash: &str) -> std::io::Result<File> {
    File::open(place(data_dir, hash)).await
}

/// Gives a child process a path to read the content from.
pub fn path_for_child(data_dir: &Path, hash: &str) -> PathBuf {
    place(data_dir, hash)
}

/// Every kept content with its age in milliseconds.
///
/// # Errors
/// Of the disk.
pub async fn kept(data_dir: &Path) -> std::io::Result<Vec<(String, u128)>> {
    let root = folder(data_dir);
    tokio::task::spawn_blocking(move || {
        let mut found = Vec::new();
        let Ok(shards) = std::fs::read_dir(root) else {
            return Ok(found);
        };
        for shard in shards {
            let shard = shard?;
            if shard.file_name().len() != 2 {
                continue;
            }
            for file in std::fs::read_dir(shard.path())? {
                let file = file?;
                found.push((
                    file.file_name().to_string_lossy().into_owned(),
                    age_of(&file.metadata()?)?,
                ));
            }
        }
        Ok(found)
    })
    .await
    .map_err(std::io::Error::other)?
}

fn age_of(metadata: &std::fs::Metadata) -> std::io::Result<u128> {
    Ok(metadata.modified()?.elapsed().unwrap_or_default().as_millis())
}

/// Milliseconds since this content was last kept.
///
/// # Errors
/// Of the disk.
pub async fn age_ms(data_dir: &Path, hash: &str) -> std::io::Result<u128> {
    age_of(&fs::metadata(place(data_dir, hash)).await?)
}

/// Removes what killed processes left in the temporary folder. An upload that goes on keeps its file young.
///
/// # Errors
/// Of the disk.
pub async fn remove_incoming(data_dir: &Path, min_age_ms: u128) -> std::io::Result<u64> {
    let temporary = incoming_folder(data_dir);
    tokio::task::spawn_blocking(move || {
        let mut removed = 0;
        let Ok(files) = std::fs::read_dir(temporary) else {
            return Ok(removed);
        };
        for file in files {
            let file = file?;
            match file.metadata().and_then(|metadata| age_of(&metadata)) {
                Ok(age) if age >= min_age_ms => {
                    std::fs::remove_file(file.path())?;
                    removed += 1;
                }
                Ok(_) => {}
                // Its upload has ended meanwhile.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(removed)
    })
    .await
    .map_err(std::io::Error::other)?
}

/// Removes a content that nothing refers to.
///
/// # Errors
/// Of the disk.
pub async fn remove(data_dir: &Path, hash: &str) -> std::io::Result<()> {
    fs::remove_file(place(data_dir, hash)).await
}
