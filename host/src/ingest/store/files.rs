//! Nextcloud files: who reads which document by which path.

use nextcloud::Node;
use sqlx::Row;

use super::looks::below;
use crate::cloud;
use crate::db::{self, Db, Tx};

/// The document of a Nextcloud file.
pub struct FileRow {
    pub document: String,
    /// Nextcloud's ETag of the newest version.
    pub etag: Option<String>,
}

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

/// Notes that the reader sees the document as `node`; true when they did not before.
pub async fn set_reader(tx: &mut Tx, document: &str, reader: &str, node: &Node, now: i64) -> Result<bool, sqlx::Error> {
    let known = sqlx::query(
        "UPDATE readers SET path = $1, folder = $2, external = $5, missing_since = NULL \
         WHERE document_id = $3 AND reader = $4",
    )
    .bind(&node.path)
    .bind(node.parent())
    .bind(document)
    .bind(reader)
    .bind(i64::from(node.external))
    .execute(&mut **tx)
    .await?;
    if known.rows_affected() > 0 {
        return Ok(false);
    }
    add_reader(tx, document, reader, Some(node), now).await?;
    Ok(true)
}

/// `node` is the file as the reader sees it, of a Nextcloud file.
pub async fn add_reader(
    tx: &mut Tx,
    document: &str,
    reader: &str,
    node: Option<&Node>,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO readers (document_id, reader, path, folder, external, since) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(document)
    .bind(reader)
    .bind(node.map(|node| &node.path))
    .bind(node.map(Node::parent))
    .bind(i64::from(node.is_some_and(|node| node.external)))
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Where a reader last saw a file.
pub struct Place {
    pub document: String,
    pub path: String,
    pub external: bool,
    pub missing_since: Option<i64>,
}

/// None when they are no reader of it.
pub async fn place(tx: &mut Tx, file: i64, reader: &str) -> Result<Option<Place>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT r.document_id, r.path, r.external, r.missing_since FROM documents AS d \
         JOIN readers AS r ON r.document_id = d.id \
         WHERE d.source = 'nextcloud' AND d.source_key = $1 AND r.reader = $2 AND r.path IS NOT NULL",
    )
    .bind(file.to_string())
    .bind(reader)
    .fetch_optional(&mut **tx)
    .await?;
    row.map(|row| {
        Ok(Place {
            document: row.try_get("document_id")?,
            path: row.try_get("path")?,
            external: row.try_get::<i64, _>("external")? != 0,
            missing_since: row.try_get("missing_since")?,
        })
    })
    .transpose()
}

/// Notes since when a file on an outside storage is missing; the first time counts.
pub async fn set_missing(tx: &mut Tx, document: &str, reader: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE readers SET missing_since = $1 WHERE document_id = $2 AND reader = $3 AND missing_since IS NULL",
    )
    .bind(now)
    .bind(document)
    .bind(reader)
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

pub(super) fn file_id(row: &db::Row) -> Result<i64, sqlx::Error> {
    cloud::file_id(row.try_get("source_key")?)
}

/// A reader's Nextcloud document with the state of its newest version.
pub struct OwnFile {
    pub document: String,
    pub file: i64,
    pub path: String,
    pub status: String,
    pub passages: i64,
}

const OWN: &str = "SELECT d.id, d.source_key, r.path, v.status, v.passages FROM readers AS r \
    JOIN documents AS d ON d.id = r.document_id JOIN versions AS v ON v.id = \
      (SELECT id FROM versions WHERE document_id = d.id ORDER BY created_at DESC, id DESC LIMIT 1) \
    WHERE r.reader = $1 AND r.path IS NOT NULL AND d.source = 'nextcloud'";

fn own_file(row: &db::Row) -> Result<OwnFile, sqlx::Error> {
    Ok(OwnFile {
        document: row.try_get("id")?,
        file: file_id(row)?,
        path: row.try_get("path")?,
        status: row.try_get("status")?,
        passages: row.try_get("passages")?,
    })
}

