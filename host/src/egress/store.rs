//! SQL of the egress log.

pub(super) mod search;

use api_types::{EgressRecord, PluginEgress};
use sqlx::Row;

use super::log::{Completion, Intent, Line};
use crate::db::{self, Db, Tx};

pub(super) const SENDING: &str = "sending";
pub(super) const SENT: &str = "sent";

/// All lines in one commit.
pub(super) async fn write(db: &Db, lines: &[Line]) -> Result<(), sqlx::Error> {
    let mut tx = crate::db::begin(db).await?;
    for line in lines {
        match line {
            Line::Begin(intent, _) => insert(&mut tx, intent).await?,
            Line::End(completion) => finish(&mut tx, completion).await?,
            Line::Belong { rows, answer } => belong(&mut tx, rows, answer).await?,
            Line::Settle(_) => {}
        }
    }
    tx.commit().await
}

async fn insert(tx: &mut Tx, intent: &Intent) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO egress_log (id, at, purpose, destination, remote, bytes_out, bytes_in, class, outcome, answer_id, \
         body_sha256, target_bytes, target_sha256, replaced, agreement) \
         VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(&intent.id)
    .bind(intent.at)
    .bind(&intent.purpose)
    .bind(&intent.destination)
    .bind(i64::from(intent.remote))
    .bind(count(intent.bytes_out))
    .bind(intent.class.as_str())
    .bind(&intent.outcome)
    .bind(&intent.answer_id)
    .bind(&intent.body_sha256)
    .bind(count(intent.target_bytes))
    .bind(&intent.target_sha256)
    .bind(count(intent.replaced))
    .bind(&intent.agreement)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn finish(tx: &mut Tx, end: &Completion) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE egress_log SET finished_at = $1, bytes_out = $2, bytes_in = $3, outcome = $4, \
         target_bytes = CASE WHEN $6 = 0 THEN 0 ELSE target_bytes END WHERE id = $5",
    )
    .bind(end.at)
    .bind(count(end.bytes_out))
    .bind(count(end.bytes_in))
    .bind(&end.outcome)
    .bind(&end.id)
    .bind(i64::from(end.left))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn belong(tx: &mut Tx, rows: &[String], answer: &str) -> Result<(), sqlx::Error> {
    for row in rows {
        sqlx::query("UPDATE egress_log SET answer_id = $1 WHERE id = $2 AND answer_id IS NULL")
            .bind(answer)
            .bind(row)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Whether something was sent for an answer for one of these purposes.
pub(super) async fn has(db: &Db, answer_id: &str, purposes: [&str; 2]) -> Result<bool, sqlx::Error> {
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM egress_log WHERE answer_id = $1 AND purpose IN ($2, $3)")
        .bind(answer_id)
        .bind(purposes[0])
        .bind(purposes[1])
        .fetch_one(db)
        .await?;
    Ok(count > 0)
}

/// Removes finished requests of one purpose that belong to no answer and never left the building.
pub(super) async fn forget(db: &Db, purpose: &str, before: i64) -> Result<u64, sqlx::Error> {
    let gone = sqlx::query(
        "DELETE FROM egress_log WHERE at < $1 AND purpose = $2 AND answer_id IS NULL AND remote = 0 AND outcome = $3",
    )
    .bind(before)
    .bind(purpose)
    .bind(SENT)
    .execute(db)
    .await?;
    Ok(gone.rows_affected())
}

/// What left for one purpose since a time.
pub(super) async fn usage(db: &Db, purpose: &str, since: i64) -> Result<PluginEgress, sqlx::Error> {
    let row = sqlx::query(
        "SELECT COUNT(*) AS requests, \
         CAST(COALESCE(SUM(CASE WHEN outcome LIKE 'refused%' THEN 1 ELSE 0 END), 0) AS BIGINT) AS refused, \
         CAST(COALESCE(SUM(bytes_out + target_bytes), 0) AS BIGINT) AS bytes_out, \
         CAST(COALESCE(SUM(bytes_in), 0) AS BIGINT) AS bytes_in FROM egress_log WHERE purpose = $1 AND at >= $2",
    )
    .bind(purpose)
    .bind(since)
    .fetch_one(db)
    .await?;
    Ok(PluginEgress {
        requests: row.try_get("requests")?,
        refused: row.try_get("refused")?,
        bytes_out: row.try_get("bytes_out")?,
        bytes_in: row.try_get("bytes_in")?,
    })
}

/// Oldest first.
pub(super) async fn of_answer(db: &Db, answer_id: &str) -> Result<Vec<EgressRecord>, sqlx::Error> {
    sqlx::query(
        "SELECT id, at, purpose, destination, remote, bytes_out, target_bytes, bytes_in, class, outcome, body_sha256, \
         replaced, agreement, answer_id FROM egress_log \
         WHERE answer_id = $1 ORDER BY at, id",
    )
    .bind(answer_id)
    .try_map(record)
    .fetch_all(db)
    .await
}

fn record(row: db::Row) -> Result<EgressRecord, sqlx::Error> {
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
        target_bytes: row.try_get("target_bytes")?,
        body_sha256: row.try_get("body_sha256")?,
        replaced: row.try_get("replaced")?,
        agreement: row.try_get("agreement")?,
        answer_id: row.try_get("answer_id")?,
    })
}

fn count(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
