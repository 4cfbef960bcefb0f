//! SQL of installed plugins: packages, what runs of them, what was granted.

pub mod calls;
pub mod proposals;
pub mod values;

use std::collections::BTreeMap;

use sqlx::Row;

use crate::db::{self, Db, Tx};

/// One installed plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    pub id: String,
    pub enabled: bool,
    pub current: Option<String>,
    pub previous: Option<String>,
    pub waiting: Option<String>,
    /// JSON of [`super::Granted`].
    pub granted: String,
    /// Values of its settings by key.
    pub config: BTreeMap<String, String>,
    pub bundled: bool,
}

/// A package as it was installed.
pub struct Stored {
    pub plugin: String,
    pub version: String,
    pub publisher: String,
    pub key: String,
    pub bytes: Vec<u8>,
}

pub struct Publisher {
    pub name: String,
    pub key: String,
}

/// In the order of their ids.
pub async fn all(db: &Db) -> Result<Vec<Installed>, sqlx::Error> {
    sqlx::query("SELECT * FROM plugins ORDER BY id")
        .try_map(installed)
        .fetch_all(db)
        .await
}

/// Who granted a plugin what it has, by name where it was a user, and when.
pub async fn grantor(db: &Db, id: &str) -> Result<Option<(String, i64)>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT COALESCE(u.name, p.granted_by) AS by_name, p.granted_at FROM plugins AS p \
         LEFT JOIN users AS u ON u.id = p.granted_by WHERE p.id = $1 AND p.granted_by IS NOT NULL AND p.granted_at IS NOT NULL",
    )
    .bind(id)
    .fetch_optional(db)
    .await?;
    row.map(|row| Ok((row.try_get("by_name")?, row.try_get("granted_at")?)))
        .transpose()
}

pub async fn one(tx: &mut Tx, id: &str) -> Result<Option<Installed>, sqlx::Error> {
    sqlx::query("SELECT * FROM plugins WHERE id = $1")
        .bind(id)
        .try_map(installed)
        .fetch_optional(&mut **tx)
        .await
}

fn installed(row: db::Row) -> Result<Installed, sqlx::Error> {
    let config: &str = row.try_get("config")?;
    Ok(Installed {
        id: row.try_get("id")?,
        enabled: row.try_get::<i64, _>("enabled")? != 0,
        current: row.try_get("current_digest")?,
        previous: row.try_get("previous_digest")?,
        waiting: row.try_get("waiting_digest")?,
        granted: row.try_get("granted")?,
        config: serde_json::from_str(config).map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        bundled: row.try_get::<i64, _>("bundled")? != 0,
    })
}

/// Writes the row as it is given, and lets every server know.
pub async fn put(tx: &mut Tx, plugin: &Installed, by: &str, now: i64) -> Result<(), sqlx::Error> {
    let config = serde_json::to_string(&plugin.config).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    sqlx::query(
        "INSERT INTO plugins (id, enabled, current_digest, previous_digest, waiting_digest, granted, config, granted_at, \
         granted_by, bundled, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $8) \
         ON CONFLICT (id) DO UPDATE SET enabled = excluded.enabled, current_digest = excluded.current_digest, \
         previous_digest = excluded.previous_digest, waiting_digest = excluded.waiting_digest, \
         granted = excluded.granted, config = excluded.config, granted_at = excluded.granted_at, \
         granted_by = excluded.granted_by, bundled = excluded.bundled, updated_at = excluded.updated_at",
    )
    .bind(&plugin.id)
    .bind(i64::from(plugin.enabled))
    .bind(&plugin.current)
    .bind(&plugin.previous)
    .bind(&plugin.waiting)
    .bind(&plugin.granted)
    .bind(config)
    .bind(now)
    .bind(by)
    .bind(i64::from(plugin.bundled))
    .execute(&mut **tx)
    .await?;
    changed(tx).await
}

/// Removes the plugin with its settings, secrets, values and packages. Its calls stay in the log.
pub async fn remove(tx: &mut Tx, id: &str) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query("DELETE FROM plugins WHERE id = $1")
        .bind(id)
        .execute(&mut **tx)
        .await?;
    sqlx::query("DELETE FROM plugin_packages WHERE plugin_id = $1")
        .bind(id)
        .execute(&mut **tx)
        .await?;
    changed(tx).await?;
    Ok(gone.rows_affected() > 0)
}

