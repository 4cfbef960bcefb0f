//! Keys of 256 bits: made from bytes or text, named without being told, wrapped by one another.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};

use crate::{EnvelopeError, Place};

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;
/// Bytes of a nonce. Drawn at random for each record: one key serves 2^32 records before a second use becomes likely
/// enough to count (NIST SP 800-38D, 8.3).
pub const NONCE_BYTES: usize = 12;
/// Characters of a key's id: of the hex of its fingerprint, or of eight random bytes.
pub const ID_CHARS: usize = 16;

/// An AES-256-GCM key. It has no `Debug`, so that no log can hold one.
pub struct Key {
    bytes: [u8; KEY_BYTES],
    aead: LessSafeKey,
}

impl Key {
    /// # Errors
    /// None with this algorithm and length; ring's signature has one.
    pub fn new(bytes: [u8; KEY_BYTES]) -> Result<Self, EnvelopeError> {
        let unbound = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| EnvelopeError::NoKey)?;
        Ok(Self {
            bytes,
            aead: LessSafeKey::new(unbound),
        })
    }

    /// Reads 32 bytes written in hex or base64, with white space around them.
    ///
    /// # Errors
    /// [`EnvelopeError::NoKey`] for anything else.
    pub fn parse(text: &str) -> Result<Self, EnvelopeError> {
        let text = text.trim();
        let decoded = hex::decode(text).ok().or_else(|| {
            [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD]
                .iter()
                .find_map(|engine| engine.decode(text).ok())
        });
        let bytes = decoded.and_then(|bytes| <[u8; KEY_BYTES]>::try_from(bytes).ok());
        Self::new(bytes.ok_or(EnvelopeError::NoKey)?)
    }

    /// Names the key in [`ID_CHARS`] hex digits without telling anything of it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut name = [0; ID_CHARS / 2];
        // Eight bytes are always within what HKDF may give.
        let _ = self
            .extract(b"")
            .expand(&[b"voiceassist fingerprint"], Length(name.len()))
            .and_then(|derived| derived.fill(&mut name));
        hex::encode(name)
    }

    /// This key's data key `inner`, to be stored under `id`.
    ///
    /// # Errors
    /// None in practice.
    pub fn wrap(&self, id: &str, inner: &Self, nonce: [u8; NONCE_BYTES]) -> Result<Vec<u8>, EnvelopeError> {
        self.seal(&wrapped_at(id), &inner.bytes, nonce)
    }

    /// # Errors
    /// [`EnvelopeError::Damaged`] when it was wrapped by another key, under another id, or changed.
    pub fn unwrap(&self, id: &str, wrapped: &[u8]) -> Result<Self, EnvelopeError> {
        let bytes = self.open(&wrapped_at(id), wrapped)?;
        Self::new(bytes.try_into().map_err(|_| EnvelopeError::Damaged)?)
    }

    /// Nonce, ciphertext and tag of `plain`, bound to `aad`.
    pub(crate) fn seal(&self, aad: &[u8], plain: &[u8], nonce: [u8; NONCE_BYTES]) -> Result<Vec<u8>, EnvelopeError> {
        let mut sealed = Vec::with_capacity(NONCE_BYTES + plain.len() + AES_256_GCM.tag_len());
        sealed.extend_from_slice(&nonce);
        let mut body = plain.to_vec();
        self.aead
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut body)
            .map_err(|_| EnvelopeError::TooLong)?;
        sealed.append(&mut body);
        Ok(sealed)
    }

    pub(crate) fn open(&self, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, EnvelopeError> {
        let (nonce, body) = sealed
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(EnvelopeError::Damaged)?;
        let mut body = body.to_vec();
        let plain = self
            .aead
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(aad), &mut body)
            .map_err(|_| EnvelopeError::Damaged)?;
        let length = plain.len();
        body.truncate(length);
        Ok(body)
    }

    /// A key of its own for one file, from a salt that no other file has.
    pub(crate) fn of_file(&self, salt: &[u8]) -> Result<LessSafeKey, EnvelopeError> {
        let derived = self.extract(salt);
        let derived = derived
            .expand(&[b"voiceassist file"], &AES_256_GCM)
            .map_err(|_| EnvelopeError::NoKey)?;
        Ok(LessSafeKey::new(UnboundKey::from(derived)))
    }

    fn extract(&self, salt: &[u8]) -> Prk {
        Salt::new(HKDF_SHA256, salt).extract(&self.bytes)
    }
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn wrapped_at(id: &str) -> Vec<u8> {
    Place {
        table: "data_keys",
        column: "wrapped",
        row: id,
    }
    .bytes()
}
