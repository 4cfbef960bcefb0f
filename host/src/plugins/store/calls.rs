//! SQL of the log of plugin calls.

use api_types::{PluginCall, PluginCalls};
use sqlx::Row;

use crate::db::{self, Db};

/// One call that ended.
pub struct Call {
    pub id: String,
    pub plugin: String,
    pub version: String,
    pub part: String,
    pub at: i64,
    pub micros: i64,
    pub outcome: &'static str,
}

pub const DONE: &str = "done";
/// The plugin said no to its arguments, which is no error of the plugin.
pub const REFUSED: &str = "refused the input";
/// Calls that the figures of latency are taken from.
const NEWEST: i64 = 1_000;

/// All in one commit.
pub async fn write(db: &Db, calls: &[Call]) -> Result<(), sqlx::Error> {
    let mut tx = crate::db::begin(db).await?;
    for call in calls {
        sqlx::query(
            "INSERT INTO plugin_calls (id, plugin_id, version, part, at, micros, outcome) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&call.id)
        .bind(&call.plugin)
        .bind(&call.version)
        .bind(&call.part)
        .bind(call.at)
        .bind(call.micros)
        .bind(call.outcome)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await
}

/// Newest first.
pub async fn recent(db: &Db, plugin: &str, limit: u32) -> Result<Vec<PluginCall>, sqlx::Error> {
    sqlx::query(
        "SELECT at, version, part, micros, outcome FROM plugin_calls WHERE plugin_id = $1 ORDER BY at DESC, id LIMIT $2",
    )
    .bind(plugin)
    .bind(i64::from(limit))
    .try_map(|row: db::Row| {
        Ok(PluginCall {
            at: row.try_get("at")?,
            version: row.try_get("version")?,
            part: row.try_get("part")?,
            ms: milliseconds(row.try_get("micros")?),
            outcome: row.try_get("outcome")?,
        })
    })
    .fetch_all(db)
    .await
}

pub async fn figures(db: &Db, plugin: &str, since: i64) -> Result<PluginCalls, sqlx::Error> {
    let counts = sqlx::query(
        "SELECT COUNT(*) AS calls, CAST(COALESCE(SUM(CASE WHEN outcome IN ($3, $4) THEN 0 ELSE 1 END), 0) AS BIGINT) \
         AS errors, MAX(at) AS last_at FROM plugin_calls WHERE plugin_id = $1 AND at >= $2",
    )
    .bind(plugin)
    .bind(since)
    .bind(DONE)
    .bind(REFUSED)
    .fetch_one(db)
    .await?;
    let mut micros: Vec<i64> =
        sqlx::query("SELECT micros FROM plugin_calls WHERE plugin_id = $1 AND at >= $2 ORDER BY at DESC, id LIMIT $3")
            .bind(plugin)
            .bind(since)
            .bind(NEWEST)
            .try_map(|row: db::Row| row.try_get("micros"))
            .fetch_all(db)
            .await?;
    micros.sort_unstable();
    let at = |percent: usize| {
        let last = micros.len().checked_sub(1)?;
        micros.get(last * percent / 100).copied().map(milliseconds)
    };
    Ok(PluginCalls {
        calls: counts.try_get("calls")?,
        errors: counts.try_get("errors")?,
        p50_ms: at(50),
        p95_ms: at(95),
        last_at: counts.try_get("last_at")?,
    })
}

#[expect(clippy::cast_precision_loss, reason = "microseconds of a call are far below 2^52")]
fn milliseconds(micros: i64) -> f64 {
    micros as f64 / 1_000.0
}
