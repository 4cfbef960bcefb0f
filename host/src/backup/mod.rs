//! One encrypted, verified archive of everything that cannot be made again, and the way back.
//!
//! Inside it is a tar file: `manifest.json`, the original files under `originals/`, the rows of each table in parts under
//! `tables/`, and `end.json` with a count and a hash for each table. It is sealed as a whole under the master key, or under
//! a key of its own. Rows are written as values, not as a database file: what SQLite wrote PostgreSQL can take in.
//! Nothing is compressed: what fills an archive is sealed before it comes here.

pub mod archive;
mod cell;
pub mod drill;
mod golden;
pub mod restore;
pub mod save;
mod scratch;
mod store;

use std::path::PathBuf;

use anyhow::{Context, Result};
use envelope::Key;
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::vault::master::MasterSource;

/// Of what this program writes and reads.
const FORMAT: u32 = 1;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    pub program: String,
    /// Number of the newest migration: tables are restored by a program that has the same.
    pub schema: i64,
    pub created_at: i64,
    /// When the newest row of the audit trail was written.
    pub newest_at: i64,
    /// The index is rebuilt from passages and vectors in the rows; these vectors are of this model.
    pub embedding_model: String,
    /// Fingerprint of the master key that the data needs; none when it is not encrypted.
    pub master: Option<String>,
}

/// What must have been read when the archive ends.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct End {
    pub tables: Vec<TableSum>,
    pub originals: u64,
    pub original_bytes: u64,
    /// Searches with what they found.
    pub searches: Vec<golden::Search>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableSum {
    pub table: String,
    pub rows: u64,
    /// Of all rows, whatever their order: the SHA-256 of each as it stands in the archive, added bit by bit without carry.
    pub hash: String,
}

/// The key of archives: a file of its own, or the master key.
///
/// # Errors
/// There is none.
pub async fn archive_key(config: &Config, key_file: Option<PathBuf>) -> Result<Key> {
    let source = key_file.map_or_else(|| config.master_key.clone(), MasterSource::File);
    let key = source.read(&config.folders_of_data()).await?;
    key.context("an archive is always encrypted, and there is no key. Set MASTER_KEY_FILE or MASTER_KEY_COMMAND, or name a key with --key-file (openssl rand -hex 32 makes one)")
}
