//! The list of a reader's documents, page by page, and their numbers. What a page costs does not depend on the list's length.

use api_types::DocumentInfo;
use sqlx::Row;

use super::{COLUMNS, FileRef, NEWEST, Scope, document_info, file_ref};
use crate::cloud::counts::Counts;
use crate::db::{self, Db};
use crate::edge::cursor::Cursor;

/// One document of a list, with the Nextcloud file that it is, and its place.
pub type Listed = (DocumentInfo, Option<FileRef>, Cursor);

/// The next `limit` documents of the scope behind `after`, last come first.
pub async fn page(db: &Db, scope: &Scope<'_>, after: &Cursor, limit: i64) -> Result<Vec<Listed>, sqlx::Error> {
    let (own, shared) = scope.names();
    let part = |reader: &str| {
        format!(
            "SELECT document_id, since FROM (SELECT document_id, since FROM readers WHERE reader = {reader} \
             AND (since, document_id) < ($3, $4) ORDER BY since DESC, document_id DESC LIMIT $5) AS p"
        )
    };
    let sql = format!(
        "SELECT {COLUMNS}, r.since FROM ({} UNION {}) AS r JOIN documents AS d ON d.id = r.document_id \
         JOIN versions AS v ON v.id = \
           (SELECT id FROM versions WHERE document_id = d.id ORDER BY created_at DESC, id DESC LIMIT 1) \
         ORDER BY r.since DESC, d.id DESC LIMIT $5",
        part("$1"),
        part("$2")
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(own)
        .bind(shared)
        .bind(after.time)
        .bind(&after.id)
        .bind(limit)
        .fetch_all(db)
        .await?;
    rows.iter().map(|row| listed(row, scope)).collect()
}

/// Those of `ids` that the scope may read, in their order.
pub async fn chosen(db: &Db, scope: &Scope<'_>, ids: &[String]) -> Result<Vec<Listed>, sqlx::Error> {
    let (own, shared) = scope.names();
    let mut found = Vec::new();
    for id in ids {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS}, r.since FROM {NEWEST} JOIN readers AS r ON r.document_id = d.id \
             WHERE d.id = $3 AND (r.reader = $1 OR r.reader = $2) LIMIT 1"
        )))
        .bind(own)
        .bind(shared)
        .bind(id)
        .fetch_optional(db)
        .await?;
        if let Some(row) = row {
            found.push(listed(&row, scope)?);
        }
    }
    Ok(found)
}

fn listed(row: &db::Row, scope: &Scope<'_>) -> Result<Listed, sqlx::Error> {
    let place = Cursor {
        time: row.try_get("since")?,
        id: row.try_get("id")?,
    };
    Ok((document_info(row, scope)?, file_ref(row)?, place))
}

/// Of the scope's documents that are no Nextcloud files: from those, past all of Nextcloud's.
pub async fn counts(db: &Db, scope: &Scope<'_>) -> Result<Counts, sqlx::Error> {
    let (own, shared) = scope.names();
    // A sum of BIGINT is NUMERIC in PostgreSQL.
    let rows = sqlx::query(
        "SELECT v.status, COUNT(*) AS documents, CAST(SUM(v.passages) AS BIGINT) AS passages FROM documents AS d \
         JOIN versions AS v ON v.id = \
           (SELECT id FROM versions WHERE document_id = d.id ORDER BY created_at DESC, id DESC LIMIT 1) \
         WHERE d.source IN ('upload', 'watched_folder', 'demo', 'guideline') \
           AND EXISTS (SELECT 1 FROM readers AS r WHERE r.document_id = d.id AND r.reader IN ($1, $2)) \
         GROUP BY v.status",
    )
    .bind(own)
    .bind(shared)
    .fetch_all(db)
    .await?;
    let mut counts = Counts::default();
    for row in &rows {
        let documents: i64 = row.try_get("documents")?;
        counts.documents += documents;
        counts.passages += row.try_get::<i64, _>("passages")?;
        match row.try_get("status")? {
            "ready" => counts.ready += documents,
            "failed" => counts.failed += documents,
            _ => {}
        }
    }
    Ok(counts)
}

/// Of a large library of Nextcloud files: counted from an index and from the few that are not ready; without passages.
pub async fn many(db: &Db, reader: &str) -> Result<Counts, sqlx::Error> {
    let of = |states: &str| {
        format!(
            "(SELECT COUNT(*) FROM versions AS v CROSS JOIN readers AS r WHERE r.document_id = v.document_id \
             AND r.reader = $1 AND v.status IN ({states}) AND r.folder IS NOT NULL)"
        )
    };
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT (SELECT COUNT(*) FROM readers WHERE reader = $1 AND folder IS NOT NULL) AS documents, {} AS failed, {} AS waiting",
        of("'failed'"),
        of("'queued', 'extracting', 'embedding'")
    )))
    .bind(reader)
    .fetch_one(db)
    .await?;
    let (documents, failed): (i64, i64) = (row.try_get("documents")?, row.try_get("failed")?);
    Ok(Counts {
        documents,
        ready: documents - failed - row.try_get::<i64, _>("waiting")?,
        failed,
        passages: 0,
    })
}
