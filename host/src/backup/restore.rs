//! `voiceassist restore`: reads the whole archive before it changes anything, fills a place beside the real one, compares
//! every row, and only then puts it where the data lies.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use envelope::Key;
use futures::TryStreamExt;
use sqlx::{AnyConnection, Connection};
use tokio::sync::mpsc;

use super::archive::{self, Taker};
use super::cell::{self, Cell, Sum};
use super::{End, Manifest, store};
use crate::config::Config;
use crate::db::{self, Db};

/// Rows in one commit.
const BATCH: usize = 2_000;
const BESIDE: &str = "restoring";

/// What was restored.
pub struct Restored {
    pub manifest: Manifest,
    pub end: End,
    pub seconds: f64,
}

/// Puts the archive where the configuration says the data lies. `now` names what lay there before.
///
/// # Errors
/// The archive is not whole, there is data already, or a server uses it; nothing was changed then.
pub async fn run(config: &Config, key: Arc<Key>, file: &Path, force: bool, now: i64) -> Result<Restored> {
    let began = Instant::now();
    let (manifest, end) = verified(file, &key).await?;
    let blobs = config.data_dir.join("blobs");
    let Some(database) = config.database_url.strip_prefix("sqlite://").map(PathBuf::from) else {
        let db = db::open(&config.database_url)
            .await
            .context("the database cannot be opened")?;
        ensure!(
            !store::used(&db).await? && !blobs.exists(),
            "there is data already. Create an empty database and an empty data folder for what is restored"
        );
        fill(&db, &blobs, file, &key).await?;
        compare(&db, &end).await?;
        let seconds = began.elapsed().as_secs_f64();
        return Ok(Restored { manifest, end, seconds });
    };
    let there = database.exists() || blobs.exists();
    if there && !force {
        bail!(
            "there is data already in {}. It stays as it is; with --force it is set aside under another name",
            config.data_dir.display()
        );
    }
    std::fs::create_dir_all(&config.data_dir)?;
    if database.exists() {
        alone(&config.database_url).await?;
    }
    let (new_database, new_blobs) = (beside(&database), beside(&blobs));
    remove(&new_database, &new_blobs)?;
    let filled = async {
        let db = db::open(&format!("sqlite://{}", new_database.display())).await?;
        fill(&db, &new_blobs, file, &key).await?;
        compare(&db, &end).await?;
        db.close().await;
        anyhow::Ok(())
    };
    if let Err(error) = filled.await {
        remove(&new_database, &new_blobs)?;
        return Err(error);
    }
    for (new, place) in [(&new_blobs, &blobs), (&new_database, &database)] {
        if place.exists() {
            std::fs::rename(place, format!("{}.before-restore-{now}", place.display()))?;
        }
        if new.exists() {
            std::fs::rename(new, place)?;
        }
        if let Some(folder) = place.parent() {
            File::open(folder)?.sync_all()?;
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    Ok(Restored { manifest, end, seconds })
}

/// Reads the archive to its end without keeping anything.
///
/// # Errors
/// It is not whole, or of another key.
pub async fn verified(file: &Path, key: &Arc<Key>) -> Result<(Manifest, End)> {
    let (file, key) = (file.to_owned(), Arc::clone(key));
    tokio::task::spawn_blocking(move || archive::verify(&file, &key)).await?
}

fn beside(place: &Path) -> PathBuf {
    PathBuf::from(format!("{}.{BESIDE}", place.display()))
}

/// What an earlier restore left that was cut off.
fn remove(database: &Path, blobs: &Path) -> Result<()> {
    if blobs.exists() {
        std::fs::remove_dir_all(blobs)?;
    }
    for ending in ["", "-wal", "-shm"] {
        let file = PathBuf::from(format!("{}{ending}", database.display()));
        if file.exists() {
            std::fs::remove_file(file)?;
        }
    }
    Ok(())
}

async fn alone(url: &str) -> Result<()> {
    let db = db::open(url)
        .await
        .context("the database that is there cannot be opened")?;
    db.close().await;
    // One connection: a pool may hold a second one, which would be taken for a server.
    let mut one = AnyConnection::connect(url)
        .await
        .context("the database that is there cannot be opened")?;
    let alone = store::alone(&mut one).await;
    one.close().await?;
    ensure!(
        alone.unwrap_or(false),
        "a server is using the database. Stop it, then restore"
    );
    Ok(())
}

/// Rows of one table that go in together.
struct Rows {
    table: String,
    columns: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

/// Writes files at once and hands rows on.
struct Unpack {
    blobs: PathBuf,
    collected: Option<Rows>,
    rows: mpsc::Sender<Rows>,
}

impl Unpack {
    fn hand_on(&mut self) -> Result<()> {
        match self.collected.take() {
            Some(rows) => self.rows.blocking_send(rows).context("the database takes no more rows"),
            None => Ok(()),
        }
    }
}

impl Taker for Unpack {
    fn manifest(&mut self, _: &Manifest) -> Result<()> {
        Ok(())
    }

    fn original(&mut self, name: &str, content: &mut dyn Read) -> Result<()> {
        let hash = name.strip_suffix(".sealed").unwrap_or(name);
        ensure!(
            hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{name} is no name of an original file"
        );
        let folder = self.blobs.join(&hash[..2]);
        std::fs::create_dir_all(&folder)?;
        let mut file = File::create_new(folder.join(name))?;
        std::io::copy(content, &mut file)?;
        file.sync_all()?;
        Ok(())
    }

    fn row(&mut self, table: &str, columns: &[String], row: Vec<Cell>) -> Result<()> {
        let fits = |held: &Rows| held.table == table && held.columns == columns && held.rows.len() < BATCH;
        if !self.collected.as_ref().is_some_and(fits) {
            self.hand_on()?;
        }
        let held = self.collected.get_or_insert_with(|| Rows {
            table: table.to_owned(),
            columns: columns.to_vec(),
            rows: Vec::with_capacity(BATCH),
        });
        held.rows.push(row);
        Ok(())
    }
}

/// Brings the archive's rows into `db` and its files into `blobs`.
///
/// # Errors
/// The archive has other tables than this program, or does not hold what it did a moment ago.
pub async fn fill(db: &Db, blobs: &Path, file: &Path, key: &Arc<Key>) -> Result<()> {
    let mut tx = db::begin(db).await?;
    let tables = store::tables(&mut tx, db::is_sqlite(db)).await?;
    let schema = store::schema(&mut tx).await?;
    for table in tables.iter().rev() {
        store::clear(&mut tx, table).await?;
    }
    tx.commit().await?;
    let (give, mut take) = mpsc::channel(2);
    let mut unpack = Unpack {
        blobs: blobs.to_owned(),
        collected: None,
        rows: give,
    };
    std::fs::create_dir_all(blobs.join("incoming"))?;
    let (file, key) = (file.to_owned(), Arc::clone(key));
    let reading = tokio::task::spawn_blocking(move || {
        let read = archive::read(&file, &key, &mut unpack)?;
        unpack.hand_on()?;
        anyhow::Ok(read)
    });
    while let Some(batch) = take.recv().await {
        let Rows { table, columns, rows } = batch;
        ensure!(tables.contains(&table), "this program has no table {table}");
        let mut tx = db::begin(db).await?;
        for row in &rows {
            store::insert(&mut tx, &table, &columns, row).await?;
        }
        tx.commit().await?;
    }
    let (manifest, _) = reading.await??;
    ensure!(
        manifest.schema == schema,
        "it was made by version {} with the tables of migration {}, and this program has those of {schema}. Restore with that version, then update",
        manifest.program,
        manifest.schema
    );
    Ok(())
}

/// Reads every table back and compares count and hash.
///
/// # Errors
/// The first table that is not what the archive says.
pub async fn compare(db: &Db, end: &End) -> Result<()> {
    for expected in &end.tables {
        let mut tx = db::snapshot(db).await?;
        let mut sum = Sum::default();
        {
            let mut rows = store::rows(&mut tx, &expected.table);
            while let Some(row) = rows.try_next().await? {
                let cells: Vec<Cell> = row.into_iter().map(|(_, cell)| cell).collect();
                sum.add(&cell::line(&cells)?);
            }
        }
        tx.rollback().await?;
        ensure!(
            sum.rows == expected.rows && sum.hash() == expected.hash,
            "the table {} has {} rows that do not add up to the {} of the archive",
            expected.table,
            sum.rows,
            expected.rows
        );
    }
    Ok(())
}
