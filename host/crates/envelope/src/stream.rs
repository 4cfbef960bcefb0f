//! A file in sealed chunks: read and written in one pass, and neither cut off nor reordered without notice.
//!
//! The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015), as age uses it: each file has a key of its own,
//! derived from a random salt, and the nonce of a chunk is its number and whether it is the last. The header is
//! authenticated with every chunk.

use std::io::{self, Read, Write};

use ring::aead::{Aad, LessSafeKey, Nonce};

use crate::EnvelopeError;
use crate::key::{ID_CHARS, Key, NONCE_BYTES};

const MAGIC: &[u8; 8] = b"VASEAL1\n";
pub const SALT_BYTES: usize = 32;
/// Magic, id of the key, salt.
pub const HEADER_BYTES: usize = MAGIC.len() + ID_CHARS + SALT_BYTES;
/// Plain bytes of every chunk but the last.
pub const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;
/// Bytes of a full chunk as it lies in the file.
pub const SEALED_CHUNK: usize = CHUNK + TAG;

/// What stands before the chunks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    bytes: [u8; HEADER_BYTES],
}

impl Header {
    /// # Errors
    /// [`EnvelopeError::NoKey`] when the id has not [`ID_CHARS`] characters.
    pub fn new(id: &str, salt: [u8; SALT_BYTES]) -> Result<Self, EnvelopeError> {
        let mut bytes = [0; HEADER_BYTES];
        let (magic, rest) = bytes.split_at_mut(MAGIC.len());
        let (name, rest) = rest.split_at_mut(ID_CHARS);
        if id.len() != ID_CHARS {
            return Err(EnvelopeError::NoKey);
        }
        magic.copy_from_slice(MAGIC);
        name.copy_from_slice(id.as_bytes());
        rest.copy_from_slice(&salt);
        Ok(Self { bytes })
    }

    /// # Errors
    /// [`EnvelopeError::NotSealed`] when it is no such file.
    pub fn read(bytes: [u8; HEADER_BYTES]) -> Result<Self, EnvelopeError> {
        let header = Self { bytes };
        let named = std::str::from_utf8(&bytes[MAGIC.len()..MAGIC.len() + ID_CHARS]).is_ok();
        if bytes.starts_with(MAGIC) && named {
            Ok(header)
        } else {
            Err(EnvelopeError::NotSealed)
        }
    }

    #[must_use]
    pub fn bytes(&self) -> &[u8; HEADER_BYTES] {
        &self.bytes
    }

    /// Under which key the file was sealed.
    #[must_use]
    pub fn key_id(&self) -> &str {
        std::str::from_utf8(&self.bytes[MAGIC.len()..MAGIC.len() + ID_CHARS]).unwrap_or_default()
    }

    fn salt(&self) -> &[u8] {
        &self.bytes[MAGIC.len() + ID_CHARS..]
    }
}

/// Plain bytes of a sealed file of this length; none when no file can have it.
#[must_use]
pub fn plain_length(sealed: u64) -> Option<u64> {
    let body = sealed.checked_sub(HEADER_BYTES as u64)?;
    let chunks = body.div_ceil(SEALED_CHUNK as u64).max(1);
    body.checked_sub(chunks * TAG as u64)
}

/// Seals or opens the chunks of one file in their order.
pub struct Chunks {
    key: LessSafeKey,
    header: Header,
    number: u32,
}

impl Chunks {
    /// # Errors
    /// None in practice.
    pub fn new(key: &Key, header: Header) -> Result<Self, EnvelopeError> {
        Ok(Self {
            key: key.of_file(header.salt())?,
            header,
            number: 0,
        })
    }

    /// Seals the next chunk in place: [`CHUNK`] bytes, or any number up to that when it is the last.
    ///
    /// # Errors
    /// [`EnvelopeError::TooLong`] after 2^32 chunks (256 TiB).
    pub fn seal(&mut self, chunk: &mut Vec<u8>, last: bool) -> Result<(), EnvelopeError> {
        let nonce = self.nonce(last)?;
        self.key
            .seal_in_place_append_tag(nonce, Aad::from(self.header.bytes), chunk)
            .map_err(|_| EnvelopeError::TooLong)
    }

    /// Opens the next chunk in place.
    ///
    /// # Errors
    /// [`EnvelopeError::Damaged`]: another key, changed, moved, or not the end that it claims to be.
    pub fn open(&mut self, chunk: &mut Vec<u8>, last: bool) -> Result<(), EnvelopeError> {
        let nonce = self.nonce(last)?;
        let opened = self
            .key
            .open_in_place(nonce, Aad::from(self.header.bytes), chunk)
            .map_err(|_| EnvelopeError::Damaged)?;
        let length = opened.len();
        chunk.truncate(length);
        Ok(())
    }

