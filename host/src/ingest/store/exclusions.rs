//! Files that an administrator has taken out.

use std::collections::HashSet;

use api_types::{DocumentSource, ExcludedFile};
use sqlx::Row;

use super::{source_from, source_name};
use crate::db::{Db, Tx};
use crate::edge::cursor::Cursor;

/// What names a document within its source, and whose it is.
pub struct Named {
    pub source: DocumentSource,
    pub key: String,
    pub owner: Option<String>,
    pub media_type: String,
}

pub async fn named(tx: &mut Tx, document: &str) -> Result<Option<Named>, sqlx::Error> {
    let row = sqlx::query("SELECT source, source_key, owner_id, media_type FROM documents WHERE id = $1")
        .bind(document)
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|row| {
        Ok(Named {
            source: source_from(row.try_get("source")?),
            key: row.try_get("source_key")?,
            owner: row.try_get("owner_id")?,
            media_type: row.try_get("media_type")?,
        })
    })
    .transpose()
}

pub async fn insert(tx: &mut Tx, id: &str, named: &Named, by: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO excluded_files (id, source, source_key, owner_id, media_type, at, by_user) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (source, source_key) DO NOTHING",
    )
    .bind(id)
    .bind(source_name(named.source))
    .bind(&named.key)
    .bind(&named.owner)
    .bind(&named.media_type)
    .bind(now)
    .bind(by)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Lets a file in again. None when there is no such exclusion.
pub async fn remove(tx: &mut Tx, id: &str) -> Result<Option<DocumentSource>, sqlx::Error> {
    let row = sqlx::query("DELETE FROM excluded_files WHERE id = $1 RETURNING source")
        .bind(id)
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|row| Ok(source_from(row.try_get("source")?))).transpose()
}

pub async fn has(tx: &mut Tx, source: DocumentSource, key: &str) -> Result<bool, sqlx::Error> {
    let row = sqlx::query("SELECT 1 FROM excluded_files WHERE source = $1 AND source_key = $2")
        .bind(source_name(source))
        .bind(key)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.is_some())
}

/// All of a source.
pub async fn keys(db: &Db, source: DocumentSource) -> Result<HashSet<String>, sqlx::Error> {
    let keys: Vec<String> = sqlx::query_scalar("SELECT source_key FROM excluded_files WHERE source = $1")
        .bind(source_name(source))
        .fetch_all(db)
        .await?;
    Ok(keys.into_iter().collect())
}

/// The next behind `after`, newest first.
pub async fn list(db: &Db, after: &Cursor, limit: i64) -> Result<Vec<ExcludedFile>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT e.id, e.source, e.source_key, e.media_type, e.at, o.name AS owner_name, COALESCE(u.name, e.by_user) AS by_name \
         FROM excluded_files AS e LEFT JOIN users AS u ON u.id = e.by_user LEFT JOIN users AS o ON o.id = e.owner_id \
         WHERE (e.at, e.id) < ($1, $2) ORDER BY e.at DESC, e.id DESC LIMIT $3",
    )
    .bind(after.time)
    .bind(&after.id)
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            let source = source_from(row.try_get("source")?);
            let key: String = row.try_get("source_key")?;
            Ok(ExcludedFile {
                id: row.try_get("id")?,
                path: (source == DocumentSource::WatchedFolder).then_some(key),
                source,
                owner: row.try_get("owner_name")?,
                media_type: row.try_get("media_type")?,
                at: row.try_get("at")?,
                by: row.try_get("by_name")?,
            })
        })
        .collect()
}

pub async fn count(db: &Db) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT COUNT(*) FROM excluded_files")
        .fetch_one(db)
        .await
}
