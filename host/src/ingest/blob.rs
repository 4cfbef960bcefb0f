//! Original bytes, kept once per content under their SHA-256, flushed to disk before anything refers to them.
//!
//! With a master key they are sealed while they arrive, and the file's name ends in `.sealed`. Every read goes through
//! [`open`] and [`super::for_child`].

use std::io::Read;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use envelope::{CHUNK, Chunks, SealedReader};
use sha2::{Digest, Sha256};
use tokio::fs::{self, File};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::io::StreamReader;

use crate::app::App;
use crate::vault::Vault;

/// A file written to the temporary folder, not yet kept. Dropping it removes it.
pub struct Incoming {
    file: tempfile::NamedTempFile,
    sealed: bool,
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

pub(super) fn incoming_folder(data_dir: &Path) -> PathBuf {
    folder(data_dir).join("incoming")
}

const SEALED: &str = ".sealed";

/// Where a content lies as it is.
pub(super) fn place(data_dir: &Path, hash: &str) -> PathBuf {
    folder(data_dir).join(hash.get(..2).unwrap_or("__")).join(hash)
}

/// Where it lies sealed.
pub(super) fn sealed_place(data_dir: &Path, hash: &str) -> PathBuf {
    place(data_dir, &format!("{hash}{SEALED}"))
}

/// Where the bytes of an incoming file go: as they are, or sealed before they touch the disk.
struct Outlet {
    file: File,
    sealed: Option<Chunks>,
    buffer: Vec<u8>,
}

impl Outlet {
    async fn new(mut file: File, vault: &Vault) -> std::io::Result<Self> {
        let sealed = match vault.new_file().map_err(std::io::Error::other)? {
            None => None,
            Some((header, chunks)) => {
                file.write_all(header.bytes()).await?;
                Some(chunks)
            }
        };
        let buffer = Vec::new();
        Ok(Self { file, sealed, buffer })
    }

