//! Machine code on disk. Whoever can write it can run anything as the host, so every file carries a MAC under a key
//! that only the host can read, over its own name and content.

use std::{
    fmt,
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    hash::{Hash, Hasher},
    io::{self, Write},
    os::{
        fd::AsRawFd,
        unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    },
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use memmap2::Mmap;
use wasmtime::{Engine, component::Component};

const MAC: usize = blake3::OUT_LEN;
const KEY_FILE: &str = "key";
const ENDING: &str = "cwasm";

/// Never printed.
#[derive(Clone)]
pub(super) struct Key(pub [u8; 32]);

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key")
    }
}

pub(crate) struct Cache {
    folder: PathBuf,
    key: Key,
    /// Of everything that decides whether this process accepts the code: wasmtime's version, processor, settings.
    engine: String,
}

impl Cache {
    /// Makes the folder and its key when they are missing, and removes what another engine left.
    pub(super) fn open(folder: &Path, fresh: &Key, engine: &Engine) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        fs::set_permissions(folder, Permissions::from_mode(0o700))?;
        let cache = Self {
            key: key(folder, fresh)?,
            engine: fingerprint(engine),
            folder: folder.to_owned(),
        };
        cache.remove_stale()?;
        Ok(cache)
    }

    /// `None` when there is no such file, or none that this host wrote for this engine: the caller compiles.
    ///
    /// The code is mapped from the file that was just checked, not copied. Whoever could change it in between can
    /// read the key, too.
    pub fn read(&self, engine: &Engine, digest: &blake3::Hash) -> Option<Component> {
        let name = self.name(digest);
        let file = File::open(self.folder.join(&name)).ok()?;
        let content = content(&file).ok()?;
        let (code, mac) = content.split_last_chunk::<MAC>()?;
        // Compared in constant time by `blake3::Hash`.
        if self.mac(&name, code) != blake3::Hash::from_bytes(*mac) {
            return None;
        }
        mapped(engine, &file).ok()
    }

    pub fn write(&self, digest: &blake3::Hash, code: &[u8]) -> io::Result<()> {
        let name = self.name(digest);
        let temporary = temporary(&self.folder, &name);
        let mut file = private(&temporary)?;
        file.write_all(code)?;
        file.write_all(self.mac(&name, code).as_bytes())?;
        file.sync_all()?;
        fs::rename(&temporary, self.folder.join(&name))
    }

    fn name(&self, digest: &blake3::Hash) -> String {
        format!("{}-{}.{ENDING}", digest.to_hex(), self.engine)
    }

    fn mac(&self, name: &str, code: &[u8]) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(&self.key.0);
        hasher.update(name.as_bytes()).update(&[0]).update(code).finalize()
    }

    fn remove_stale(&self) -> io::Result<()> {
        let current = format!("-{}.{ENDING}", self.engine);
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.ends_with(&format!(".{ENDING}")) && !name.ends_with(&current) {
                match fs::remove_file(&path) {
                    // Another host that shares the folder was faster.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    removed => removed?,
                }
            }
        }
        Ok(())
    }
}

/// Runs code that our own child has just compiled as part of this process.
#[expect(unsafe_code, reason = "deserialized code is run; decided here and in `mapped` alone")]
pub(super) fn trusted(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: `code` was made by wasmtime's compiler from a component. wasmtime itself refuses code of another
    // version, processor or configuration.
    unsafe { Component::deserialize(engine, code) }
}

/// Runs code as part of this process, from a file whose MAC is right.
#[expect(
    unsafe_code,
    reason = "deserialized code is run; decided here and in `trusted` alone"
)]
fn mapped(engine: &Engine, file: &File) -> wasmtime::Result<Component> {
    // By its descriptor: the path may lead to another file by now.
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    // SAFETY: as in `trusted`; this host wrote the file, as its MAC shows, and replaces files but never writes into
    // one.
    unsafe { Component::deserialize_file(engine, path) }
}

/// Mapped like the code itself: reading it into memory first takes as long as its MAC.
#[expect(
    unsafe_code,
    reason = "another program could change a mapped file; decided here and in `mapped` alone"
)]
fn content(file: &File) -> io::Result<Mmap> {
    // SAFETY: files of this folder are replaced, never written into, and whoever else may write there has the key.
    unsafe { Mmap::map(file) }
}

/// Reads the key, or keeps the fresh one, mode 0600.
fn key(folder: &Path, fresh: &Key) -> io::Result<Key> {
    let path = folder.join(KEY_FILE);
    if let Ok(bytes) = fs::read(&path)
        && let Ok(key) = bytes.try_into()
    {
        fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        return Ok(Key(key));
    }
    let temporary = temporary(folder, KEY_FILE);
    private(&temporary)?.write_all(&fresh.0)?;
    fs::rename(&temporary, &path)?;
    Ok(fresh.clone())
}

/// A name of its own for every writer, in this process and beside it.
fn temporary(folder: &Path, name: &str) -> PathBuf {
    static WRITERS: AtomicU64 = AtomicU64::new(0);
    let writer = WRITERS.fetch_add(1, Ordering::Relaxed);
    folder.join(format!("{name}.{}.{writer}.new", std::process::id()))
}

fn private(path: &Path) -> io::Result<fs::File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
}

/// Hex of the engine's own hash of its settings.
fn fingerprint(engine: &Engine) -> String {
    struct Digest(blake3::Hasher);
    impl Hasher for Digest {
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }
        fn finish(&self) -> u64 {
            0
        }
    }
    let mut digest = Digest(blake3::Hasher::new());
    engine.precompile_compatibility_hash().hash(&mut digest);
    digest.0.finalize().to_hex()[..16].to_owned()
}
