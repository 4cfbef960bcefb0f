//! SQL of what plugins keep: their buckets, and the secrets that are added to their requests.

use sqlx::Row;

use crate::db::{self, Db, Tx};
use crate::vault::{self, Vault};

/// Whose value it is: the plugin, one of its buckets, and the user in the bucket `user` (else empty).
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub plugin: &'a str,
    pub bucket: &'static str,
    pub owner: &'a str,
}

impl Place<'_> {
    fn row(&self, name: &str) -> String {
        [self.plugin, self.bucket, self.owner, name].join("/")
    }
}

fn value_at(row: &str) -> vault::Place<'_> {
    vault::Place::new("plugin_values", "value", row)
}

/// Where a secret stands; `row` is plugin and handle.
fn secret_at(row: &str) -> vault::Place<'_> {
    vault::Place::new("plugin_secrets", "secret", row)
}

pub async fn get(db: &Db, vault: &Vault, place: Place<'_>, name: &str) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let stored = sqlx::query(
        "SELECT value FROM plugin_values WHERE plugin_id = $1 AND bucket = $2 AND owner = $3 AND name = $4",
    )
    .bind(place.plugin)
    .bind(place.bucket)
    .bind(place.owner)
    .bind(name)
    .try_map(|row: db::Row| row.try_get::<Vec<u8>, _>("value"))
    .fetch_optional(db)
    .await?;
    let row = place.row(name);
    Ok(stored
        .map(|value| vault.open_bytes(value_at(&row), value))
        .transpose()?)
}

/// Bytes that the plugin keeps in all its buckets, but for `name` at `place`.
pub async fn others(tx: &mut Tx, place: Place<'_>, name: &str) -> Result<i64, sqlx::Error> {
    sqlx::query(
        "SELECT CAST(COALESCE(SUM(LENGTH(value) + LENGTH(name)), 0) AS BIGINT) AS bytes FROM plugin_values \
         WHERE plugin_id = $1 AND NOT (bucket = $2 AND owner = $3 AND name = $4)",
    )
    .bind(place.plugin)
    .bind(place.bucket)
    .bind(place.owner)
    .bind(name)
    .fetch_one(&mut **tx)
    .await?
    .try_get("bytes")
}

pub async fn set(
    tx: &mut Tx,
    vault: &Vault,
    place: Place<'_>,
    name: &str,
    value: &[u8],
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO plugin_values (plugin_id, bucket, owner, name, value, updated_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (plugin_id, bucket, owner, name) DO UPDATE SET value = excluded.value, \
         updated_at = excluded.updated_at",
    )
    .bind(place.plugin)
    .bind(place.bucket)
    .bind(place.owner)
    .bind(name)
    .bind(vault.seal_bytes(value_at(&place.row(name)), value)?)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn delete(db: &Db, place: Place<'_>, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM plugin_values WHERE plugin_id = $1 AND bucket = $2 AND owner = $3 AND name = $4")
        .bind(place.plugin)
        .bind(place.bucket)
        .bind(place.owner)
        .bind(name)
        .execute(db)
        .await?;
    Ok(())
}

/// Names in order, `limit` of them after the first `skip`.
pub async fn names(db: &Db, place: Place<'_>, skip: i64, limit: i64) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query(
        "SELECT name FROM plugin_values WHERE plugin_id = $1 AND bucket = $2 AND owner = $3 \
         ORDER BY name LIMIT $5 OFFSET $4",
    )
    .bind(place.plugin)
    .bind(place.bucket)
    .bind(place.owner)
    .bind(skip)
    .bind(limit)
    .try_map(|row: db::Row| row.try_get("name"))
    .fetch_all(db)
    .await
}

pub async fn secret(db: &Db, vault: &Vault, plugin: &str, handle: &str) -> Result<Option<String>, sqlx::Error> {
    let stored = sqlx::query("SELECT secret FROM plugin_secrets WHERE plugin_id = $1 AND handle = $2")
        .bind(plugin)
        .bind(handle)
        .try_map(|row: db::Row| row.try_get("secret"))
        .fetch_optional(db)
        .await?;
    Ok(vault.open_some(secret_at(&format!("{plugin}/{handle}")), stored)?)
}

/// Handles of a plugin that have a secret.
pub async fn handles(db: &Db, plugin: &str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query("SELECT handle FROM plugin_secrets WHERE plugin_id = $1")
        .bind(plugin)
        .try_map(|row: db::Row| row.try_get("handle"))
        .fetch_all(db)
        .await
}

/// An empty secret removes it.
pub async fn set_secret(
    tx: &mut Tx,
    vault: &Vault,
    plugin: &str,
    handle: &str,
    secret: &str,
    by: &str,
    now: i64,
) -> Result<(), sqlx::Error> {
    if secret.is_empty() {
        sqlx::query("DELETE FROM plugin_secrets WHERE plugin_id = $1 AND handle = $2")
            .bind(plugin)
            .bind(handle)
            .execute(&mut **tx)
            .await?;
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO plugin_secrets (plugin_id, handle, secret, updated_at, updated_by) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (plugin_id, handle) DO UPDATE SET secret = excluded.secret, updated_at = excluded.updated_at, \
         updated_by = excluded.updated_by",
    )
    .bind(plugin)
    .bind(handle)
    .bind(vault.seal(secret_at(&format!("{plugin}/{handle}")), secret)?)
    .bind(now)
    .bind(by)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
