use audit_chain::Entry;
use sqlx::Row;

use crate::db::Tx;

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
