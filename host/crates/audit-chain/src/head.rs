use std::fmt;
use std::str::FromStr;

use crate::{GENESIS, Hash, digits};

/// The end of a chain. Kept elsewhere, it shows later whether entries were cut off or all was written anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// 0 of an empty chain.
    pub sequence: u64,
    pub hash: Hash,
}

impl Head {
    pub const EMPTY: Self = Self {
        sequence: 0,
        hash: GENESIS,
    };
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.sequence, hex::encode(self.hash))
    }
}

impl FromStr for Head {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "a head is written NUMBER:64_HEX_DIGITS, as verify-audit prints it";
        let (sequence, hash) = text.split_once(':').ok_or(FORM)?;
        Ok(Self {
            sequence: sequence.parse().map_err(|_| FORM)?,
            hash: digits::read(hash).ok_or(FORM)?,
        })
    }
}
