//! SQL of the hosts and their news.

use sqlx::Row;

use crate::db::{self, Db, Tx};

pub(super) struct Told {
    pub sequence: i64,
    pub host: String,
    pub topic: String,
    pub key: String,
}

/// Rows get their number under the write lock, so that none becomes visible before one with a lower number.
pub(super) async fn tell(tx: &mut Tx, host: &str, topic: &str, key: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO news (sequence, at, host, topic, key) \
         SELECT COALESCE(MAX(sequence), 0) + 1, $1, $2, $3, $4 FROM news",
    )
    .bind(now)
    .bind(host)
    .bind(topic)
    .bind(key)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(super) async fn last(db: &Db) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT COALESCE(MAX(sequence), 0) FROM news")
        .fetch_one(db)
        .await
}

/// In their order, some thousand at a time.
pub(super) async fn after(db: &Db, last: i64) -> Result<Vec<Told>, sqlx::Error> {
    let rows =
        sqlx::query("SELECT sequence, host, topic, key FROM news WHERE sequence > $1 ORDER BY sequence LIMIT 2000")
            .bind(last)
            .fetch_all(db)
            .await?;
    rows.iter()
        .map(|row| {
            Ok(Told {
                sequence: row.try_get("sequence")?,
                host: row.try_get("host")?,
                topic: row.try_get("topic")?,
                key: row.try_get("key")?,
            })
        })
        .collect()
}

/// The newest row stays: the next one counts on from it.
pub(super) async fn forget_news(db: &Db, before: i64) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM news WHERE at < $1 AND sequence < (SELECT MAX(sequence) FROM news)")
        .bind(before)
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn beat(db: &Db, host: &str, now: i64, gone: i64) -> Result<(), sqlx::Error> {
    let mut tx = db::begin(db).await?;
    sqlx::query("INSERT INTO hosts (id, seen_at) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET seen_at = $2")
        .bind(host)
        .bind(now)
        .execute(&mut *tx)
        .await?;
    sqlx::query("DELETE FROM hosts WHERE seen_at < $1 AND id <> $2")
        .bind(gone)
        .bind(host)
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}

pub(super) async fn forget(db: &Db, host: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM hosts WHERE id = $1")
        .bind(host)
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn forget_all(db: &Db) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM hosts").execute(db).await?;
    Ok(())
}
