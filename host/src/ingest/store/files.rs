//! Nextcloud files: who reads which document by which path, and what the looks have seen.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::cloud;
use crate::db::{Db, Tx};

/// The document of a Nextcloud file.
pub struct FileRow {
    pub document: String,
    /// Nextcloud's ETag of the newest version.
    pub etag: Option<String>,
}

/// Stored in place of a folder's ETag when the folder holds a file called `.noindex`.
pub const NO_INDEX: &str = ".noindex";

pub async fn file(tx: &mut Tx, id: i64) -> Result<Option<FileRow>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT d.id, v.etag FROM documents AS d JOIN versions AS v ON v.id = \
           (SELECT id FROM versions WHERE document_id = d.id ORDER BY created_at DESC, id DESC LIMIT 1) \
         WHERE d.source = 'nextcloud' AND d.source_key = $1",
    )
    .bind(id.to_string())
    .fetch_optional(&mut **tx)
    .await?;
    row.map(|row| {
        Ok(FileRow {
            document: row.try_get("id")?,
            etag: row.try_get("etag")?,
        })
    })
    .transpose()
}

/// Notes that the reader sees the document at `path`; true when they did not before.
pub async fn set_reader(tx: &mut Tx, document: &str, reader: &str, path: &str) -> Result<bool, sqlx::Error> {
    let known = sqlx::query("UPDATE readers SET path = $1, folder = $2 WHERE document_id = $3 AND reader = $4")
        .bind(path)
        .bind(parent(path))
        .bind(document)
        .bind(reader)
        .execute(&mut **tx)
        .await?;
    if known.rows_affected() > 0 {
        return Ok(false);
    }
    add_reader(tx, document, reader, Some(path)).await?;
    Ok(true)
}

/// `path` is the reader's own, of a Nextcloud file.
pub async fn add_reader(tx: &mut Tx, document: &str, reader: &str, path: Option<&str>) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO readers (document_id, reader, path, folder) VALUES ($1, $2, $3, $4)")
        .bind(document)
        .bind(reader)
        .bind(path)
        .bind(path.map(parent))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The folder that holds `path`: `/` at the top.
fn parent(path: &str) -> &str {
    match path.rfind('/') {
        None | Some(0) => "/",
        Some(at) => &path[..at],
    }
}

/// The folders that contain the reader's file count as not looked at; those not to be indexed stay so.
pub async fn forget_folders_above(tx: &mut Tx, uid: &str, document: &str, reader: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE cloud_folders SET etag = '', seen_at = 0 WHERE uid = $1 AND etag <> $4 AND EXISTS (SELECT 1 FROM readers AS r \
           WHERE r.document_id = $2 AND r.reader = $3 AND r.path IS NOT NULL \
             AND (cloud_folders.path = '/' OR substr(r.path, 1, length(cloud_folders.path) + 1) = cloud_folders.path || '/'))",
    )
    .bind(uid)
    .bind(document)
    .bind(reader)
    .bind(NO_INDEX)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes the document from the reader; returns how many readers it has left, none when they were no reader.
pub async fn drop_reader(tx: &mut Tx, document: &str, reader: &str) -> Result<Option<i64>, sqlx::Error> {
    let dropped = sqlx::query("DELETE FROM readers WHERE document_id = $1 AND reader = $2")
        .bind(document)
        .bind(reader)
        .execute(&mut **tx)
        .await?;
    if dropped.rows_affected() == 0 {
        return Ok(None);
    }
    let row = sqlx::query("SELECT COUNT(*) AS left_over FROM readers WHERE document_id = $1")
        .bind(document)
        .fetch_one(&mut **tx)
        .await?;
    Ok(Some(row.try_get("left_over")?))
}

/// The ETag of a version whose content came again unchanged.
pub async fn set_etag(tx: &mut Tx, document: &str, etag: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE versions SET etag = $1 WHERE id = \
           (SELECT id FROM versions WHERE document_id = $2 ORDER BY created_at DESC, id DESC LIMIT 1)",
    )
    .bind(etag)
    .bind(document)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The reader's files that lie directly in a folder, with their paths.
pub async fn directly_in(tx: &mut Tx, reader: &str, folder: &str) -> Result<Vec<(i64, String)>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT d.source_key, r.path FROM readers AS r JOIN documents AS d ON d.id = r.document_id \
         WHERE r.reader = $1 AND r.folder = $2 AND d.source = 'nextcloud'",
    )
    .bind(reader)
    .bind(folder)
    .fetch_all(&mut **tx)
    .await?;
    rows.iter()
        .map(|row| Ok((file_id(row)?, row.try_get("path")?)))
        .collect()
}

