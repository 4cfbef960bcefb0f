//! `voiceassist verify-audit`: walks the chain in a database that nobody needs to serve, and names the first row that does
//! not hold.

use std::path::Path;
use std::str::FromStr;

use anyhow::{Context, Result, bail};
use audit_chain::{FirstBad, GENESIS, Hash};

use super::{from_hex, store};
use crate::db;

/// Rows verified at a time.
const TOGETHER: i64 = 10_000;

/// The end of a chain. Kept elsewhere, it shows later whether rows were cut off or the whole was written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// 0 of an empty chain.
    pub sequence: u64,
    pub hash: Hash,
}

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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
            hash: from_hex(hash).map_err(|_| FORM)?,
        })
    }
}

/// Reads `database` without changing it; returns the head of its chain.
///
/// # Errors
/// The first row that does not hold, `kept` is not part of the chain, or the file cannot be read.
pub async fn verify(database: &Path, kept: Option<&Head>) -> Result<Head> {
    let db = db::open_to_read(database)
        .await
        .with_context(|| format!("{} cannot be opened", database.display()))?;
    let mut head = Head {
        sequence: 0,
        hash: GENESIS,
    };
    let mut holds = kept.is_none_or(|kept| *kept == head);
    loop {
        let rows = store::rows(&db, head.sequence, TOGETHER).await?;
        if rows.is_empty() {
            break;
        }
        for (entry, previous, stored) in rows {
            let sequence = head.sequence + 1;
            audit_chain::follow(sequence, &head.hash, (&entry, &previous, &stored))
                .map_err(|what| FirstBad { sequence, what })?;
            head = Head { sequence, hash: stored };
            holds |= kept == Some(&head);
        }
    }
    if let Some(kept) = kept.filter(|_| !holds) {
        bail!(
            "the chain of {} rows holds by itself, but {kept} is not in it: rows were cut off or all was written anew",
            head.sequence
        );
    }
    Ok(head)
}
