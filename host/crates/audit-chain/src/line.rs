//! What the second sink holds: one JSON object a line, an entry or a checkpoint.

use serde::{Deserialize, Serialize};

use crate::{Checkpoint, Entry, Hash, digits};

/// An entry as it is stored: with the hash before it and its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub entry: Entry,
    #[serde(with = "digits")]
    pub previous: Hash,
    #[serde(with = "digits")]
    pub hash: Hash,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    Row(Row),
    Checkpoint(Checkpoint),
}

impl Line {
    /// Without a line break: JSON escapes the ones inside.
    ///
    /// # Errors
    /// Never of these types; the caller need not know that.
    pub fn write(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Reads a line that [`Line::write`] wrote. A collector may have put its own prefix before it. What reads the same
    /// but is written otherwise is refused: every bit counts.
    #[must_use]
    pub fn read(line: &[u8]) -> Option<Self> {
        let start = line.iter().position(|byte| *byte == b'{')?;
        let json = line.get(start..)?;
        let read: Self = serde_json::from_slice(json).ok()?;
        (read.write().ok()?.as_bytes() == json).then_some(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{GENESIS, Head, Signer, hash};

    #[test]
    fn every_flipped_bit_of_a_line_is_seen() -> Result<(), serde_json::Error> {
        let entry = Entry {
            sequence: 1,
            at_ms: 1_700_000_000_000,
            actor: "anna \"a\"\n".into(),
            action: "document.opened".into(),
            resource_type: "document".into(),
            resource_id: "d1".into(),
            outcome: "done".into(),
            detail_json: r#"{"pages":3}"#.into(),
        };
        let own = hash(&GENESIS, &entry);
        let signer = Signer::new(&[7; 32]);
        let row = Row {
            entry,
            previous: GENESIS,
            hash: own,
        };
        let lines = [
            Line::Row(row),
            Line::Checkpoint(signer.sign(1, &Head { sequence: 1, hash: own }, 9)),
        ];
        for line in lines {
            let written = line.write()?;
            assert!(!written.contains('\n'));
            assert_eq!(Line::read(written.as_bytes()), Some(line.clone()));
            assert_eq!(
                Line::read(format!("<110>1 - - - {written}").as_bytes()),
                Some(line.clone())
            );
            for bit in 0..written.len() * 8 {
                let mut bytes = written.clone().into_bytes();
                bytes[bit / 8] ^= 1 << (bit % 8);
                let still_holds = match Line::read(&bytes) {
                    None => false,
                    Some(Line::Row(row)) => row.hash == hash(&row.previous, &row.entry) && row.previous == GENESIS,
                    Some(Line::Checkpoint(checkpoint)) => signer.public().signed(&checkpoint),
                };
                assert!(!still_holds, "bit {bit} of {written}");
            }
        }
        Ok(())
    }
}
