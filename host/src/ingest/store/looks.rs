//! What the looks have seen of users' folders, and users whom Nextcloud does not know any more.

use sqlx::Row;

use super::files::file_id;
use crate::db::{Db, Tx};

/// Stored in place of a folder's ETag when the folder holds a file called `.noindex`.
pub const NO_INDEX: &str = ".noindex";

/// The folders that contain `path`, from its own up to `/`.
fn above(path: &str) -> Vec<&str> {
    let mut folders = vec![parent(path)];
    while let Some(&last) = folders.last()
        && last != "/"
    {
        folders.push(parent(last));
    }
    folders
}

/// The folders that contain the reader's file count as not looked at; those not to be indexed stay so.
pub async fn forget_folders_above(tx: &mut Tx, uid: &str, document: &str, reader: &str) -> Result<(), sqlx::Error> {
    let path: Option<Option<String>> =
        sqlx::query_scalar("SELECT path FROM readers WHERE document_id = $1 AND reader = $2")
            .bind(document)
            .bind(reader)
            .fetch_optional(&mut **tx)
            .await?;
    // One at a time: each is one place in an index, however many folders there are.
    for folder in path.flatten().iter().flat_map(|path| above(path)) {
        sqlx::query("UPDATE cloud_folders SET etag = '', seen_at = 0 WHERE uid = $1 AND path = $2 AND etag <> $3")
            .bind(uid)
            .bind(folder)
            .bind(NO_INDEX)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// The reader's files in a folder and all below it, which counts as not looked at from now on.
pub async fn forget_below(tx: &mut Tx, uid: &str, reader: &str, folder: &str) -> Result<Vec<i64>, sqlx::Error> {
    let (from, to) = below(folder);
    // In two parts: an OR would read all of the reader's files.
    let rows = sqlx::query(
        "SELECT d.source_key FROM (SELECT document_id FROM readers WHERE reader = $1 AND folder = $2 \
           UNION ALL SELECT document_id FROM readers WHERE reader = $1 AND folder >= $3 AND folder < $4) AS r \
         CROSS JOIN documents AS d WHERE d.id = r.document_id AND d.source = 'nextcloud'",
    )
    .bind(reader)
    .bind(folder)
    .bind(&from)
    .bind(&to)
    .fetch_all(&mut **tx)
    .await?;
    for (condition, first, last) in [
        ("path = $2 AND path = $3", folder, folder),
        ("path >= $2 AND path < $3", from.as_str(), to.as_str()),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "DELETE FROM cloud_folders WHERE uid = $1 AND {condition}"
        )))
        .bind(uid)
        .bind(first)
        .bind(last)
        .execute(&mut **tx)
        .await?;
    }
    rows.iter().map(file_id).collect()
}

/// The paths that begin with the folder and a slash: from the first (included) to the second (not).
pub(super) fn below(folder: &str) -> (String, String) {
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
    for folder in above(path) {
        let marked = sqlx::query("SELECT 1 FROM cloud_folders WHERE uid = $1 AND path = $2 AND etag = $3")
            .bind(uid)
            .bind(folder)
            .bind(NO_INDEX)
            .fetch_optional(&mut **tx)
            .await?;
        if marked.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
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

/// Notes that Nextcloud does not know a user (`now`) or does; returns since when it does not.
pub async fn set_gone(db: &Db, uid: &str, now: Option<i64>) -> Result<Option<i64>, sqlx::Error> {
    let Some(now) = now else {
        sqlx::query("DELETE FROM cloud_gone WHERE uid = $1")
            .bind(uid)
            .execute(db)
            .await?;
        return Ok(None);
    };
    sqlx::query("INSERT INTO cloud_gone (uid, since) VALUES ($1, $2) ON CONFLICT (uid) DO NOTHING")
        .bind(uid)
        .bind(now)
        .execute(db)
        .await?;
    sqlx::query_scalar("SELECT since FROM cloud_gone WHERE uid = $1")
        .bind(uid)
        .fetch_optional(db)
        .await
}

/// The next look of this user enters each folder.
pub async fn forget_look(tx: &mut Tx, uid: &str) -> Result<(), sqlx::Error> {
    for table in ["cloud_folders", "cloud_looks", "cloud_gone"] {
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

/// The folder that holds `path`: `/` at the top.
fn parent(path: &str) -> &str {
    match path.rfind('/') {
        None | Some(0) => "/",
        Some(at) => &path[..at],
    }
}
