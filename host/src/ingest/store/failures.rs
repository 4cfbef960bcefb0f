//! The queue of the whole server, and what could not be read.

use api_types::{DocumentSource, IndexingFailure, JobCount, OfKind};
use sqlx::Row;

use super::{NEWEST, source_from};
use crate::db::{self, Db, Tx};
use crate::edge::cursor::Cursor;

fn of_kind(row: db::Row) -> Result<OfKind, sqlx::Error> {
    Ok(OfKind {
        kind: row.try_get("kind")?,
        count: row.try_get("found")?,
    })
}

/// Documents by the state of their newest version.
pub async fn documents(db: &Db) -> Result<Vec<OfKind>, sqlx::Error> {
    sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT v.status AS kind, COUNT(*) AS found FROM {NEWEST} GROUP BY v.status ORDER BY v.status"
    )))
    .try_map(of_kind)
    .fetch_all(db)
    .await
}

pub async fn jobs(db: &Db) -> Result<Vec<JobCount>, sqlx::Error> {
    sqlx::query("SELECT kind, status, COUNT(*) AS found FROM jobs GROUP BY kind, status ORDER BY kind, status")
        .try_map(|row: db::Row| {
            Ok(JobCount {
                kind: row.try_get("kind")?,
                status: row.try_get("status")?,
                count: row.try_get("found")?,
            })
        })
        .fetch_all(db)
        .await
}

/// Versions that became ready since a time.
pub async fn ready_since(db: &Db, since: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT COUNT(*) FROM versions WHERE status = 'ready' AND updated_at > $1")
        .bind(since)
        .fetch_one(db)
        .await
}

/// The next behind `after`, newest first; of one reason unless `code` is empty.
pub async fn list(db: &Db, code: &str, after: &Cursor, limit: i64) -> Result<Vec<IndexingFailure>, sqlx::Error> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT d.id, d.source, d.file_name, d.media_type, d.current_version, u.name AS owner_name, v.bytes, \
           v.failure_code, v.failure_message, v.updated_at FROM {NEWEST} LEFT JOIN users AS u ON u.id = d.owner_id \
         WHERE v.status = 'failed' AND ($1 = '' OR v.failure_code = $1) AND (v.updated_at, d.id) < ($2, $3) \
         ORDER BY v.updated_at DESC, d.id DESC LIMIT $4"
    )))
    .bind(code)
    .bind(after.time)
    .bind(&after.id)
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter().map(failure).collect()
}

fn failure(row: &db::Row) -> Result<IndexingFailure, sqlx::Error> {
    let source = source_from(row.try_get("source")?);
    let everyones = !matches!(source, DocumentSource::Upload | DocumentSource::Nextcloud);
    Ok(IndexingFailure {
        id: row.try_get("id")?,
        source,
        file_name: everyones.then(|| row.try_get("file_name")).transpose()?,
        owner: row.try_get("owner_name")?,
        media_type: row.try_get("media_type")?,
        bytes: row.try_get("bytes")?,
        code: row.try_get::<Option<String>, _>("failure_code")?.unwrap_or_default(),
        message: row.try_get::<Option<String>, _>("failure_message")?.unwrap_or_default(),
        at: row.try_get("updated_at")?,
        older_is_searched: row.try_get::<Option<String>, _>("current_version")?.is_some(),
    })
}

/// All failures by their reason, the most frequent first.
pub async fn reasons(db: &Db) -> Result<Vec<OfKind>, sqlx::Error> {
    sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT COALESCE(v.failure_code, '') AS kind, COUNT(*) AS found FROM {NEWEST} WHERE v.status = 'failed' \
         GROUP BY 1 ORDER BY 2 DESC, 1"
    )))
    .try_map(of_kind)
    .fetch_all(db)
    .await
}

/// Document and newest version of what failed: of one document, or of the `limit` that failed first.
pub async fn failed(tx: &mut Tx, document: Option<&str>, limit: i64) -> Result<Vec<(String, String)>, sqlx::Error> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT d.id, v.id AS version FROM {NEWEST} WHERE v.status = 'failed' AND d.id = COALESCE($1, d.id) \
         ORDER BY v.updated_at, d.id LIMIT $2"
    )))
    .bind(document)
    .bind(limit)
    .fetch_all(&mut **tx)
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("id")?, row.try_get("version")?)))
        .collect()
}

/// The version is to be read once more; what was given up of it is forgotten.
pub async fn requeue(tx: &mut Tx, version: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE versions SET status = 'queued', progress = 0, failure_code = NULL, failure_message = NULL, \
         updated_at = $1 WHERE id = $2",
    )
    .bind(now)
    .bind(version)
    .execute(&mut **tx)
    .await?;
    sqlx::query("DELETE FROM jobs WHERE status = 'dead' AND kind = 'ingest.read' AND payload = $1")
        .bind(version)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// All other work on files that was given up begins anew; returns how many jobs that are.
pub async fn revive(tx: &mut Tx, now: i64) -> Result<i64, sqlx::Error> {
    let revived = sqlx::query(
        "UPDATE jobs SET status = 'queued', attempts = 0, run_after = $1, last_error = NULL \
         WHERE status = 'dead' AND kind <> 'ingest.read' AND kind LIKE 'ingest.%'",
    )
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(i64::try_from(revived.rows_affected()).unwrap_or(i64::MAX))
}
