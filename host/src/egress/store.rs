//! SQL of the egress log.

use api_types::EgressRecord;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::log::Entry;
use crate::db::Db;

pub(super) const SENDING: &str = "sending";
pub(super) const SENT: &str = "sent";

pub(super) async fn insert(db: &Db, id: &str, at: i64, entry: &Entry<'_>, outcome: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO egress_log (id, at, purpose, destination, remote, bytes_out, bytes_in, class, outcome, answer_id, \
         body_sha256) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $10)",
    )
    .bind(id)
    .bind(at)
    .bind(entry.purpose)
    .bind(&entry.destination)
    .bind(i64::from(entry.remote))
    .bind(count(entry.bytes_out))
    .bind(entry.class.as_str())
    .bind(outcome)
    .bind(entry.answer_id)
    .bind(&entry.body_sha256)
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn finish(
    db: &Db,
    id: &str,
    at: i64,
    bytes_out: usize,
    bytes_in: usize,
    outcome: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE egress_log SET finished_at = $1, bytes_out = $2, bytes_in = $3, outcome = $4 WHERE id = $5")
        .bind(at)
        .bind(count(bytes_out))
        .bind(count(bytes_in))
        .bind(outcome)
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}

/// Oldest first.
pub(super) async fn of_answer(db: &Db, answer_id: &str) -> Result<Vec<EgressRecord>, sqlx::Error> {
    sqlx::query(
        "SELECT id, at, purpose, destination, remote, bytes_out, bytes_in, class, outcome FROM egress_log \
         WHERE answer_id = $1 ORDER BY at, id",
    )
    .bind(answer_id)
    .try_map(record)
    .fetch_all(db)
    .await
}

/// Newest first.
pub(super) async fn recent(db: &Db, limit: u32) -> Result<Vec<EgressRecord>, sqlx::Error> {
    sqlx::query(
        "SELECT id, at, purpose, destination, remote, bytes_out, bytes_in, class, outcome FROM egress_log \
         ORDER BY at DESC, id LIMIT $1",
    )
    .bind(i64::from(limit))
    .try_map(record)
    .fetch_all(db)
    .await
}

fn record(row: SqliteRow) -> Result<EgressRecord, sqlx::Error> {
    Ok(EgressRecord {
        id: row.try_get("id")?,
        at: row.try_get("at")?,
        purpose: row.try_get("purpose")?,
        destination: row.try_get("destination")?,
        bytes_out: row.try_get("bytes_out")?,
        bytes_in: row.try_get("bytes_in")?,
        class: row.try_get("class")?,
        remote: row.try_get::<i64, _>("remote")? != 0,
        outcome: row.try_get("outcome")?,
    })
}

fn count(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
