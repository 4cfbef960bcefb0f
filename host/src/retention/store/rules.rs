//! SQL of the rules: how long, how many, and the removal of what is old.

use api_types::{RetentionClass, RetentionRun};
use sqlx::{AssertSqlSafe, Row};

use crate::cloud::settings;
use crate::db::{Db, Tx};
use crate::retention::Class;

/// A hold on the user whose id stands for `{}`.
macro_rules! held_user {
    ($user:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM legal_holds AS h WHERE h.lifted_at IS NULL AND h.kind = 'user' AND h.subject_id = ",
            $user,
            ")"
        )
    };
}

/// A hold on the conversation `c` or on its user.
const HELD_CONVERSATION: &str = "EXISTS (SELECT 1 FROM legal_holds AS h WHERE h.lifted_at IS NULL \
    AND ((h.kind = 'conversation' AND h.subject_id = c.id) OR (h.kind = 'user' AND h.subject_id = c.user_id)))";

/// Where the records of a class stand: the table, its key, when a record is old, and what keeps it although it is.
struct Records {
    table: &'static str,
    key: &'static str,
    /// Over the table as `r`; `$1` is the time before which a record is old.
    old: &'static str,
    held: String,
}

fn records_of(class: RetentionClass) -> Records {
    let (table, key, old, held) = match class {
        RetentionClass::Conversations => (
            "conversations",
            "id",
            "r.updated_at < $1 AND NOT EXISTS (SELECT 1 FROM messages AS m WHERE m.conversation_id = r.id AND m.status = 'running')",
            format!("EXISTS (SELECT 1 FROM conversations AS c WHERE c.id = r.id AND {HELD_CONVERSATION})"),
        ),
        RetentionClass::ClinicalContexts => (
            "clinical_contexts",
            "id",
            "r.updated_at < $1",
            format!("EXISTS (SELECT 1 FROM conversations AS c WHERE c.id = r.conversation_id AND {HELD_CONVERSATION})"),
        ),
        RetentionClass::Documents => (
            "documents",
            "id",
            "r.updated_at < $1 AND r.source = 'upload'",
            held_user!("r.owner_id").to_owned(),
        ),
        RetentionClass::EgressLog => (
            "egress_log",
            "id",
            "r.at < $1",
            format!(
                "EXISTS (SELECT 1 FROM messages AS m JOIN conversations AS c ON c.id = m.conversation_id \
                 WHERE m.id = r.answer_id AND {HELD_CONVERSATION})"
            ),
        ),
        // The newest stays, so that numbers go on growing.
        RetentionClass::LiveEvents => (
            "live_events",
            "id",
            "r.at < $1 AND r.id < (SELECT MAX(e.id) FROM live_events AS e)",
            held_user!("r.user_id").to_owned(),
        ),
        RetentionClass::PluginCalls => ("plugin_calls", "id", "r.at < $1", "(1 = 0)".to_owned()),
        RetentionClass::Sessions => (
            "sessions",
            "id",
            "r.expires_at < $1",
            held_user!("r.user_id").to_owned(),
        ),
        RetentionClass::VoiceSessions => (
            "voice_sessions",
            "id",
            "r.ended_at < $1",
            held_user!("r.user_id").to_owned(),
        ),
        RetentionClass::DepartedUsers => (
            "cloud_gone",
            "uid",
            "r.since < $1",
            "EXISTS (SELECT 1 FROM legal_holds AS h WHERE h.lifted_at IS NULL AND h.user_id = 'nextcloud:' || r.uid)"
                .to_owned(),
        ),
    };
    Records { table, key, old, held }
}

/// The rule of a class; none keeps for ever.
pub async fn days(db: &Db, class: &Class) -> Result<Option<i64>, sqlx::Error> {
    if class.class == RetentionClass::DepartedUsers {
        return settings::departed_days(db).await;
    }
    let row = sqlx::query("SELECT value FROM settings WHERE name = $1")
        .bind(setting(class))
        .fetch_optional(db)
        .await?;
    match row {
        None => Ok(class.default_days),
        Some(row) => serde_json::from_str(row.try_get("value")?).map_err(|error| sqlx::Error::Decode(Box::new(error))),
    }
}

