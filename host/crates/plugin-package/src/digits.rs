//! Keys, digests and signatures as hexadecimal digits in TOML.

use serde::de::{Deserialize, Deserializer, Error};

/// Exactly `N` bytes.
pub fn read<'de, D: Deserializer<'de>, const N: usize>(from: D) -> Result<[u8; N], D::Error> {
    let text = String::deserialize(from)?;
    let mut bytes = [0; N];
    hex::decode_to_slice(text.trim(), &mut bytes)
        .map_err(|_| D::Error::custom(format!("expected {} hexadecimal digits", N * 2)))?;
    Ok(bytes)
}
