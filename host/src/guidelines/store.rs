//! SQL of guideline sources, what they list, and how it changed.

use std::collections::BTreeSet;

use sandbox::{SourceEntry, SourceInfo};
use sqlx::{AssertSqlSafe, Row};

use super::Kept;
use crate::db::{self, Db, Tx};

/// What is known of one guideline of a source.
pub struct Entry {
    pub title: String,
    pub withdrawn: bool,
    pub fetched: bool,
    pub document: Option<String>,
    pub body: String,
}

pub struct Source {
    pub plugin: String,
    pub title: String,
    pub publisher: String,
    pub homepage: String,
    pub licence: String,
    pub looked_at: Option<i64>,
    pub next_at: i64,
    pub error: Option<String>,
    pub listed: i64,
    pub fetched: i64,
    pub failed: i64,
}

pub struct Change {
    pub id: String,
    pub plugin: String,
    pub entry: String,
    pub document: Option<String>,
    pub title: String,
    pub at: i64,
    pub kind: String,
    pub added: i64,
    pub removed: i64,
    pub diff: String,
}

/// When the source may be asked again; none before it was ever asked.
pub async fn next(db: &Db, plugin: &str) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query("SELECT next_at FROM guideline_sources WHERE plugin_id = $1")
        .bind(plugin)
        .try_map(|row: db::Row| row.try_get("next_at"))
        .fetch_optional(db)
        .await
}

pub async fn cursor(db: &Db, plugin: &str) -> Result<Option<String>, sqlx::Error> {
    let row = sqlx::query("SELECT cursor FROM guideline_sources WHERE plugin_id = $1")
        .bind(plugin)
        .fetch_optional(db)
        .await?;
    row.map_or(Ok(None), |row| row.try_get("cursor"))
}

pub async fn keep_source(db: &Db, plugin: &str, info: &SourceInfo, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO guideline_sources (plugin_id, title, publisher, homepage, licence, next_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (plugin_id) DO UPDATE SET title = excluded.title, \
         publisher = excluded.publisher, homepage = excluded.homepage, licence = excluded.licence",
    )
    .bind(plugin)
    .bind(&info.title)
    .bind(&info.publisher)
    .bind(&info.homepage)
    .bind(&info.license)
    .bind(now)
    .execute(db)
    .await?;
    Ok(())
}

pub async fn looked(tx: &mut Tx, plugin: &str, cursor: Option<&str>, now: i64, next: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE guideline_sources SET cursor = $2, looked_at = $3, next_at = $4, error = NULL WHERE plugin_id = $1",
    )
    .bind(plugin)
    .bind(cursor)
    .bind(now)
    .bind(if cursor.is_some() { now } else { next })
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn failed(db: &Db, plugin: &str, error: &str, now: i64, next: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO guideline_sources (plugin_id, title, publisher, homepage, licence, looked_at, next_at, error) \
         VALUES ($1, $1, '', '', '', $2, $3, $4) ON CONFLICT (plugin_id) DO UPDATE SET looked_at = excluded.looked_at, \
         next_at = excluded.next_at, error = excluded.error",
    )
    .bind(plugin)
    .bind(now)
    .bind(next)
    .bind(error)
    .execute(db)
    .await?;
    Ok(())
}

/// Takes note of a listed guideline. True when it must be fetched: it is new, changed, or was withdrawn.
pub async fn note(tx: &mut Tx, plugin: &str, entry: &SourceEntry) -> Result<bool, sqlx::Error> {
    sqlx::query(
        "INSERT INTO guideline_entries (plugin_id, entry, url, title, revision, withdrawn) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (plugin_id, entry) DO UPDATE SET url = excluded.url, \
         title = excluded.title, revision = excluded.revision, withdrawn = excluded.withdrawn",
    )
    .bind(plugin)
    .bind(&entry.id)
    .bind(&entry.url)
    .bind(&entry.title)
    .bind(&entry.revision)
    .bind(i64::from(entry.withdrawn))
    .execute(&mut **tx)
    .await?;
    let row =
        sqlx::query("SELECT fetched_revision, document_id FROM guideline_entries WHERE plugin_id = $1 AND entry = $2")
            .bind(plugin)
            .bind(&entry.id)
            .fetch_one(&mut **tx)
            .await?;
    let fetched: Option<String> = row.try_get("fetched_revision")?;
    let document: Option<String> = row.try_get("document_id")?;
    Ok(if entry.withdrawn {
        document.is_some()
    } else {
        fetched.as_ref() != Some(&entry.revision)
    })
}

pub async fn entry(db: &Db, plugin: &str, entry: &str) -> Result<Option<Entry>, sqlx::Error> {
    sqlx::query(
        "SELECT title, withdrawn, fetched_revision, document_id, body FROM guideline_entries \
         WHERE plugin_id = $1 AND entry = $2",
    )
    .bind(plugin)
    .bind(entry)
    .try_map(|row: db::Row| {
        Ok(Entry {
            title: row.try_get("title")?,
            withdrawn: row.try_get::<i64, _>("withdrawn")? != 0,
            fetched: row.try_get::<Option<String>, _>("fetched_revision")?.is_some(),
            document: row.try_get("document_id")?,
            body: row.try_get("body")?,
        })
    })
    .fetch_optional(db)
    .await
}

