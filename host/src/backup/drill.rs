//! `voiceassist restore --drill`: rebuilds everything in an empty folder and database, proves that it is the same, and removes
//! it again.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use envelope::Key;

use super::scratch::Scratch;
use super::{golden, restore, store};
use crate::audit::{self, verify::Against};
use crate::clock::{Clock, Random};
use crate::config::Config;
use crate::db::{self, Db};
use crate::vault::Vault;

/// What a drill has proven, and what it took.
pub struct Proven {
    pub tables: usize,
    pub rows: u64,
    pub originals: u64,
    pub audit_head: String,
    pub searches: usize,
    /// Age of the newest row, in seconds: what would be lost now.
    pub rpo_seconds: f64,
    /// From an empty folder to answers, in seconds.
    pub rto_seconds: f64,
}

impl std::fmt::Display for Proven {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(
            f,
            "Rows: {} in {} tables, every table's hash is equal.",
            self.rows, self.tables
        )?;
        writeln!(f, "Original files: {}, none is missing.", self.originals)?;
        writeln!(f, "Audit trail: holds. Its head: {}", self.audit_head)?;
        writeln!(f, "Searches: {} of {} find the same.", self.searches, self.searches)?;
        writeln!(f, "RPO: {:.0} s (age of the newest row)", self.rpo_seconds)?;
        write!(
            f,
            "RTO: {:.1} s (from an empty folder to equal answers)",
            self.rto_seconds
        )
    }
}

/// Restores into a new folder below `scratch` and, on PostgreSQL, a new database; nothing else is touched.
///
/// # Errors
/// The first thing that is not as it was.
pub async fn run(
    config: &Config,
    key: Arc<Key>,
    file: &Path,
    scratch: &Path,
    clock: &dyn Clock,
    random: Arc<dyn Random>,
) -> Result<Proven> {
    let began = Instant::now();
    let folder = tempfile::tempdir_in(scratch).with_context(|| format!("{} cannot be used", scratch.display()))?;
    let (manifest, end) = restore::verified(file, &key).await?;
    let made = Scratch::make(config, folder.path(), random.as_ref()).await?;
    let proven = async {
        let db = db::open(&made.url).await?;
        let blobs = folder.path().join("blobs");
        restore::fill(&db, &blobs, file, &key).await?;
        restore::compare(&db, &end).await?;
        originals(&db, &blobs).await?;
        let head = audit::verify::verify(&made.url, &Against::default()).await?.head;
        let vault = Vault::open_all(&config.master_key, &config.folders_of_data(), &db, clock, random).await?;
        let searches = golden::equal(config, &db, &vault, &end.searches).await?;
        ensure!(
            searches == end.searches.len(),
            "{searches} of {} searches find the same",
            end.searches.len()
        );
        db.close().await;
        Ok(Proven {
            tables: end.tables.len(),
            rows: end.tables.iter().map(|table| table.rows).sum(),
            originals: end.originals,
            audit_head: head.to_string(),
            searches,
            rpo_seconds: (clock.now_ms() - manifest.newest_at) as f64 / 1000.0,
            rto_seconds: began.elapsed().as_secs_f64(),
        })
    };
    let proven = proven.await;
    let removed = made.remove().await;
    let proven = proven?;
    removed?;
    Ok(proven)
}

/// Every content that a version refers to lies in `blobs`.
async fn originals(db: &Db, blobs: &Path) -> Result<()> {
    for hash in store::contents(db).await? {
        let shard = blobs.join(hash.get(..2).unwrap_or_default());
        let there = shard.join(&hash).exists() || shard.join(format!("{hash}.sealed")).exists();
        ensure!(there, "the original file {hash} is missing");
    }
    Ok(())
}
