//! `voiceassist verify-audit`: walks the chain in a database that nobody needs to serve, and names the first row that does
//! not hold: by itself, against its signed checkpoints, and against the second copy.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::{Context, Result, bail};
use audit_chain::{Holds, SecondCopy, Verifier};

pub use audit_chain::{Head, PublicKey};

use super::portions::Portions;
use super::store;
use crate::db::{self, Db};

/// What a chain is held against.
#[derive(Default)]
pub struct Against {
    pub kept: Option<Head>,
    /// Any of them may have signed. Without, signatures are not looked at.
    pub keys: Vec<PublicKey>,
    /// The files of the second copy, oldest first.
    pub sink: Vec<PathBuf>,
}

/// Reads the database at `url`, which is written as `DATABASE_URL`, without changing it.
///
/// # Errors
/// The first row that does not hold, or the database cannot be read.
pub async fn verify(url: &str, against: &Against) -> Result<Holds> {
    let db = db::open_to_read(url)
        .await
        .with_context(|| format!("{} cannot be opened", db::place(url)))?;
    let (holds, damage) = tokio::join!(walk(&db, against), store::damage(&db));
    let holds = holds?;
    if let Some(damage) = damage? {
        bail!("the chain holds, and the file is damaged: {damage}");
    }
    Ok(holds)
}

/// # Errors
/// As [`verify`].
pub async fn walk(db: &Db, against: &Against) -> Result<Holds> {
    let mut verifier = Verifier::new(against.keys.clone(), against.kept);
    // In this order, so that what is written meanwhile is missing in none of them.
    if !against.sink.is_empty() {
        let delivered = store::delivered(db).await?;
        let (files, keys) = (against.sink.clone(), against.keys.clone());
        let copy = tokio::task::spawn_blocking(move || second_copy(&files, &keys)).await??;
        verifier.copy(copy, delivered);
    }
    verifier.checkpoints(store::checkpoints_after(db, 0).await?);
    let mut portions = Portions::of(db).await?;
    loop {
        let rows = portions.next().await?;
        if rows.is_empty() {
            return Ok(verifier.finish()?);
        }
        for row in &rows {
            verifier.next(row.as_ref())?;
        }
    }
}

fn second_copy(files: &[PathBuf], keys: &[PublicKey]) -> Result<SecondCopy> {
    let mut copy = SecondCopy::default();
    let mut line = Vec::new();
    for path in files {
        let unreadable = || format!("the second copy {} cannot be read", path.display());
        let mut file = BufReader::new(std::fs::File::open(path).with_context(unreadable)?);
        loop {
            line.clear();
            if file.read_until(b'\n', &mut line).with_context(unreadable)? == 0 {
                break;
            }
            match line.strip_suffix(b"\n") {
                Some(line) => copy.line(line, keys),
                None => copy.rest(&line, keys),
            }
        }
    }
    Ok(copy)
}

/// Keys given by their digits, or by the name of a file with one a line.
#[derive(Clone)]
pub struct PublicKeys(pub Vec<PublicKey>);

impl FromStr for PublicKeys {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let given = std::fs::read_to_string(text).unwrap_or_else(|_| text.to_owned());
        let keys: Vec<PublicKey> = given.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        Some(Self(keys))
            .filter(|keys| !keys.0.is_empty())
            .ok_or("there is no key in it")
    }
}

/// What held, and what was not looked at.
///
/// # Errors
/// Of `out`.
pub fn say(holds: &Holds, against: &Against, out: &mut dyn Write) -> std::io::Result<()> {
    let (head, signed) = (holds.head, holds.signed);
    writeln!(out, "The audit trail of {} rows holds. Its head: {head}", head.sequence)?;
    if against.keys.is_empty() {
        writeln!(out, "Signatures were not checked: give --public-key.")?;
    } else {
        let unsigned = head.sequence - signed;
        let checkpoints = holds.checkpoints;
        writeln!(
            out,
            "{checkpoints} signed checkpoints hold, up to row {signed}; {unsigned} rows after it are not signed yet."
        )?;
    }
    match holds.copied {
        None => writeln!(out, "No second copy was compared: give --sink."),
        Some(copied) => writeln!(out, "The second copy agrees, up to row {copied}."),
    }
}