pub async fn fetched(
    tx: &mut Tx,
    plugin: &str,
    entry: &str,
    document: &str,
    revision: &str,
    body: &str,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE guideline_entries SET document_id = $3, fetched_revision = $4, body = $5, fetched_at = $6, error = NULL \
         WHERE plugin_id = $1 AND entry = $2",
    )
    .bind(plugin)
    .bind(entry)
    .bind(document)
    .bind(revision)
    .bind(body)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn not_fetched(db: &Db, plugin: &str, entry: &str, error: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE guideline_entries SET error = $3 WHERE plugin_id = $1 AND entry = $2")
        .bind(plugin)
        .bind(entry)
        .bind(error)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn forget_document(tx: &mut Tx, plugin: &str, entry: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE guideline_entries SET document_id = NULL, fetched_revision = NULL, body = '' \
         WHERE plugin_id = $1 AND entry = $2",
    )
    .bind(plugin)
    .bind(entry)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn insert_change(tx: &mut Tx, change: &Change) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO guideline_changes (id, plugin_id, entry, document_id, title, at, kind, added, removed, diff) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(&change.id)
    .bind(&change.plugin)
    .bind(&change.entry)
    .bind(&change.document)
    .bind(&change.title)
    .bind(change.at)
    .bind(&change.kind)
    .bind(change.added)
    .bind(change.removed)
    .bind(&change.diff)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The newest change of a document after a time, and the text it has now.
pub async fn change_after(db: &Db, document: &str, after: i64) -> Result<Option<(i64, String)>, sqlx::Error> {
    sqlx::query(
        "SELECT c.at, COALESCE(e.body, '') AS body FROM guideline_changes AS c LEFT JOIN guideline_entries AS e \
         ON e.document_id = c.document_id WHERE c.document_id = $1 AND c.at > $2 ORDER BY c.at DESC, c.id LIMIT 1",
    )
    .bind(document)
    .bind(after)
    .try_map(|row: db::Row| Ok((row.try_get("at")?, row.try_get("body")?)))
    .fetch_optional(db)
    .await
}

pub async fn sources(db: &Db) -> Result<Vec<Source>, sqlx::Error> {
    sqlx::query(
        "SELECT s.*, COUNT(e.entry) AS listed, \
         CAST(COALESCE(SUM(CASE WHEN e.document_id IS NULL THEN 0 ELSE 1 END), 0) AS BIGINT) AS fetched, \
         CAST(COALESCE(SUM(CASE WHEN e.error IS NULL THEN 0 ELSE 1 END), 0) AS BIGINT) AS failed \
         FROM guideline_sources AS s LEFT JOIN guideline_entries AS e ON e.plugin_id = s.plugin_id \
         GROUP BY s.plugin_id ORDER BY s.title, s.plugin_id",
    )
    .try_map(|row: db::Row| {
        Ok(Source {
            plugin: row.try_get("plugin_id")?,
            title: row.try_get("title")?,
            publisher: row.try_get("publisher")?,
            homepage: row.try_get("homepage")?,
            licence: row.try_get("licence")?,
            looked_at: row.try_get("looked_at")?,
            next_at: row.try_get("next_at")?,
            error: row.try_get("error")?,
            listed: row.try_get("listed")?,
            fetched: row.try_get("fetched")?,
            failed: row.try_get("failed")?,
        })
    })
    .fetch_all(db)
    .await
}

/// Newest first.
pub async fn changes(db: &Db, limit: u32) -> Result<Vec<Change>, sqlx::Error> {
    sqlx::query("SELECT * FROM guideline_changes ORDER BY at DESC, id LIMIT $1")
        .bind(i64::from(limit))
        .try_map(|row: db::Row| {
            Ok(Change {
                id: row.try_get("id")?,
                plugin: row.try_get("plugin_id")?,
                entry: row.try_get("entry")?,
                document: row.try_get("document_id")?,
                title: row.try_get("title")?,
                at: row.try_get("at")?,
                kind: row.try_get("kind")?,
                added: row.try_get("added")?,
                removed: row.try_get("removed")?,
                diff: row.try_get("diff")?,
            })
        })
        .fetch_all(db)
        .await
}

/// Those of the documents that are published guidelines and were read, by title.
pub async fn kept(db: &Db, documents: &BTreeSet<String>) -> Result<Vec<Kept>, sqlx::Error> {
    let places: Vec<String> = (1..=documents.len()).map(|place| format!("${place}")).collect();
    let sql = format!(
        "SELECT d.id, d.source_key, d.file_name, COALESCE(v.title, d.file_name) AS title, v.content_hash \
         FROM documents AS d JOIN versions AS v ON v.id = d.current_version \
         WHERE d.source = 'guideline' AND d.id IN ({}) ORDER BY title, d.id",
        places.join(", ")
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for id in documents {
        query = query.bind(id);
    }
    let rows = query.fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            let key: String = row.try_get("source_key")?;
            Ok(Kept {
                id: row.try_get("id")?,
                title: row.try_get("title")?,
                file_name: row.try_get("file_name")?,
                content: row.try_get("content_hash")?,
                plugin: key.split('/').next().unwrap_or_default().to_owned(),
            })
        })
        .collect()
}
