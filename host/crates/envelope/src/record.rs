//! One value of one row: sealed text or bytes that say under which key, bound to their place.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::key::{Key, NONCE_BYTES};
use crate::{EnvelopeError, Place};

/// Begins what is not text as it is. A text that itself begins so is stored behind [`PLAIN`].
const MARK: char = '\u{1}';
const SEALED: &str = "\u{1}s1.";
const PLAIN: &str = "\u{1}p.";
/// The same for bytes.
const MARK_BYTES: &[u8] = b"\x01VA";
const SEALED_BYTES: &[u8] = b"\x01VAs1.";
const PLAIN_BYTES: &[u8] = b"\x01VAp.";

/// What a stored value is.
#[derive(Debug, PartialEq, Eq)]
pub enum Stored<T> {
    Plain(T),
    /// Sealed under the key of this id.
    Sealed {
        key: String,
        body: Vec<u8>,
    },
}

/// `text` as it is stored without a key.
#[must_use]
pub fn plain_text(text: &str) -> String {
    if text.starts_with(MARK) {
        format!("{PLAIN}{text}")
    } else {
        text.to_owned()
    }
}

/// As [`plain_text`], of bytes.
#[must_use]
pub fn plain_bytes(bytes: &[u8]) -> Vec<u8> {
    if bytes.starts_with(MARK_BYTES) {
        [PLAIN_BYTES, bytes].concat()
    } else {
        bytes.to_vec()
    }
}

/// How every text begins that is sealed under this key.
#[must_use]
pub fn text_prefix(id: &str) -> String {
    format!("{SEALED}{id}.")
}

/// How all bytes begin that are sealed under this key.
#[must_use]
pub fn bytes_prefix(id: &str) -> Vec<u8> {
    [SEALED_BYTES, id.as_bytes(), b"."].concat()
}

/// # Errors
/// The text is longer than 64 GiB.
pub fn seal_text(
    (id, key): (&str, &Key),
    place: Place<'_>,
    text: &str,
    nonce: [u8; NONCE_BYTES],
) -> Result<String, EnvelopeError> {
    let body = key.seal(&place.bytes(), text.as_bytes(), nonce)?;
    Ok(text_prefix(id) + &STANDARD_NO_PAD.encode(body))
}

/// As [`seal_text`], of bytes.
///
/// # Errors
/// As [`seal_text`].
pub fn seal_bytes(
    (id, key): (&str, &Key),
    place: Place<'_>,
    bytes: &[u8],
    nonce: [u8; NONCE_BYTES],
) -> Result<Vec<u8>, EnvelopeError> {
    let body = key.seal(&place.bytes(), bytes, nonce)?;
    Ok([bytes_prefix(id), body].concat())
}

/// Says of a stored text what it is.
///
/// # Errors
/// [`EnvelopeError::Damaged`] when it begins like a sealed one and is none.
pub fn read_text(stored: String) -> Result<Stored<String>, EnvelopeError> {
    if !stored.starts_with(MARK) {
        return Ok(Stored::Plain(stored));
    }
    if let Some(text) = stored.strip_prefix(PLAIN) {
        return Ok(Stored::Plain(text.to_owned()));
    }
    let (id, body) = stored
        .strip_prefix(SEALED)
        .and_then(|rest| rest.split_once('.'))
        .ok_or(EnvelopeError::Damaged)?;
    Ok(Stored::Sealed {
        key: id.to_owned(),
        body: STANDARD_NO_PAD.decode(body).map_err(|_| EnvelopeError::Damaged)?,
    })
}

/// As [`read_text`], of bytes.
///
/// # Errors
/// As [`read_text`].
pub fn read_bytes(stored: Vec<u8>) -> Result<Stored<Vec<u8>>, EnvelopeError> {
    if !stored.starts_with(MARK_BYTES) {
        return Ok(Stored::Plain(stored));
    }
    if let Some(bytes) = stored.strip_prefix(PLAIN_BYTES) {
        return Ok(Stored::Plain(bytes.to_vec()));
    }
    let rest = stored.strip_prefix(SEALED_BYTES).ok_or(EnvelopeError::Damaged)?;
    let dot = rest
        .iter()
        .position(|byte| *byte == b'.')
        .ok_or(EnvelopeError::Damaged)?;
    let id = std::str::from_utf8(&rest[..dot]).map_err(|_| EnvelopeError::Damaged)?;
    Ok(Stored::Sealed {
        key: id.to_owned(),
        body: rest[dot + 1..].to_vec(),
    })
}

/// The text of a sealed body.
///
/// # Errors
/// [`EnvelopeError::Damaged`]: another key, another place, or changed bytes.
pub fn open_text(key: &Key, place: Place<'_>, body: &[u8]) -> Result<String, EnvelopeError> {
    String::from_utf8(open_bytes(key, place, body)?).map_err(|_| EnvelopeError::Damaged)
}

/// The bytes of a sealed body.
///
/// # Errors
/// As [`open_text`].
pub fn open_bytes(key: &Key, place: Place<'_>, body: &[u8]) -> Result<Vec<u8>, EnvelopeError> {
    key.open(&place.bytes(), body)
}