pub async fn set_days(tx: &mut Tx, class: &Class, days: Option<i64>, now: i64) -> Result<(), sqlx::Error> {
    if class.class == RetentionClass::DepartedUsers {
        return settings::set_departed_days(tx, days, now).await;
    }
    let value = serde_json::to_string(&days).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    sqlx::query(
        "INSERT INTO settings (name, value, updated_at) VALUES ($1, $2, $3) \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
    )
    .bind(setting(class))
    .bind(value)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn setting(class: &Class) -> String {
    format!("retention.{}", class.name)
}

/// How many there are.
pub async fn records(db: &Db, class: RetentionClass) -> Result<i64, sqlx::Error> {
    let sql = match class {
        RetentionClass::Documents => "SELECT COUNT(*) FROM documents WHERE source = 'upload'".to_owned(),
        other => format!("SELECT COUNT(*) FROM {}", records_of(other).table),
    };
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(db).await
}

/// How many are older than `before`: those that go, and those that a hold keeps.
pub async fn due(db: &Db, class: RetentionClass, before: i64) -> Result<(i64, i64), sqlx::Error> {
    let Records { table, old, held, .. } = records_of(class);
    let sql = format!(
        "SELECT COUNT(*) AS old, CAST(COALESCE(SUM(CASE WHEN {held} THEN 1 ELSE 0 END), 0) AS BIGINT) AS held \
         FROM {table} AS r WHERE {old}"
    );
    let row = sqlx::query(AssertSqlSafe(sql)).bind(before).fetch_one(db).await?;
    let (old, held): (i64, i64) = (row.try_get("old")?, row.try_get("held")?);
    Ok((old - held, held))
}

/// Removes at most `limit` records that are older than `before`; returns how many.
pub async fn remove(tx: &mut Tx, class: RetentionClass, before: i64, limit: i64) -> Result<i64, sqlx::Error> {
    let Records { table, key, old, held } = records_of(class);
    let sql = format!(
        "DELETE FROM {table} WHERE {key} IN (SELECT r.{key} FROM {table} AS r WHERE {old} AND NOT {held} LIMIT $2)"
    );
    let removed = sqlx::query(AssertSqlSafe(sql))
        .bind(before)
        .bind(limit)
        .execute(&mut **tx)
        .await?;
    Ok(i64::try_from(removed.rows_affected()).unwrap_or(i64::MAX))
}

/// Uploads that are older than `before`.
pub async fn old_documents(tx: &mut Tx, before: i64, limit: i64) -> Result<Vec<String>, sqlx::Error> {
    let Records { table, old, held, .. } = records_of(RetentionClass::Documents);
    let sql = format!("SELECT r.id FROM {table} AS r WHERE {old} AND NOT {held} ORDER BY r.id LIMIT $2");
    sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(before)
        .bind(limit)
        .fetch_all(&mut **tx)
        .await
}

/// A run that was cut off goes on counting.
pub async fn begin_run(tx: &mut Tx, class: &Class, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO retention_runs (class, started_at, removed) VALUES ($1, $2, 0) \
         ON CONFLICT (class) DO UPDATE SET started_at = excluded.started_at, finished_at = NULL, removed = 0 \
         WHERE retention_runs.finished_at IS NOT NULL",
    )
    .bind(class.name)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Returns how many the run has removed so far.
pub async fn count_run(tx: &mut Tx, class: &Class, removed: i64) -> Result<i64, sqlx::Error> {
    sqlx::query("UPDATE retention_runs SET removed = removed + $1 WHERE class = $2 RETURNING removed")
        .bind(removed)
        .bind(class.name)
        .fetch_one(&mut **tx)
        .await?
        .try_get("removed")
}

pub async fn end_run(tx: &mut Tx, class: &Class, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE retention_runs SET finished_at = $1 WHERE class = $2")
        .bind(now)
        .bind(class.name)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub async fn last_run(db: &Db, class: &Class) -> Result<Option<RetentionRun>, sqlx::Error> {
    let row = sqlx::query("SELECT started_at, finished_at, removed FROM retention_runs WHERE class = $1")
        .bind(class.name)
        .fetch_optional(db)
        .await?;
    row.map(|row| {
        Ok(RetentionRun {
            started_at: row.try_get("started_at")?,
            finished_at: row.try_get("finished_at")?,
            removed: row.try_get("removed")?,
        })
    })
    .transpose()
}

pub async fn audit_entries(db: &Db) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT COUNT(*) FROM audit").fetch_one(db).await
}
