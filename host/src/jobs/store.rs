use sqlx::Row;

use crate::db::{Db, Tx};

pub struct Job {
    pub id: String,
    pub kind: String,
    pub payload: String,
    /// Counts from 1 in the run that was claimed.
    pub attempts: i64,
}

/// Adds a job to the transaction that makes it necessary, so that neither exists without the other.
pub async fn enqueue(tx: &mut Tx, id: &str, kind: &str, key: &str, payload: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO jobs (id, kind, key, payload, status, run_after, created_at) VALUES ($1, $2, $3, $4, 'queued', $5, $5)",
    )
    .bind(id)
    .bind(kind)
    .bind(key)
    .bind(payload)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Claims the oldest job that is due and whose key no running job holds. Reading a file takes longest and comes last, so
/// that what has been read is ready before the next file is begun. The one place where dialects may differ.
pub async fn claim(db: &Db, now: i64) -> Result<Option<Job>, sqlx::Error> {
    let row = sqlx::query(
        "UPDATE jobs SET status = 'running', claimed_at = $1, attempts = attempts + 1 WHERE id = (\
           SELECT id FROM jobs AS due WHERE status = 'queued' AND run_after <= $1 \
           AND NOT EXISTS (SELECT 1 FROM jobs AS held WHERE held.key = due.key AND held.status = 'running') \
           ORDER BY CASE kind WHEN 'ingest.read' THEN 1 ELSE 0 END, created_at, id LIMIT 1) \
         RETURNING id, kind, payload, attempts",
    )
    .bind(now)
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Job {
            id: row.try_get("id")?,
            kind: row.try_get("kind")?,
            payload: row.try_get("payload")?,
            attempts: row.try_get("attempts")?,
        })
    })
    .transpose()
}

pub async fn finish(db: &Db, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM jobs WHERE id = $1")
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn retry(db: &Db, id: &str, run_after: i64, error: &str) -> Result<(), sqlx::Error> {
    set(db, id, "queued", run_after, error).await
}

pub async fn set_aside(db: &Db, id: &str, now: i64, error: &str) -> Result<(), sqlx::Error> {
    set(db, id, "dead", now, error).await
}

async fn set(db: &Db, id: &str, status: &str, run_after: i64, error: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE jobs SET status = $1, run_after = $2, last_error = $3, claimed_at = NULL WHERE id = $4")
        .bind(status)
        .bind(run_after)
        .bind(error)
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}

/// At the start no job can be running: what the last process held goes back into the queue. The try
/// counts: a job that takes the whole process down with it must end as set aside.
pub async fn release_all(db: &Db) -> Result<u64, sqlx::Error> {
    let released = sqlx::query("UPDATE jobs SET status = 'queued', claimed_at = NULL WHERE status = 'running'")
        .execute(db)
        .await?;
    Ok(released.rows_affected())
}