async fn changed(tx: &mut Tx) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE plugin_revision SET revision = revision + 1 WHERE one = 1")
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Raised by every change.
pub async fn revision(db: &Db) -> Result<i64, sqlx::Error> {
    sqlx::query("SELECT revision FROM plugin_revision WHERE one = 1")
        .fetch_one(db)
        .await?
        .try_get("revision")
}

pub async fn keep_package(tx: &mut Tx, digest: &str, package: &Stored, by: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO plugin_packages (digest, plugin_id, version, publisher, publisher_key, bytes, installed_at, \
         installed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (digest) DO NOTHING",
    )
    .bind(digest)
    .bind(&package.plugin)
    .bind(&package.version)
    .bind(&package.publisher)
    .bind(&package.key)
    .bind(&package.bytes)
    .bind(now)
    .bind(by)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn package(db: &Db, digest: &str) -> Result<Option<Stored>, sqlx::Error> {
    sqlx::query("SELECT * FROM plugin_packages WHERE digest = $1")
        .bind(digest)
        .try_map(|row: db::Row| {
            Ok(Stored {
                plugin: row.try_get("plugin_id")?,
                version: row.try_get("version")?,
                publisher: row.try_get("publisher")?,
                key: row.try_get("publisher_key")?,
                bytes: row.try_get("bytes")?,
            })
        })
        .fetch_optional(db)
        .await
}

/// Forgets packages of a plugin that it neither runs, could step back to, nor waits for.
pub async fn forget_packages(tx: &mut Tx, plugin: &Installed) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM plugin_packages WHERE plugin_id = $1 AND digest <> $2 AND digest <> $3 AND digest <> $4")
        .bind(&plugin.id)
        .bind(plugin.current.as_deref().unwrap_or_default())
        .bind(plugin.previous.as_deref().unwrap_or_default())
        .bind(plugin.waiting.as_deref().unwrap_or_default())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Parts that were switched against their package's default, by plugin and part.
pub async fn parts(db: &Db) -> Result<BTreeMap<(String, String), bool>, sqlx::Error> {
    let rows = sqlx::query("SELECT plugin_id, part, enabled FROM plugin_parts")
        .fetch_all(db)
        .await?;
    rows.iter()
        .map(|row| {
            let key = (row.try_get("plugin_id")?, row.try_get("part")?);
            Ok((key, row.try_get::<i64, _>("enabled")? != 0))
        })
        .collect()
}

pub async fn switch_part(tx: &mut Tx, plugin: &str, part: &str, enabled: bool) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO plugin_parts (plugin_id, part, enabled) VALUES ($1, $2, $3) \
         ON CONFLICT (plugin_id, part) DO UPDATE SET enabled = excluded.enabled",
    )
    .bind(plugin)
    .bind(part)
    .bind(i64::from(enabled))
    .execute(&mut **tx)
    .await?;
    changed(tx).await
}

pub async fn publishers(db: &Db) -> Result<Vec<Publisher>, sqlx::Error> {
    sqlx::query("SELECT name, public_key FROM plugin_publishers ORDER BY name, public_key")
        .try_map(|row: db::Row| {
            Ok(Publisher {
                name: row.try_get("name")?,
                key: row.try_get("public_key")?,
            })
        })
        .fetch_all(db)
        .await
}

pub async fn pin(tx: &mut Tx, publisher: &Publisher, by: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO plugin_publishers (public_key, name, pinned_at, pinned_by) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (public_key) DO UPDATE SET name = excluded.name",
    )
    .bind(&publisher.key)
    .bind(&publisher.name)
    .bind(now)
    .bind(by)
    .execute(&mut **tx)
    .await?;
    changed(tx).await
}

pub async fn unpin(tx: &mut Tx, key: &str) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query("DELETE FROM plugin_publishers WHERE public_key = $1")
        .bind(key)
        .execute(&mut **tx)
        .await?;
    changed(tx).await?;
    Ok(gone.rows_affected() > 0)
}
