//! What a search can reach for its reader: counts and files, never text.

use sqlx::Row;

use super::file;
use crate::db::{self, Db};

/// What a search can cover for its reader.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    pub documents: i64,
    /// Files whose newest version is not read yet.
    pub waiting: i64,
    /// Of current versions: those that are searched.
    pub passages: i64,
}

/// Files of Nextcloud are left out: how many there are is known only by asking Nextcloud.
///
/// Of these documents, or of all when none is named; those that are gone or not for these readers do not count.
pub async fn coverage(db: &Db, readers: &[String], documents: &[String]) -> Result<Coverage, sqlx::Error> {
    if readers.is_empty() {
        return Ok(Coverage::default());
    }
    // A sum of BIGINT is NUMERIC in PostgreSQL.
    let mut query = db::Growing::new(
        "SELECT COUNT(*) AS documents, CAST(COALESCE(SUM(c.passages), 0) AS BIGINT) AS passages, \
         CAST(COALESCE(SUM(CASE WHEN v.status IN ('ready', 'failed') THEN 0 ELSE 1 END), 0) AS BIGINT) AS waiting \
         FROM documents AS d JOIN versions AS v ON v.id = \
           (SELECT id FROM versions WHERE document_id = d.id ORDER BY created_at DESC, id DESC LIMIT 1) \
         LEFT JOIN versions AS c ON c.id = d.current_version \
         WHERE EXISTS (SELECT 1 FROM readers AS r WHERE r.document_id = d.id AND r.reader IN (",
    );
    query.list(readers)?;
    // By name, so that an index leads past all of Nextcloud's files.
    query.push(")) AND d.source IN ('upload', 'watched_folder', 'demo', 'guideline')");
    within(&mut query, documents)?;
    let row = query.build().fetch_one(db).await?;
    Ok(Coverage {
        documents: row.try_get("documents")?,
        waiting: row.try_get("waiting")?,
        passages: row.try_get("passages")?,
    })
}

fn within(query: &mut db::Growing, documents: &[String]) -> Result<(), sqlx::Error> {
    if !documents.is_empty() {
        query.push(" AND d.id IN (");
        query.list(documents)?;
        query.push(")");
    }
    Ok(())
}

/// A document and, when it is a Nextcloud file, that file's id.
pub struct DocumentFile {
    pub document: String,
    pub file: Option<i64>,
}

/// Those of `documents` that exist and have one of the readers.
pub async fn files(db: &Db, readers: &[String], documents: &[String]) -> Result<Vec<DocumentFile>, sqlx::Error> {
    if readers.is_empty() || documents.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = db::Growing::new(
        "SELECT d.id, d.source, d.source_key, NULL AS etag FROM documents AS d \
         WHERE EXISTS (SELECT 1 FROM readers AS r WHERE r.document_id = d.id AND r.reader IN (",
    );
    query.list(readers)?;
    query.push("))");
    within(&mut query, documents)?;
    let rows = query.build().fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            Ok(DocumentFile {
                document: row.try_get("id")?,
                file: file(row)?.map(|(id, _)| id),
            })
        })
        .collect()
}

/// How many of the versions that were last touched are looked at for files that are not read yet.
const LATEST: i64 = 200;

/// Ids of Nextcloud files whose newest version is not read yet, of those last touched, at most `limit`.
pub async fn waiting_files(
    db: &Db,
    readers: &[String],
    documents: &[String],
    limit: usize,
) -> Result<Vec<i64>, sqlx::Error> {
    if readers.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = db::Growing::new("SELECT d.source, d.source_key, v.etag FROM (");
    for (at, status) in ["queued", "extracting", "embedding"].iter().enumerate() {
        query.push(if at == 0 { "" } else { " UNION ALL " });
        query.push("SELECT * FROM (SELECT document_id, etag, updated_at FROM versions WHERE status = ");
        query.bind(*status)?;
        query
            .push(" ORDER BY updated_at DESC LIMIT ")
            .bind(LATEST)?
            .push(") AS s");
    }
    query.push(
        ") AS v CROSS JOIN documents AS d WHERE d.id = v.document_id AND d.source = 'nextcloud' \
         AND EXISTS (SELECT 1 FROM readers AS r WHERE r.document_id = d.id AND r.reader IN (",
    );
    query.list(readers)?;
    query.push("))");
    within(&mut query, documents)?;
    query
        .push(" ORDER BY v.updated_at DESC LIMIT ")
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))?;
    let rows = query.build().fetch_all(db).await?;
    rows.iter()
        .filter_map(|row| file(row).transpose())
        .map(|found| Ok(found?.0))
        .collect()
}
