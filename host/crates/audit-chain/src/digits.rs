//! Digests and signatures as lower-case hexadecimal digits, of which each value has one writing.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

/// Reads exactly `N` bytes. Upper-case digits are refused: a flipped bit must not pass as another spelling.
#[must_use]
pub fn read<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut out = [0; N];
    read_into(text, &mut out).then_some(out)
}

/// Not generic, so that it is compiled here, with this crate's optimisation.
fn read_into(text: &str, out: &mut [u8]) -> bool {
    hex::decode_to_slice(text, out).is_ok() && !text.bytes().any(|digit| digit.is_ascii_uppercase())
}

pub fn serialize<S: Serializer, const N: usize>(bytes: &[u8; N], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&hex::encode(bytes))
}

pub fn deserialize<'de, D: Deserializer<'de>, const N: usize>(from: D) -> Result<[u8; N], D::Error> {
    let text = String::deserialize(from)?;
    read(&text).ok_or_else(|| D::Error::custom("not the right number of hexadecimal digits"))
}