/// The reader's files in a folder and all below it, which counts as not looked at from now on.
pub async fn forget_below(tx: &mut Tx, uid: &str, reader: &str, folder: &str) -> Result<Vec<i64>, sqlx::Error> {
    let (from, to) = below(folder);
    let rows = sqlx::query(
        "SELECT d.source_key FROM readers AS r JOIN documents AS d ON d.id = r.document_id \
         WHERE r.reader = $1 AND d.source = 'nextcloud' AND (r.folder = $2 OR (r.folder >= $3 AND r.folder < $4))",
    )
    .bind(reader)
    .bind(folder)
    .bind(&from)
    .bind(&to)
    .fetch_all(&mut **tx)
    .await?;
    sqlx::query("DELETE FROM cloud_folders WHERE uid = $1 AND (path = $2 OR (path >= $3 AND path < $4))")
        .bind(uid)
        .bind(folder)
        .bind(&from)
        .bind(&to)
        .execute(&mut **tx)
        .await?;
    rows.iter().map(file_id).collect()
}

/// The paths that begin with the folder and a slash: from the first (included) to the second (not).
fn below(folder: &str) -> (String, String) {
    let folder = folder.trim_end_matches('/');
    // In the order of bytes `0` follows the slash.
    (format!("{folder}/"), format!("{folder}0"))
}

/// Folders directly in a folder that were looked at.
pub async fn folders_in(tx: &mut Tx, uid: &str, folder: &str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT path FROM cloud_folders WHERE uid = $1 AND parent = $2 AND path <> '/'")
        .bind(uid)
        .bind(folder)
        .fetch_all(&mut **tx)
        .await
}

fn file_id(row: &SqliteRow) -> Result<i64, sqlx::Error> {
    cloud::file_id(row.try_get("source_key")?)
}

/// A user's looks so far.
#[derive(Default)]
pub struct Look {
    pub started_at: i64,
    pub completed_at: Option<i64>,
    pub full_at: Option<i64>,
    pub error: Option<String>,
}

impl Look {
    /// It was interrupted and goes on.
    pub fn is_open(&self) -> bool {
        self.completed_at.is_none_or(|completed| completed < self.started_at)
    }
}

pub async fn look(db: &Db, uid: &str) -> Result<Option<Look>, sqlx::Error> {
    let row = sqlx::query("SELECT started_at, completed_at, full_at, error FROM cloud_looks WHERE uid = $1")
        .bind(uid)
        .fetch_optional(db)
        .await?;
    row.map(|row| {
        Ok(Look {
            started_at: row.try_get("started_at")?,
            completed_at: row.try_get("completed_at")?,
            full_at: row.try_get("full_at")?,
            error: row.try_get("error")?,
        })
    })
    .transpose()
}

pub async fn set_look(tx: &mut Tx, uid: &str, look: &Look) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO cloud_looks (uid, started_at, completed_at, full_at, error) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (uid) DO UPDATE SET started_at = $2, completed_at = $3, full_at = $4, error = $5",
    )
    .bind(uid)
    .bind(look.started_at)
    .bind(look.completed_at)
    .bind(look.full_at)
    .bind(&look.error)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// ETag of a folder as last looked at, and when.
pub async fn folder(db: &Db, uid: &str, path: &str) -> Result<Option<(String, i64)>, sqlx::Error> {
    let row = sqlx::query("SELECT etag, seen_at FROM cloud_folders WHERE uid = $1 AND path = $2")
        .bind(uid)
        .bind(path)
        .fetch_optional(db)
        .await?;
    row.map(|row| Ok((row.try_get("etag")?, row.try_get("seen_at")?)))
        .transpose()
}

pub async fn set_folder(tx: &mut Tx, uid: &str, path: &str, etag: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO cloud_folders (uid, path, parent, etag, seen_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (uid, path) DO UPDATE SET etag = $4, seen_at = $5",
    )
    .bind(uid)
    .bind(path)
    .bind(parent(path))
    .bind(etag)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// One of the folders that contain `path` is marked as not to be indexed.
pub async fn in_no_index(tx: &mut Tx, uid: &str, path: &str) -> Result<bool, sqlx::Error> {
    let row = sqlx::query(
        "SELECT 1 FROM cloud_folders WHERE uid = $1 AND etag = $2 \
           AND (path = '/' OR substr($3, 1, length(path) + 1) = path || '/') LIMIT 1",
    )
    .bind(uid)
    .bind(NO_INDEX)
    .bind(path)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.is_some())
}

/// The reader's Nextcloud documents: id, file id, path and state of the newest version.
pub struct OwnFile {
    pub document: String,
    pub file: i64,
    pub path: String,
    pub status: String,
}

