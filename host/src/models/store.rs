//! SQL of the switches of model endpoints.

use sqlx::Row;

use crate::db::{Db, Tx};

/// Off unless someone switched it on.
pub(super) async fn is_enabled(db: &Db, id: &str) -> Result<bool, sqlx::Error> {
    let row = sqlx::query("SELECT enabled FROM model_endpoints WHERE id = $1")
        .bind(id)
        .fetch_optional(db)
        .await?;
    row.map_or(Ok(false), |row| Ok(row.try_get::<i64, _>("enabled")? != 0))
}

pub(super) async fn set_enabled(tx: &mut Tx, id: &str, enabled: bool, now: i64, by: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO model_endpoints (id, enabled, updated_at, updated_by) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (id) DO UPDATE SET enabled = excluded.enabled, updated_at = excluded.updated_at, \
         updated_by = excluded.updated_by",
    )
    .bind(id)
    .bind(i64::from(enabled))
    .bind(now)
    .bind(by)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
