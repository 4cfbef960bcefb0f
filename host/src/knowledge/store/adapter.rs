//! Vectors of public passages in the space of an embedding adapter.

use std::collections::BTreeMap;
use std::path::PathBuf;

use sqlx::Row;

use super::{bytes, floats, is_public, words};
use crate::db::{Db, Tx};
use crate::knowledge::language::ENGLISH;
use crate::vault::Vault;

/// Current versions of public documents, by document.
pub async fn documents(db: &Db, public_folders: &[PathBuf]) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT id, current_version, source, source_key FROM documents \
         WHERE current_version IS NOT NULL AND source IN ('demo', 'guideline', 'watched_folder')",
    )
    .fetch_all(db)
    .await?;
    let mut documents = BTreeMap::new();
    for row in &rows {
        if is_public(row, public_folders)? {
            documents.insert(row.try_get("id")?, row.try_get("current_version")?);
        }
    }
    Ok(documents)
}

/// Passages of a version that have no vector in the space, with the text to embed.
pub async fn without_vectors(
    db: &Db,
    vault: &Vault,
    version: &str,
    space: &str,
) -> Result<Vec<(String, String)>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT p.id, p.version_id, v.title, p.heading, p.text FROM passages AS p JOIN versions AS v ON v.id = p.version_id \
         WHERE v.id = $1 AND (p.language IS NULL OR p.language = $2) \
         AND NOT EXISTS (SELECT 1 FROM adapter_vectors AS w WHERE w.passage_id = p.id AND w.space = $3) \
         ORDER BY p.ordinal",
    )
    .bind(version)
    .bind(ENGLISH)
    .bind(space)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            let (title, heading, text) = words(vault, row, &id)?;
            let context = retrieval::chunk::context(title.as_deref(), heading.as_deref());
            Ok((id, context + &text))
        })
        .collect()
}

pub async fn keep(tx: &mut Tx, passage: &str, space: &str, vector: &[f32]) -> Result<(), sqlx::Error> {
    // A passage that went while its vector was made is no error.
    sqlx::query(
        "INSERT INTO adapter_vectors (passage_id, space, vector) SELECT p.id, $2, $3 FROM passages AS p WHERE p.id = $1",
    )
    .bind(passage)
    .bind(space)
    .bind(bytes(vector))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Passages of a version with their vectors; those that may have none are left out.
pub async fn vectors(db: &Db, version: &str, space: &str) -> Result<Vec<(String, Vec<f32>)>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT w.passage_id, w.vector FROM adapter_vectors AS w JOIN passages AS p ON p.id = w.passage_id \
         WHERE p.version_id = $1 AND w.space = $2 AND length(w.vector) > 0",
    )
    .bind(version)
    .bind(space)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("passage_id")?, floats(row.try_get("vector")?))))
        .collect()
}

/// Deletes the vectors of all other spaces.
pub async fn forget_others(db: &Db, space: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM adapter_vectors WHERE space <> $1")
        .bind(space)
        .execute(db)
        .await?;
    Ok(())
}
