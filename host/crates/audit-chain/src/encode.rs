//! The bytes that are hashed. Version 1, all integers big-endian:
//!
//! ```text
//! u8   version = 1
//! u64  sequence
//! i64  at_ms
//! 6 x  u64 length in bytes, then that many UTF-8 bytes:
//!      actor, action, resource_type, resource_id, outcome, detail_json
//! ```
//!
//! Lengths come before contents, so moving a letter from one field to its neighbour changes the bytes.
//! A later version gets another first byte; entries of version 1 keep theirs for ever.

use crate::Entry;

/// First byte of the encoding.
pub const ENCODING_VERSION: u8 = 1;

/// Canonical bytes of an entry; two different entries never have the same bytes.
#[must_use]
pub fn encode(entry: &Entry) -> Vec<u8> {
    let texts = [
        &entry.actor,
        &entry.action,
        &entry.resource_type,
        &entry.resource_id,
        &entry.outcome,
        &entry.detail_json,
    ];
    let mut out = Vec::with_capacity(17 + texts.iter().map(|text| 8 + text.len()).sum::<usize>());
    out.push(ENCODING_VERSION);
    out.extend_from_slice(&entry.sequence.to_be_bytes());
    out.extend_from_slice(&entry.at_ms.to_be_bytes());
    for text in texts {
        out.extend_from_slice(&(text.len() as u64).to_be_bytes());
        out.extend_from_slice(text.as_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reads the layout back as the module text describes it; only tests need it.
    fn decode(bytes: &[u8]) -> Option<Entry> {
        let (version, rest) = bytes.split_first()?;
        if *version != ENCODING_VERSION {
            return None;
        }
        let (sequence, rest) = rest.split_first_chunk::<8>()?;
        let (at_ms, mut rest) = rest.split_first_chunk::<8>()?;
        let mut texts = Vec::new();
        for _ in 0..6 {
            let (length, tail) = rest.split_first_chunk::<8>()?;
            let (text, tail) = tail.split_at_checked(u64::from_be_bytes(*length) as usize)?;
            texts.push(String::from_utf8(text.to_vec()).ok()?);
            rest = tail;
        }
        let [actor, action, resource_type, resource_id, outcome, detail_json] = texts.try_into().ok()?;
        rest.is_empty().then_some(Entry {
            sequence: u64::from_be_bytes(*sequence),
            at_ms: i64::from_be_bytes(*at_ms),
            actor,
            action,
            resource_type,
            resource_id,
            outcome,
            detail_json,
        })
    }

    proptest! {
        #[test]
        fn the_encoding_loses_nothing(
            sequence: u64, at_ms: i64, actor: String, action: String, resource_type: String,
            resource_id: String, outcome: String, detail_json: String,
        ) {
            let entry = Entry { sequence, at_ms, actor, action, resource_type, resource_id, outcome, detail_json };
            prop_assert!(decode(&encode(&entry)) == Some(entry));
        }
    }
}