pub async fn of_reader(db: &Db, reader: &str) -> Result<Vec<OwnFile>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT d.id, d.source_key, r.path, v.status FROM readers AS r JOIN documents AS d ON d.id = r.document_id \
         JOIN versions AS v ON v.id = \
           (SELECT id FROM versions WHERE document_id = d.id ORDER BY created_at DESC, id DESC LIMIT 1) \
         WHERE r.reader = $1 AND r.path IS NOT NULL AND d.source = 'nextcloud' ORDER BY d.id",
    )
    .bind(reader)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(OwnFile {
                document: row.try_get("id")?,
                file: file_id(row)?,
                path: row.try_get("path")?,
                status: row.try_get("status")?,
            })
        })
        .collect()
}

/// Files of this user that wait to be fetched, and versions that became ready since `since` in the whole server.
pub async fn pace(db: &Db, uid: &str, since: i64) -> Result<(i64, i64), sqlx::Error> {
    let row = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM jobs WHERE kind = 'ingest.fetch' AND acting_user = $1 AND status <> 'dead') AS waiting, \
           (SELECT COUNT(*) FROM versions WHERE status = 'ready' AND updated_at > $2) AS done",
    )
    .bind(uid)
    .bind(since)
    .fetch_one(db)
    .await?;
    Ok((row.try_get("waiting")?, row.try_get("done")?))
}

/// What the whole server holds.
pub struct Totals {
    pub documents: i64,
    pub ready: i64,
    pub failed: i64,
    pub to_fetch: i64,
    pub users: i64,
}

pub async fn totals(db: &Db) -> Result<Totals, sqlx::Error> {
    let row = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM documents) AS documents, \
           (SELECT COUNT(*) FROM documents AS d JOIN versions AS v ON v.id = d.current_version WHERE v.status = 'ready') AS ready, \
           (SELECT COUNT(*) FROM documents AS d WHERE d.current_version IS NULL AND EXISTS \
              (SELECT 1 FROM versions AS v WHERE v.document_id = d.id AND v.status = 'failed')) AS failed, \
           (SELECT COUNT(*) FROM jobs WHERE kind = 'ingest.fetch' AND status <> 'dead') AS to_fetch, \
           (SELECT COUNT(*) FROM users) AS users",
    )
    .fetch_one(db)
    .await?;
    Ok(Totals {
        documents: row.try_get("documents")?,
        ready: row.try_get("ready")?,
        failed: row.try_get("failed")?,
        to_fetch: row.try_get("to_fetch")?,
        users: row.try_get("users")?,
    })
}

/// The reader's files in folders that no look has a row of.
pub async fn strays(db: &Db, uid: &str, reader: &str) -> Result<Vec<i64>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT d.source_key FROM readers AS r JOIN documents AS d ON d.id = r.document_id \
         WHERE r.reader = $1 AND d.source = 'nextcloud' AND NOT EXISTS \
           (SELECT 1 FROM cloud_folders AS f WHERE f.uid = $2 AND f.path = r.folder)",
    )
    .bind(reader)
    .bind(uid)
    .fetch_all(db)
    .await?;
    rows.iter().map(file_id).collect()
}

/// The next look of this user enters each folder.
pub async fn forget_look(tx: &mut Tx, uid: &str) -> Result<(), sqlx::Error> {
    for table in ["cloud_folders", "cloud_looks"] {
        sqlx::query(sqlx::AssertSqlSafe(format!("DELETE FROM {table} WHERE uid = $1")))
            .bind(uid)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// The next look of every user enters each folder.
pub async fn forget_looks(db: &Db) -> Result<(), sqlx::Error> {
    for table in ["cloud_folders", "cloud_looks"] {
        sqlx::query(sqlx::AssertSqlSafe(format!("DELETE FROM {table}")))
            .execute(db)
            .await?;
    }
    Ok(())
}

/// Files of a reader that were read, or failed to be (true), since they were last told; they count as told from now on.
pub async fn take_news(db: &Db, uid: &str, reader: &str, now: i64) -> Result<Vec<(i64, bool)>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT d.source_key, v.status FROM readers AS r JOIN documents AS d ON d.id = r.document_id \
         JOIN versions AS v ON v.id = \
           (SELECT id FROM versions WHERE document_id = d.id ORDER BY created_at DESC, id DESC LIMIT 1) \
         WHERE r.reader = $1 AND d.source = 'nextcloud' AND v.status IN ('ready', 'failed') \
           AND v.updated_at > COALESCE((SELECT noticed_at FROM cloud_looks WHERE uid = $2), 0)",
    )
    .bind(reader)
    .bind(uid)
    .fetch_all(db)
    .await?;
    sqlx::query("UPDATE cloud_looks SET noticed_at = $1 WHERE uid = $2")
        .bind(now)
        .bind(uid)
        .execute(db)
        .await?;
    rows.iter()
        .map(|row| Ok((file_id(row)?, row.try_get::<&str, _>("status")? == "failed")))
        .collect()
}