    fn nonce(&mut self, last: bool) -> Result<Nonce, EnvelopeError> {
        let mut nonce = [0; NONCE_BYTES];
        nonce[7..11].copy_from_slice(&self.number.to_be_bytes());
        nonce[11] = u8::from(last);
        self.number = self.number.checked_add(1).ok_or(EnvelopeError::TooLong)?;
        Ok(Nonce::assume_unique_for_key(nonce))
    }
}

/// Seals what is written to it. Only [`SealedWriter::finish`] makes the file whole.
pub struct SealedWriter<W> {
    inner: W,
    chunks: Chunks,
    buffer: Vec<u8>,
}

impl<W: Write> SealedWriter<W> {
    /// # Errors
    /// The header cannot be written.
    pub fn new(mut inner: W, key: &Key, header: Header) -> io::Result<Self> {
        inner.write_all(header.bytes())?;
        Ok(Self {
            inner,
            chunks: Chunks::new(key, header).map_err(io::Error::other)?,
            buffer: Vec::with_capacity(SEALED_CHUNK),
        })
    }

    /// Writes the last chunk and gives the writer back.
    ///
    /// # Errors
    /// Of the writer.
    pub fn finish(mut self) -> io::Result<W> {
        self.emit(true)?;
        self.inner.flush()?;
        Ok(self.inner)
    }

    fn emit(&mut self, last: bool) -> io::Result<()> {
        self.chunks.seal(&mut self.buffer, last).map_err(io::Error::other)?;
        self.inner.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}

impl<W: Write> Write for SealedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full chunk waits until more comes: it may be the last.
        if self.buffer.len() == CHUNK && !bytes.is_empty() {
            self.emit(false)?;
        }
        let taken = bytes.len().min(CHUNK - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Opens what a [`SealedWriter`] wrote. Every byte it gives is authentic; the end is one only when all of it was read.
pub struct SealedReader<R> {
    inner: R,
    chunks: Chunks,
    /// Read of the file but not opened: a whole chunk and one byte more tell that it is not the last.
    ahead: Vec<u8>,
    plain: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> SealedReader<R> {
    /// `key` finds the key of an id.
    ///
    /// # Errors
    /// It is no sealed file, its key is not known, or the reader fails.
    pub fn new<'k>(mut inner: R, key: impl FnOnce(&str) -> Option<&'k Key>) -> Result<Self, StreamError> {
        let mut bytes = [0; HEADER_BYTES];
        inner.read_exact(&mut bytes).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => StreamError::Envelope(EnvelopeError::NotSealed),
            _ => StreamError::Io(error),
        })?;
        let header = Header::read(bytes)?;
        let key = key(header.key_id()).ok_or_else(|| StreamError::OtherKey(header.key_id().to_owned()))?;
        Ok(Self {
            inner,
            chunks: Chunks::new(key, header)?,
            ahead: Vec::with_capacity(SEALED_CHUNK + 1),
            plain: Vec::new(),
            given: 0,
            ended: false,
        })
    }

    fn next_chunk(&mut self) -> io::Result<()> {
        let missing = (SEALED_CHUNK + 1 - self.ahead.len()) as u64;
        (&mut self.inner).take(missing).read_to_end(&mut self.ahead)?;
        let last = self.ahead.len() <= SEALED_CHUNK;
        let rest = if last {
            Vec::new()
        } else {
            self.ahead.split_off(SEALED_CHUNK)
        };
        self.plain = std::mem::replace(&mut self.ahead, rest);
        self.given = 0;
        self.chunks
            .open(&mut self.plain, last)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        self.ended = last;
        Ok(())
    }
}

impl<R: Read> Read for SealedReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.plain.len() && !self.ended {
            self.next_chunk()?;
        }
        let taken = out.len().min(self.plain.len() - self.given);
        out[..taken].copy_from_slice(&self.plain[self.given..self.given + taken]);
        self.given += taken;
        Ok(taken)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    #[error("it was sealed under the key {0}, which is not this one")]
    OtherKey(String),
    #[error(transparent)]
    Io(#[from] io::Error),
}

#[cfg(test)]
mod tests {
    use ring::aead::AES_256_GCM;

    use super::*;

    #[test]
    fn the_tag_is_as_long_as_the_sizes_say() {
        assert_eq!(AES_256_GCM.tag_len(), TAG);
    }
}
