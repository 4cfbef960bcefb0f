//! SQL of the overview. Deleted conversations are no longer there.

use std::collections::BTreeMap;

use api_types::{OfKind, OnDay};
use sqlx::Row;

use super::DAY_MS;
use crate::db::{self, Db};

/// Messages of conversations that are there, as `m`.
const THERE: &str = "messages AS m JOIN conversations AS c ON c.id = m.conversation_id AND c.deleted_at IS NULL";

pub struct Withheld {
    pub answers: i64,
    pub sentences: i64,
}

fn of_kind(row: db::Row) -> Result<OfKind, sqlx::Error> {
    Ok(OfKind {
        kind: row.try_get("kind")?,
        count: row.try_get("found")?,
    })
}

async fn counted(db: &Db, sql: String, since: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .bind(since)
        .fetch_one(db)
        .await
}

pub async fn jobs(db: &Db) -> Result<Vec<OfKind>, sqlx::Error> {
    sqlx::query("SELECT status AS kind, COUNT(*) AS found FROM jobs GROUP BY status ORDER BY status")
        .try_map(of_kind)
        .fetch_all(db)
        .await
}

pub async fn conversations(db: &Db) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT COUNT(*) FROM conversations WHERE deleted_at IS NULL")
        .fetch_one(db)
        .await
}

/// Users who have asked something since a time.
pub async fn users_since(db: &Db, since: i64) -> Result<i64, sqlx::Error> {
    let sql = format!("SELECT COUNT(DISTINCT c.user_id) FROM {THERE} WHERE m.asked_at >= $1");
    counted(db, sql, since).await
}

/// Questions a day, without the days that have none.
pub async fn questions(db: &Db, since: i64) -> Result<Vec<OnDay>, sqlx::Error> {
    sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT m.asked_at / $2 * $2 AS day, COUNT(*) AS found FROM {THERE} WHERE m.asked_at >= $1 GROUP BY 1"
    )))
    .bind(since)
    .bind(DAY_MS)
    .try_map(|row: db::Row| {
        Ok(OnDay {
            day: row.try_get("day")?,
            count: row.try_get("found")?,
        })
    })
    .fetch_all(db)
    .await
}

/// Each of the days, with nothing on those that are not among `found`.
pub fn filled(days: impl Iterator<Item = i64>, found: Vec<OnDay>) -> Vec<OnDay> {
    let found: BTreeMap<i64, i64> = found.into_iter().map(|one| (one.day, one.count)).collect();
    days.map(|day| OnDay {
        day,
        count: found.get(&day).copied().unwrap_or_default(),
    })
    .collect()
}

pub async fn answers(db: &Db, since: i64) -> Result<Vec<OfKind>, sqlx::Error> {
    sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT m.kind, COUNT(*) AS found FROM {THERE} WHERE m.asked_at >= $1 AND m.kind IS NOT NULL \
         GROUP BY m.kind ORDER BY m.kind"
    )))
    .bind(since)
    .try_map(of_kind)
    .fetch_all(db)
    .await
}

pub async fn withheld(db: &Db, since: i64) -> Result<Withheld, sqlx::Error> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT COUNT(*) AS answers, CAST(COALESCE(SUM(m.withheld), 0) AS BIGINT) AS sentences FROM {THERE} \
         WHERE m.asked_at >= $1 AND m.withheld > 0"
    )))
    .bind(since)
    .fetch_one(db)
    .await?;
    Ok(Withheld {
        answers: row.try_get("answers")?,
        sentences: row.try_get("sentences")?,
    })
}

pub async fn phi_questions(db: &Db, since: i64) -> Result<i64, sqlx::Error> {
    let sql = format!("SELECT COUNT(*) FROM {THERE} WHERE m.asked_at >= $1 AND m.phi_class = 'phi'");
    counted(db, sql, since).await
}

pub async fn identifiers(db: &Db, since: i64) -> Result<i64, sqlx::Error> {
    let sql = format!(
        "SELECT CAST(COALESCE(SUM(q.found), 0) AS BIGINT) FROM {THERE} \
         JOIN question_identifiers AS q ON q.message_id = m.id WHERE m.asked_at >= $1"
    );
    counted(db, sql, since).await
}
