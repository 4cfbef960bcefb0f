//! Reads an archive from its first byte to its last. What it gives is authentic; that it is whole is known at the end.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context, Result, bail};
use envelope::{Key, SealedReader};

use super::cell::{self, Cell, Sum};
use super::{End, FORMAT, Manifest, TableSum};

/// What takes the parts of an archive.
pub trait Taker {
    fn manifest(&mut self, manifest: &Manifest) -> Result<()>;
    /// An original file under its name in the blob folder.
    fn original(&mut self, name: &str, content: &mut dyn Read) -> Result<()>;
    fn row(&mut self, table: &str, columns: &[String], row: Vec<Cell>) -> Result<()>;
}

/// Takes nothing: only looks whether everything is there.
struct Nobody;

impl Taker for Nobody {
    fn manifest(&mut self, _: &Manifest) -> Result<()> {
        Ok(())
    }

    fn original(&mut self, _: &str, content: &mut dyn Read) -> Result<()> {
        std::io::copy(content, &mut std::io::sink())?;
        Ok(())
    }

    fn row(&mut self, _: &str, _: &[String], _: Vec<Cell>) -> Result<()> {
        Ok(())
    }
}

/// Reads the whole archive and compares it with what it says of itself.
///
/// # Errors
/// The key is another one, or the archive was cut off or changed.
pub fn verify(file: &Path, key: &Key) -> Result<(Manifest, End)> {
    read(file, key, &mut Nobody)
}

/// Gives each part to `taker`, in the order of the archive.
///
/// # Errors
/// As [`verify`], or of the taker.
pub fn read(file: &Path, key: &Key, taker: &mut dyn Taker) -> Result<(Manifest, End)> {
    let opened = File::open(file).with_context(|| format!("{} cannot be opened", file.display()))?;
    let fingerprint = key.fingerprint();
    let sealed = SealedReader::new(BufReader::with_capacity(1 << 20, opened), |id| {
        (id == fingerprint).then_some(key)
    })
    .with_context(|| {
        format!(
            "{} is no archive of this key (its fingerprint is {fingerprint})",
            file.display()
        )
    })?;
    parts(sealed, taker).with_context(|| format!("{} is cut off or was changed", file.display()))
}

fn parts(sealed: impl Read, taker: &mut dyn Taker) -> Result<(Manifest, End)> {
    let mut archive = tar::Archive::new(sealed);
    let (mut manifest, mut end) = (None, None);
    let mut read = End::default();
    let mut table: Option<(String, Sum)> = None;
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        match path.split('/').collect::<Vec<_>>()[..] {
            ["manifest.json"] => {
                let parsed: Manifest = serde_json::from_reader(&mut entry)?;
                if parsed.format != FORMAT {
                    bail!("it has the format {}, and this program reads {FORMAT}", parsed.format);
                }
                taker.manifest(&parsed)?;
                manifest = Some(parsed);
            }
            ["originals", name] => {
                read.originals += 1;
                read.original_bytes += entry.size();
                taker.original(name, &mut entry)?;
            }
            ["tables", name, _] => {
                if table.as_ref().is_none_or(|(of, _)| of != name) {
                    read.tables.extend(table.take().map(summed));
                    table = Some((name.to_owned(), Sum::default()));
                }
                if let Some((_, sum)) = &mut table {
                    rows(name, &mut entry, sum, taker)?;
                }
            }
            ["end.json"] => end = Some(serde_json::from_reader(&mut entry)?),
            _ => bail!("it holds {path}, which this program does not know"),
        }
    }
    read.tables.extend(table.take().map(summed));
    // Tar ends before the file does; only the last chunk says that nothing was cut off.
    std::io::copy(&mut archive.into_inner(), &mut std::io::sink())?;
    let manifest = manifest.context("it has no manifest")?;
    let end: End = end.context("it has no end")?;
    let filled: Vec<&TableSum> = end.tables.iter().filter(|table| table.rows > 0).collect();
    if read.originals != end.originals
        || read.original_bytes != end.original_bytes
        || !filled.into_iter().eq(read.tables.iter())
    {
        bail!("its parts are not those that it says it has");
    }
    Ok((manifest, end))
}

fn summed((table, sum): (String, Sum)) -> TableSum {
    TableSum {
        table,
        rows: sum.rows,
        hash: sum.hash(),
    }
}

fn rows(table: &str, content: impl Read, sum: &mut Sum, taker: &mut dyn Taker) -> Result<()> {
    let mut lines = BufReader::new(content).lines();
    let columns = lines.next().context("a part without columns")??;
    let columns: Vec<String> = serde_json::from_str(&columns)?;
    for line in lines {
        let line = line?;
        let row: Vec<Cell> = serde_json::from_str(&line)?;
        if row.len() != columns.len() || cell::line(&row)? != line {
            bail!("a row of {table} does not fit");
        }
        sum.add(&line);
        taker.row(table, &columns, row)?;
    }
    Ok(())
}
