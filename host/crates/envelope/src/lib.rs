//! Envelope encryption without I/O: a master key wraps data keys, a data key seals values of rows and whole files.
//!
//! AES-256-GCM throughout. Each value is bound to its place (table, column, row), so that one cannot be put where another
//! was; each file is sealed in chunks that cannot be cut off or moved.

mod key;
mod record;
mod stream;

pub use key::{ID_CHARS, KEY_BYTES, Key, NONCE_BYTES};
pub use record::{
    Stored, bytes_prefix, open_bytes, open_text, plain_bytes, plain_text, read_bytes, read_text, seal_bytes, seal_text,
    text_prefix,
};
pub use stream::{
    CHUNK, Chunks, HEADER_BYTES, Header, SALT_BYTES, SEALED_CHUNK, SealedReader, SealedWriter, StreamError,
    plain_length,
};

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EnvelopeError {
    #[error("a key is 32 bytes, written in hex (64 digits) or base64")]
    NoKey,
    #[error("it does not open: another key, another place, or changed bytes")]
    Damaged,
    #[error("it was not sealed by this program")]
    NotSealed,
    #[error("it is too long to be sealed")]
    TooLong,
}

/// Where a sealed value stands.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub table: &'a str,
    pub column: &'a str,
    pub row: &'a str,
}

impl<'a> Place<'a> {
    #[must_use]
    pub fn new(table: &'a str, column: &'a str, row: &'a str) -> Self {
        Self { table, column, row }
    }

    /// Unambiguous: each part behind its length.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = b"voiceassist record 1".to_vec();
        for part in [self.table, self.column, self.row] {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        bytes
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
