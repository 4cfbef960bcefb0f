use audit_chain::{Entry, Hash};
use sqlx::Row;

use super::from_hex;
use crate::db::{Db, Tx};

/// Sequence and hash of the newest row.
pub async fn last(tx: &mut Tx) -> Result<Option<(u64, String)>, sqlx::Error> {
    let row = sqlx::query("SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1")
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|row| Ok((row.try_get::<i64, _>("sequence")?.unsigned_abs(), row.try_get("hash")?)))
        .transpose()
}

pub async fn insert(tx: &mut Tx, entry: &Entry, previous: &str, hash: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO audit (sequence, at_ms, actor, action, resource_type, resource_id, outcome, detail, previous_hash, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(i64::try_from(entry.sequence).unwrap_or(i64::MAX))
    .bind(entry.at_ms)
    .bind(&entry.actor)
    .bind(&entry.action)
    .bind(&entry.resource_type)
    .bind(&entry.resource_id)
    .bind(&entry.outcome)
    .bind(&entry.detail_json)
    .bind(previous)
    .bind(hash)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Rows after the first `passed` in the order of their numbers, each with its stored previous hash and own hash.
pub async fn rows(db: &Db, passed: u64, limit: i64) -> Result<Vec<(Entry, Hash, Hash)>, sqlx::Error> {
    let rows = sqlx::query("SELECT * FROM audit ORDER BY sequence LIMIT $1 OFFSET $2")
        .bind(limit)
        .bind(i64::try_from(passed).unwrap_or(i64::MAX))
        .fetch_all(db)
        .await?;
    rows.iter()
        .map(|row| {
            let entry = Entry {
                sequence: row.try_get::<i64, _>("sequence")?.unsigned_abs(),
                at_ms: row.try_get("at_ms")?,
                actor: row.try_get("actor")?,
                action: row.try_get("action")?,
                resource_type: row.try_get("resource_type")?,
                resource_id: row.try_get("resource_id")?,
                outcome: row.try_get("outcome")?,
                detail_json: row.try_get("detail")?,
            };
            // What is no hash matches none, so that its row is named.
            let hash = |text: &str| from_hex(text).unwrap_or_default();
            Ok((entry, hash(row.try_get("previous_hash")?), hash(row.try_get("hash")?)))
        })
        .collect()
}
