//! A value of a row as it stands in an archive: JSON that gives back exactly what was there, from either database.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The form decides the kind: null, a whole number, text, a float by its bits, or bytes in base64.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    Number(i64),
    Text(String),
    Float { d: u64 },
    Bytes { b: String },
    Null(()),
}

impl Cell {
    pub fn float(value: f64) -> Self {
        Self::Float { d: value.to_bits() }
    }

    pub fn bytes(value: &[u8]) -> Self {
        Self::Bytes {
            b: STANDARD_NO_PAD.encode(value),
        }
    }

    /// The bytes that are written as `text`.
    ///
    /// # Errors
    /// It is no base64.
    pub fn decoded(text: &str) -> anyhow::Result<Vec<u8>> {
        Ok(STANDARD_NO_PAD.decode(text)?)
    }
}

/// A row as it is written, and as it counts in the hash of its table.
///
/// # Errors
/// In practice none.
pub fn line(row: &[Cell]) -> anyhow::Result<String> {
    Ok(serde_json::to_string(row)?)
}

/// The hash of a table's rows, whatever their order.
#[derive(Clone, Debug, Default)]
pub struct Sum {
    pub rows: u64,
    bits: [u8; 32],
}

impl Sum {
    pub fn add(&mut self, line: &str) {
        self.rows += 1;
        for (bit, of_row) in self.bits.iter_mut().zip(Sha256::digest(line.as_bytes())) {
            *bit ^= of_row;
        }
    }

    pub fn hash(&self) -> String {
        hex::encode(self.bits)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn every_value_comes_back_as_it_was() {
        let row = vec![
            Cell::Null(()),
            Cell::Number(i64::MIN),
            Cell::Number(1),
            Cell::float(1.0),
            Cell::float(0.1 + 0.2),
            Cell::Text(String::new()),
            Cell::Text("null \"quoted\" \u{1}".to_owned()),
            Cell::bytes(&[0, 255, 1]),
        ];
        let back: Vec<Cell> = serde_json::from_str(&line(&row).unwrap()).unwrap();
        assert_eq!(back, row);
    }

    #[test]
    fn the_hash_does_not_depend_on_the_order_and_does_on_every_row() {
        let of = |lines: &[&str]| {
            let mut sum = Sum::default();
            lines.iter().for_each(|line| sum.add(line));
            (sum.rows, sum.hash())
        };
        assert_eq!(of(&["[1]", "[2]"]), of(&["[2]", "[1]"]));
        assert_ne!(of(&["[1]", "[2]"]), of(&["[1]", "[3]"]));
        assert_ne!(of(&["[1]", "[1]"]), of(&[]));
    }
}