    async fn write(&mut self, mut part: &[u8]) -> std::io::Result<()> {
        if self.sealed.is_none() {
            return self.file.write_all(part).await;
        }
        while !part.is_empty() {
            // A full chunk waits until more comes: it may be the last.
            if self.buffer.len() == CHUNK {
                self.emit(false).await?;
            }
            let (now, later) = part.split_at(part.len().min(CHUNK - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            part = later;
        }
        Ok(())
    }

    async fn finish(mut self) -> std::io::Result<()> {
        self.emit(true).await?;
        self.file.flush().await?;
        self.file.sync_all().await
    }

    async fn emit(&mut self, last: bool) -> std::io::Result<()> {
        if let Some(chunks) = &mut self.sealed {
            chunks.seal(&mut self.buffer, last).map_err(std::io::Error::other)?;
            self.file.write_all(&self.buffer).await?;
            self.buffer.clear();
        }
        Ok(())
    }
}

/// Copies `source` to disk while hashing it.
///
/// # Errors
/// [`ReceiveError::TooLarge`] as soon as `limit` bytes are passed; nothing stays behind.
pub async fn receive(app: &App, source: impl AsyncRead, limit: u64) -> Result<Incoming, ReceiveError> {
    let temporary = incoming_folder(&app.config.data_dir);
    fs::create_dir_all(&temporary).await?;
    let file = tempfile::NamedTempFile::new_in(&temporary)?;
    let mut outlet = Outlet::new(File::from_std(file.reopen()?), &app.vault).await?;
    let sealed = outlet.sealed.is_some();
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
        outlet.write(part).await?;
    }
    outlet.finish().await?;
    Ok(Incoming {
        file,
        sealed,
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
    let target = if incoming.sealed {
        sealed_place(data_dir, &incoming.hash)
    } else {
        place(data_dir, &incoming.hash)
    };
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

/// The bytes of a content.
pub struct Original {
    pub bytes: u64,
    pub content: Box<dyn AsyncRead + Send + Unpin>,
}

/// What lies on the disk of a content: sealed, or as it is.
pub(super) enum Kept {
    Plain(std::fs::File),
    Sealed(std::fs::File),
}

pub(super) fn kept_file(data_dir: &Path, hash: &str) -> std::io::Result<Kept> {
    match std::fs::File::open(sealed_place(data_dir, hash)) {
        Ok(file) => Ok(Kept::Sealed(file)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            // Sealed between the two looks, it is found at the third.
            std::fs::File::open(place(data_dir, hash))
                .map(Kept::Plain)
                .or_else(|_| std::fs::File::open(sealed_place(data_dir, hash)).map(Kept::Sealed))
        }
        Err(error) => Err(error),
    }
}

pub(super) fn unsealed(file: std::fs::File, vault: &Vault) -> std::io::Result<SealedReader<std::fs::File>> {
    let mut known = None;
    SealedReader::new(file, |id| {
        known = vault.key(id);
        known.as_deref()
    })
    .map_err(std::io::Error::other)
}

/// Opens the bytes of this content; with [`super::for_child`] the one place that reads them.
///
/// # Errors
/// Of the disk; `NotFound` when the content was swept; or it does not open under the keys there are.
pub async fn open(app: &App, hash: &str) -> std::io::Result<Original> {
    match kept_file(&app.config.data_dir, hash)? {
        Kept::Plain(file) => Ok(Original {
            bytes: file.metadata()?.len(),
            content: Box::new(File::from_std(file)),
        }),
        Kept::Sealed(file) => {
            let bytes = envelope::plain_length(file.metadata()?.len()).unwrap_or(0);
            let mut reader = unsealed(file, &app.vault)?;
            let (give, take) = tokio::sync::mpsc::channel::<std::io::Result<Bytes>>(2);
            tokio::task::spawn_blocking(move || {
                loop {
                    let mut part = vec![0; CHUNK];
                    let part = match reader.read(&mut part) {
                        Ok(0) => return,
                        Ok(read) => {
                            part.truncate(read);
                            Ok(Bytes::from(part))
                        }
                        Err(error) => Err(error),
                    };
                    let failed = part.is_err();
                    // Nobody reads any more, or nothing more can be read.
                    if give.blocking_send(part).is_err() || failed {
                        return;
                    }
                }
            });
            Ok(Original {
                bytes,
                content: Box::new(StreamReader::new(ReceiverStream::new(take))),
            })
        }
    }
}

/// Files of all kept contents, as they lie there.
///
/// # Errors
/// Of the disk.
pub fn files(data_dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let Ok(shards) = std::fs::read_dir(folder(data_dir)) else {
        return Ok(found);
    };
    for shard in shards {
        let shard = shard?;
        if shard.file_name().len() == 2 {
            for file in std::fs::read_dir(shard.path())? {
                found.push(file?.path());
            }
        }
    }
    Ok(found)
}

/// Opens one of [`files`] as it lies there. Sealed since then, it has another name, which is given as well.
///
/// # Errors
/// Of the disk; `NotFound` when it was swept.
pub fn open_kept(file: &Path) -> std::io::Result<(std::fs::File, Option<String>)> {
    match std::fs::File::open(file) {
        Ok(opened) => Ok((opened, None)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let name = format!("{name}{SEALED}");
            std::fs::File::open(file.with_file_name(&name)).map(|opened| (opened, Some(name)))
        }
        Err(error) => Err(error),
    }
}

/// Every kept content with its age in milliseconds.
///
/// # Errors
/// Of the disk.
pub async fn kept(data_dir: &Path) -> std::io::Result<Vec<(String, u128)>> {
    let data_dir = data_dir.to_owned();
    tokio::task::spawn_blocking(move || {
        let mut found = Vec::new();
        for file in files(&data_dir)? {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let hash = name.strip_suffix(SEALED).unwrap_or(&name).to_owned();
            match file.metadata() {
                Ok(metadata) => found.push((hash, age_of(&metadata)?)),
                // Sealed or swept meanwhile.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
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
    match fs::metadata(sealed_place(data_dir, hash)).await {
        Ok(metadata) => age_of(&metadata),
        Err(_) => age_of(&fs::metadata(place(data_dir, hash)).await?),
    }
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
    let (plain, sealed) = (place(data_dir, hash), sealed_place(data_dir, hash));
    match (fs::remove_file(sealed).await, fs::remove_file(plain).await) {
        (Err(error), Err(_)) => Err(error),
        _ => Ok(()),
    }
}
