//! SQL of what the screening has found.

use api_types::{DayOfKind, OfKind};
use sqlx::Row;

use super::DAY_MS;
use crate::db::{self, Db};

/// Identifiers in questions since a time, by day and kind.
pub async fn identifiers(db: &Db, since: i64) -> Result<Vec<DayOfKind>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT m.asked_at / $2 * $2 AS day, q.kind, CAST(SUM(q.found) AS BIGINT) AS found \
         FROM question_identifiers AS q JOIN messages AS m ON m.id = q.message_id \
         WHERE m.asked_at >= $1 GROUP BY 1, 2 ORDER BY 1, 2",
    )
    .bind(since)
    .bind(DAY_MS)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(DayOfKind {
                day: row.try_get("day")?,
                kind: row.try_get("kind")?,
                count: row.try_get("found")?,
            })
        })
        .collect()
}

fn of_kind(row: db::Row) -> Result<OfKind, sqlx::Error> {
    Ok(OfKind {
        kind: row.try_get("kind")?,
        count: row.try_get("found")?,
    })
}

/// Questions since a time, by class.
pub async fn questions(db: &Db, since: i64) -> Result<Vec<OfKind>, sqlx::Error> {
    sqlx::query(
        "SELECT phi_class AS kind, COUNT(*) AS found FROM messages \
         WHERE asked_at >= $1 AND phi_class IS NOT NULL GROUP BY phi_class ORDER BY phi_class",
    )
    .bind(since)
    .try_map(of_kind)
    .fetch_all(db)
    .await
}

/// Passages of current documents by class.
pub async fn passages(db: &Db) -> Result<Vec<OfKind>, sqlx::Error> {
    sqlx::query(
        "SELECT p.phi_class AS kind, COUNT(*) AS found FROM passages AS p \
         JOIN documents AS d ON d.current_version = p.version_id GROUP BY p.phi_class ORDER BY p.phi_class",
    )
    .try_map(of_kind)
    .fetch_all(db)
    .await
}
