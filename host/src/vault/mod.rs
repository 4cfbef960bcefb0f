//! Encryption at rest: a master key from outside the data folder wraps data keys, and a data key seals each record.
//!
//! Store functions seal what they write and open what they read, each value bound to its table, column and row. Without a
//! master key everything is stored as it is, and the status says so.

mod columns;
pub mod follow;
pub mod master;
pub mod open;
pub mod reseal;
pub mod rotate;
mod store;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

pub use envelope::Place;
use envelope::{Chunks, EnvelopeError, Header, Key, SALT_BYTES, Stored};

use crate::clock::Random;

/// What the status and the administration page say where no master key is set.
pub const NOT_ENCRYPTED: &str = "not encrypted against the host";

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    #[error("it was sealed under the data key {0}, which this server does not have")]
    UnknownKey(String),
}

/// Store functions have one error; a value that does not open is one that cannot be decoded.
impl From<VaultError> for sqlx::Error {
    fn from(error: VaultError) -> Self {
        Self::Decode(Box::new(error))
    }
}

/// The data keys of this installation, shared by all who store something.
#[derive(Clone)]
pub struct Vault {
    random: Arc<dyn Random>,
    ring: Arc<RwLock<Ring>>,
}

/// Empty where no master key is set.
#[derive(Default)]
struct Ring {
    master: Option<Key>,
    /// Under which new records are sealed.
    current: Option<String>,
    keys: HashMap<String, Arc<Key>>,
}

impl Vault {
    /// Stores everything as it is.
    pub fn without_key(random: Arc<dyn Random>) -> Self {
        Self {
            random,
            ring: Arc::default(),
        }
    }

    /// Whether new records are sealed.
    pub fn seals(&self) -> bool {
        self.current().is_some()
    }

    /// Id of the data key under which new records are sealed.
    pub fn current_id(&self) -> Option<String> {
        self.read().current.clone()
    }

    /// Fingerprint of the master key.
    pub fn master_fingerprint(&self) -> Option<String> {
        self.read().master.as_ref().map(Key::fingerprint)
    }

    /// Whether what is stored is encrypted, in words.
    pub fn at_rest(&self) -> String {
        match self.master_fingerprint() {
            Some(fingerprint) => format!("encrypted under the master key {fingerprint}"),
            None => NOT_ENCRYPTED.to_owned(),
        }
    }

    /// `text` as it is to be stored.
    ///
    /// # Errors
    /// In practice none.
    pub fn seal(&self, place: Place<'_>, text: &str) -> Result<String, VaultError> {
        let Some((id, key)) = self.current() else {
            return Ok(envelope::plain_text(text));
        };
        Ok(envelope::seal_text((&id, &key), place, text, self.drawn())?)
    }

    /// The text that was stored at this place.
    ///
    /// # Errors
    /// It was changed, comes from another place, or its key is gone.
    pub fn open(&self, place: Place<'_>, stored: String) -> Result<String, VaultError> {
        match envelope::read_text(stored)? {
            Stored::Plain(text) => Ok(text),
            Stored::Sealed { key, body } => Ok(envelope::open_text(&*self.known(key)?, place, &body)?),
        }
    }

    /// As [`Vault::seal`], of what may be nothing.
    ///
    /// # Errors
    /// As [`Vault::seal`].
    pub fn seal_some(&self, place: Place<'_>, text: Option<&str>) -> Result<Option<String>, VaultError> {
        text.map(|text| self.seal(place, text)).transpose()
    }

    /// As [`Vault::open`], of what may be nothing.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn open_some(&self, place: Place<'_>, stored: Option<String>) -> Result<Option<String>, VaultError> {
        stored.map(|stored| self.open(place, stored)).transpose()
    }

    /// As [`Vault::seal`], of bytes.
    ///
    /// # Errors
    /// As [`Vault::seal`].
    pub fn seal_bytes(&self, place: Place<'_>, bytes: &[u8]) -> Result<Vec<u8>, VaultError> {
        let Some((id, key)) = self.current() else {
            return Ok(envelope::plain_bytes(bytes));
        };
        Ok(envelope::seal_bytes((&id, &key), place, bytes, self.drawn())?)
    }

    /// As [`Vault::open`], of bytes.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn open_bytes(&self, place: Place<'_>, stored: Vec<u8>) -> Result<Vec<u8>, VaultError> {
        match envelope::read_bytes(stored)? {
            Stored::Plain(bytes) => Ok(bytes),
            Stored::Sealed { key, body } => Ok(envelope::open_bytes(&*self.known(key)?, place, &body)?),
        }
    }

    /// What seals a new file, and the header that stands before its chunks; none without a key.
    ///
    /// # Errors
    /// In practice none.
    pub fn new_file(&self) -> Result<Option<(Header, Chunks)>, VaultError> {
        let Some(header) = self.new_header()? else {
            return Ok(None);
        };
        let key = self.known(header.key_id().to_owned())?;
        Ok(Some((header.clone(), Chunks::new(&key, header)?)))
    }

    /// The header of a new file under the current key, with a salt of its own; none without a key.
    ///
    /// # Errors
    /// In practice none.
    pub fn new_header(&self) -> Result<Option<Header>, VaultError> {
        let Some(id) = self.current_id() else {
            return Ok(None);
        };
        let salt: [u8; SALT_BYTES] = self.drawn();
        Ok(Some(Header::new(&id, salt)?))
    }

    /// The data key of this id.
    pub fn key(&self, id: &str) -> Option<Arc<Key>> {
        self.read().keys.get(id).map(Arc::clone)
    }

    fn current(&self) -> Option<(String, Arc<Key>)> {
        let ring = self.read();
        let id = ring.current.clone()?;
        let key = ring.keys.get(&id).map(Arc::clone)?;
        Some((id, key))
    }

    fn known(&self, id: String) -> Result<Arc<Key>, VaultError> {
        self.key(&id).ok_or(VaultError::UnknownKey(id))
    }

    fn drawn<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Ring> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Ring> {
        self.ring.write().unwrap_or_else(PoisonError::into_inner)
    }
}
