//! `voiceassist backup`: writes the archive while the server goes on. All rows are of one moment.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use envelope::{Header, Key, SALT_BYTES, SealedWriter};
use futures::TryStreamExt;

use super::cell::{self, Cell, Sum};
use super::{End, FORMAT, Manifest, TableSum, golden, store};
use crate::clock::{Clock, Random};
use crate::config::Config;
use crate::db::{self, Db, Tx};
use crate::ingest::blob;
use crate::knowledge::EMBEDDING_MODEL;
use crate::vault::Vault;

/// Bytes of rows in one entry of the tar file.
const PART: usize = 4 << 20;

type Archive = tar::Builder<SealedWriter<BufWriter<File>>>;

/// What was written.
pub struct Saved {
    pub manifest: Manifest,
    pub end: End,
    pub bytes: u64,
    pub seconds: f64,
}

impl std::fmt::Display for Saved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rows: u64 = self.end.tables.iter().map(|table| table.rows).sum();
        let megabytes = self.bytes as f64 / 1e6;
        write!(
            f,
            "{megabytes:.1} MB in {:.1} s ({:.0} MB/s): {rows} rows of {} tables, {} original files, {} searches.",
            self.seconds,
            megabytes / self.seconds.max(0.001),
            self.end.tables.len(),
            self.end.originals,
            self.end.searches.len()
        )
    }
}

/// Writes the archive to `out`, which must not exist. A file that was cut off is never left under that name.
///
/// # Errors
/// Of the database or the disk, or keys were rotated meanwhile.
pub async fn run(config: &Config, key: &Key, out: &Path, clock: &dyn Clock, random: Arc<dyn Random>) -> Result<Saved> {
    if out.exists() {
        bail!("{} exists already; name another file", out.display());
    }
    let began = Instant::now();
    let db = db::open(&config.database_url)
        .await
        .context("the database cannot be opened")?;
    let never_in = config.folders_of_data();
    let vault = Vault::open_all(&config.master_key, &never_in, &db, clock, Arc::clone(&random)).await?;
    let mut salt = [0; SALT_BYTES];
    random.fill(&mut salt);
    let folder = match out.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    let temporary = tempfile::NamedTempFile::new_in(&folder)
        .with_context(|| format!("nothing can be written to {}", folder.display()))?;
    let writer = BufWriter::with_capacity(1 << 20, temporary.reopen()?);
    let header = Header::new(&key.fingerprint(), salt)?;
    let mut archive = tar::Builder::new(SealedWriter::new(writer, key, header)?);
    let (manifest, end) = write(config, &db, &vault, &mut archive, clock.now_ms()).await?;
    let writer = archive.into_inner()?.finish()?;
    let file = writer.into_inner().map_err(|error| error.into_error())?;
    file.sync_all()?;
    let bytes = file.metadata()?.len();
    temporary.persist_noclobber(out).map_err(|error| error.error)?;
    File::open(&folder)?.sync_all()?;
    db.close().await;
    Ok(Saved {
        manifest,
        end,
        bytes,
        seconds: began.elapsed().as_secs_f64(),
    })
}

async fn write(config: &Config, db: &Db, vault: &Vault, archive: &mut Archive, now: i64) -> Result<(Manifest, End)> {
    let mut tx = db::snapshot(db).await?;
    // The first read is the moment; files that come later belong to no row of it.
    let key = store::newest_key(&mut tx).await?;
    let manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        schema: store::schema(&mut tx).await?,
        created_at: now,
        newest_at: store::newest(&mut tx).await?,
        embedding_model: EMBEDDING_MODEL.to_owned(),
        master: key.as_ref().map(|(master, _)| master.clone()),
    };
    entry(archive, "manifest.json", &serde_json::to_vec_pretty(&manifest)?)?;
    let mut end = End::default();
    for file in blob::files(&config.data_dir)? {
        if let Some(bytes) = original(archive, &file)? {
            end.originals += 1;
            end.original_bytes += bytes;
        }
    }
    let searchable = store::searchable(&mut tx).await?;
    for table in store::tables(&mut tx, db::is_sqlite(db)).await? {
        let sum = rows(archive, &mut tx, &table).await?;
        end.tables.push(TableSum {
            table,
            rows: sum.rows,
            hash: sum.hash(),
        });
    }
    tx.rollback().await?;
    let searches = golden::ask(config, db, vault).await?;
    let mut after = db::snapshot(db).await?;
    // A file that was sealed under a newer key than the rows know could not be opened again.
    if store::newest_key(&mut after).await? != key {
        bail!("the keys were rotated while the backup was written; run it again");
    }
    // What was read meanwhile is found now and is not in the archive: then there is nothing to compare with.
    if store::searchable(&mut after).await? == searchable {
        end.searches = searches;
    }
    entry(archive, "end.json", &serde_json::to_vec_pretty(&end)?)?;
    Ok((manifest, end))
}

fn entry(archive: &mut Archive, name: &str, content: &[u8]) -> Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o600);
    archive.append_data(&mut header, name, content)?;
    Ok(())
}

/// None when it was swept, or sealed anew under another name, since it was listed.
fn original(archive: &mut Archive, file: &Path) -> Result<Option<u64>> {
    let Some(name) = file.file_name().and_then(|name| name.to_str()) else {
        return Ok(None);
    };
    let mut opened = match blob::open_kept(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let name = opened.1.as_deref().unwrap_or(name).to_owned();
    let bytes = opened.0.metadata()?.len();
    archive.append_file(format!("originals/{name}"), &mut opened.0)?;
    Ok(Some(bytes))
}

async fn rows(archive: &mut Archive, tx: &mut Tx, table: &str) -> Result<Sum> {
    let (mut sum, mut part, mut number) = (Sum::default(), Vec::with_capacity(PART), 0);
    let mut stream = store::rows(tx, table);
    while let Some(row) = stream.try_next().await? {
        let (columns, cells): (Vec<String>, Vec<Cell>) = row.into_iter().unzip();
        if part.is_empty() {
            writeln!(part, "{}", serde_json::to_string(&columns)?)?;
        }
        let line = cell::line(&cells)?;
        sum.add(&line);
        writeln!(part, "{line}")?;
        if part.len() >= PART {
            number += 1;
            entry(archive, &format!("tables/{table}/{number:06}.jsonl"), &part)?;
            part.clear();
        }
    }
    if !part.is_empty() {
        entry(archive, &format!("tables/{table}/{:06}.jsonl", number + 1), &part)?;
    }
    Ok(sum)
}