/// The reader's Nextcloud documents, at most `limit`.
pub async fn of_reader(db: &Db, reader: &str, limit: i64) -> Result<Vec<OwnFile>, sqlx::Error> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{OWN} LIMIT $2")))
        .bind(reader)
        .bind(limit)
        .fetch_all(db)
        .await?;
    rows.iter().map(own_file).collect()
}

/// The reader's documents of one file, or of a folder and all below it, at most `limit`.
pub async fn of_node(db: &Db, reader: &str, node: &Node, limit: i64) -> Result<Vec<OwnFile>, sqlx::Error> {
    if !node.folder {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{OWN} AND d.source_key = $2")))
            .bind(reader)
            .bind(node.id.to_string())
            .fetch_all(db)
            .await?;
        return rows.iter().map(own_file).collect();
    }
    // In two parts: an OR would read all of the reader's files.
    let (from, to) = below(&node.path);
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT * FROM ({OWN} AND r.folder = $2 LIMIT $5) AS here \
         UNION ALL SELECT * FROM ({OWN} AND r.folder >= $3 AND r.folder < $4 ORDER BY r.folder LIMIT $5) AS below LIMIT $5"
    )))
    .bind(reader)
    .bind(&node.path)
    .bind(from)
    .bind(to)
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter().map(own_file).collect()
}

/// Whether a version of one of the reader's files is still to be read. Asked from the few that are, not from all files.
pub async fn any_unread(db: &Db, reader: &str) -> Result<bool, sqlx::Error> {
    let row = sqlx::query(
        "SELECT 1 FROM versions AS v CROSS JOIN readers AS r \
         WHERE r.document_id = v.document_id AND r.reader = $1 AND v.status IN ('queued', 'extracting', 'embedding') LIMIT 1",
    )
    .bind(reader)
    .fetch_optional(db)
    .await?;
    Ok(row.is_some())
}

/// Counting on would take longer than the number is worth.
pub const MOST_WAITING: i64 = 10_000;

/// Files of this user that wait to be fetched, at most [`MOST_WAITING`], and versions that became ready since `since` in the
/// whole server.
pub async fn pace(db: &Db, uid: &str, since: i64) -> Result<(i64, i64), sqlx::Error> {
    let row = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM jobs WHERE acting_user = $1 AND kind = 'ingest.fetch' LIMIT $3) AS first) AS waiting, \
           (SELECT COUNT(*) FROM versions WHERE status = 'ready' AND updated_at > $2) AS done",
    )
    .bind(uid)
    .bind(since)
    .bind(MOST_WAITING)
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

/// Documents that the reader reads in a place of their own, uploads of `owner` among them, at most `limit`.
pub async fn documents_of(tx: &mut Tx, reader: &str, owner: &str, limit: i64) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT r.document_id FROM readers AS r JOIN documents AS d ON d.id = r.document_id \
         WHERE r.reader = $1 AND (d.source = 'nextcloud' OR d.owner_id = $2) LIMIT $3",
    )
    .bind(reader)
    .bind(owner)
    .bind(limit)
    .fetch_all(&mut **tx)
    .await
}

/// Files of a reader that were read, or failed to be (true), since they were last told; they count as told from now on.
pub async fn take_news(db: &Db, uid: &str, reader: &str, now: i64) -> Result<Vec<(i64, bool)>, sqlx::Error> {
    let before: Option<i64> = sqlx::query_scalar("SELECT noticed_at FROM cloud_looks WHERE uid = $1")
        .bind(uid)
        .fetch_optional(db)
        .await?;
    // From what was read since, not from all files.
    let rows = sqlx::query(
        "SELECT d.source_key, v.status FROM versions AS v \
         CROSS JOIN readers AS r CROSS JOIN documents AS d WHERE r.document_id = v.document_id AND r.reader = $1 \
         AND d.id = v.document_id AND d.source = 'nextcloud' AND v.status IN ('ready', 'failed') AND v.updated_at > $2 AND v.id = \
           (SELECT id FROM versions WHERE document_id = d.id ORDER BY created_at DESC, id DESC LIMIT 1)",
    )
    .bind(reader)
    .bind(before.unwrap_or(0))
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
