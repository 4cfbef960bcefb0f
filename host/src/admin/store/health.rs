//! SQL of how things are and of when they changed.

use api_types::{Alert, HealthCheck};
use sqlx::Row;

use crate::db::{self, Db, Tx};
use crate::edge::cursor::Cursor;

fn check(row: db::Row) -> Result<HealthCheck, sqlx::Error> {
    Ok(HealthCheck {
        name: row.try_get("name")?,
        good: row.try_get::<i64, _>("good")? != 0,
        since: row.try_get("since")?,
        checked_at: row.try_get("checked_at")?,
        latency_ms: row.try_get("latency_ms")?,
        detail: row.try_get("detail")?,
        fix: None,
    })
}

/// In the order of their names.
pub async fn checks(db: &Db) -> Result<Vec<HealthCheck>, sqlx::Error> {
    sqlx::query("SELECT * FROM health ORDER BY name")
        .try_map(check)
        .fetch_all(db)
        .await
}

/// Whether it was good when it was looked at last; none when it never was.
pub async fn was_good(tx: &mut Tx, name: &str) -> Result<Option<bool>, sqlx::Error> {
    let row = sqlx::query("SELECT good FROM health WHERE name = $1")
        .bind(name)
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|row| Ok(row.try_get::<i64, _>("good")? != 0)).transpose()
}

/// Keeps what was found; `since` stays while it is as before.
pub async fn keep(tx: &mut Tx, found: &HealthCheck) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO health (name, good, since, checked_at, latency_ms, detail) VALUES ($1, $2, $3, $3, $4, $5) \
         ON CONFLICT (name) DO UPDATE SET \
         since = CASE WHEN health.good = excluded.good THEN health.since ELSE excluded.since END, \
         good = excluded.good, checked_at = excluded.checked_at, latency_ms = excluded.latency_ms, detail = excluded.detail",
    )
    .bind(&found.name)
    .bind(i64::from(found.good))
    .bind(found.checked_at)
    .bind(found.latency_ms)
    .bind(&found.detail)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What is not looked at any more, such as a Redis that is no longer configured, is gone.
pub async fn forget_all_but(tx: &mut Tx, looked_at: i64) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM health WHERE checked_at < $1")
        .bind(looked_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub async fn insert_alert(tx: &mut Tx, alert: &Alert) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO alerts (id, name, at, good, detail) VALUES ($1, $2, $3, $4, $5)")
        .bind(&alert.id)
        .bind(&alert.name)
        .bind(alert.at)
        .bind(i64::from(alert.good))
        .bind(&alert.detail)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The next behind `after`, newest first.
pub async fn alerts(db: &Db, after: &Cursor, limit: i64) -> Result<Vec<Alert>, sqlx::Error> {
    sqlx::query("SELECT * FROM alerts WHERE (at, id) < ($1, $2) ORDER BY at DESC, id DESC LIMIT $3")
        .bind(after.time)
        .bind(&after.id)
        .bind(limit)
        .try_map(|row: db::Row| {
            Ok(Alert {
                id: row.try_get("id")?,
                name: row.try_get("name")?,
                at: row.try_get("at")?,
                good: row.try_get::<i64, _>("good")? != 0,
                detail: row.try_get("detail")?,
            })
        })
        .fetch_all(db)
        .await
}

pub async fn alerts_since(db: &Db, since: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT COUNT(*) FROM alerts WHERE at >= $1")
        .bind(since)
        .fetch_one(db)
        .await
}

/// Answers when the database does.
pub async fn ping(db: &Db) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(db).await.map(|_| ())
}

/// Of the hosts of this database one looks: the first by id.
pub async fn is_first(db: &Db, host: &str) -> Result<bool, sqlx::Error> {
    let first: Option<String> = sqlx::query_scalar("SELECT MIN(id) FROM hosts").fetch_one(db).await?;
    Ok(first.is_none_or(|first| first == host))
}
