//! `voiceassist reindex`: rebuilds the search index from the database. Run while the server is stopped; a rebuild that was cut off resumes.

use std::io::Write;
use std::sync::Arc;

use anyhow::{Context, Result};

use crate::clock::{SystemClock, SystemRandom};
use crate::config::Config;
use crate::db;
use crate::knowledge::Knowledge;
use crate::vault::Vault;

/// # Errors
/// The index is in use by a running server, or the database cannot be read.
pub async fn reindex(config: &Config) -> Result<()> {
    let db = db::open(&config.database_url)
        .await
        .context("the database cannot be opened")?;
    let random = Arc::new(SystemRandom);
    let vault = Vault::open_all(&config.master_key, &config.folders_of_data(), &db, &SystemClock, random).await?;
    let knowledge = Knowledge::open(config, db, vault, Arc::default()).await?;
    let documents = knowledge.rebuild().await?;
    writeln!(std::io::stdout(), "The search index holds {documents} documents.")?;
    Ok(())
}
