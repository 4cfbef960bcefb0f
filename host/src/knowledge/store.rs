//! Passages and vectors in SQL, read for the index and for answers.

pub mod adapter;
mod scope;
mod texts;

use std::collections::HashMap;
use std::path::PathBuf;

use onnx::Embedder;
use sqlx::Row;

use super::embed::Work;
use super::language::ENGLISH;
use super::search::Hit;
use crate::cloud;
use crate::db::{self, Db, Tx};
use crate::vault::{Place, Vault};

pub use scope::{Coverage, DocumentFile, coverage, files, waiting_files};
pub use texts::texts;

/// Where a column of a passage stands.
fn at<'a>(column: &'a str, passage: &'a str) -> Place<'a> {
    Place::new("passages", column, passage)
}

/// Where the title of a version stands.
pub fn title_at(version: &str) -> Place<'_> {
    Place::new("versions", "title", version)
}

fn vector_at(row: &str) -> Place<'_> {
    Place::new("vectors", "vector", row)
}

/// A vector as it is stored: much of a text can be had back from its vector, so it is sealed as the text is.
///
/// # Errors
/// In practice none.
pub fn sealed_vector(vault: &Vault, passage: &str, window: i64, vector: &[f32]) -> Result<Vec<u8>, sqlx::Error> {
    Ok(vault.seal_bytes(vector_at(&format!("{passage}/{window}")), &bytes(vector))?)
}

/// Title, heading and text of the passage `id`, from `p` and its version `v`.
fn words(vault: &Vault, row: &db::Row, id: &str) -> Result<(Option<String>, Option<String>, String), sqlx::Error> {
    let version: String = row.try_get("version_id")?;
    Ok((
        vault.open_some(title_at(&version), row.try_get("title")?)?,
        vault.open_some(at("heading", id), row.try_get("heading")?)?,
        vault.open(at("text", id), row.try_get("text")?)?,
    ))
}

/// A passage as the index needs it.
pub struct Stored {
    pub id: String,
    pub title: Option<String>,
    pub heading: Option<String>,
    pub text: String,
    /// One a window, in order.
    pub vectors: Vec<Vec<f32>>,
}

pub struct StoredDocument {
    pub readers: Vec<String>,
    pub passages: Vec<Stored>,
}

/// Documents that have a version to search.
pub async fn documents(db: &Db) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT id FROM documents WHERE current_version IS NOT NULL ORDER BY id")
        .fetch_all(db)
        .await
}

/// Passages of all current versions.
pub async fn passages(db: &Db) -> Result<u64, sqlx::Error> {
    let total: i64 = sqlx::query_scalar(
        "SELECT CAST(COALESCE(SUM(v.passages), 0) AS BIGINT) FROM documents AS d JOIN versions AS v ON v.id = d.current_version",
    )
    .fetch_one(db)
    .await?;
    Ok(u64::try_from(total).unwrap_or(0))
}

/// Every current version that still waited for the index, or had failed at it, is ready: the index was just filled.
pub async fn mark_indexed(db: &Db) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE versions SET indexed = 1, status = 'ready', progress = 1, failure_code = NULL, failure_message = NULL \
         WHERE indexed = 0 AND id IN (SELECT current_version FROM documents)",
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Who reads a document; nobody when it is gone.
pub async fn readers(db: &Db, document: &str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT reader FROM readers WHERE document_id = $1 ORDER BY reader")
        .bind(document)
        .fetch_all(db)
        .await
}

/// The current version's passages and the readers; none when the document is gone or has no version to search.
pub async fn document(db: &Db, vault: &Vault, id: &str) -> Result<Option<StoredDocument>, sqlx::Error> {
    let mut tx = db::snapshot(db).await?;
    let version: Option<Option<String>> = sqlx::query_scalar("SELECT current_version FROM documents WHERE id = $1")
        .bind(id)
        .fetch_optional(&mut *tx)
        .await?;
    let Some(version) = version.flatten() else {
        return Ok(None);
    };
    let readers = sqlx::query_scalar("SELECT reader FROM readers WHERE document_id = $1 ORDER BY reader")
        .bind(id)
        .fetch_all(&mut *tx)
        .await?;
    let rows = sqlx::query(
        "SELECT p.id, p.version_id, v.title, p.heading, p.text FROM passages AS p JOIN versions AS v ON v.id = p.version_id \
         WHERE p.version_id = $1 ORDER BY p.ordinal",
    )
    .bind(&version)
    .fetch_all(&mut *tx)
    .await?;
    let mut vectors: HashMap<String, Vec<Vec<f32>>> = HashMap::new();
    let windows = sqlx::query(
        "SELECT w.passage_id, w.window_number, w.vector FROM vectors AS w JOIN passages AS p ON p.id = w.passage_id \
         WHERE p.version_id = $1 AND w.model = $2 ORDER BY w.passage_id, w.window_number",
    )
    .bind(&version)
    .bind(Embedder::MODEL_ID)
    .fetch_all(&mut *tx)
    .await?;
    for row in &windows {
        let passage: String = row.try_get("passage_id")?;
        let place = format!("{passage}/{}", row.try_get::<i64, _>("window_number")?);
        let vector = vault.open_bytes(vector_at(&place), row.try_get("vector")?)?;
        vectors.entry(passage).or_default().push(floats(vector));
    }
    let mut passages = Vec::with_capacity(rows.len());
    for row in &rows {
        let id: String = row.try_get("id")?;
        let (title, heading, text) = words(vault, row, &id)?;
        passages.push(Stored {
            title,
            heading,
            text,
            vectors: vectors.remove(&id).unwrap_or_default(),
            id,
        });
    }
    Ok(Some(StoredDocument { readers, passages }))
}

/// Condition on `p` and `v`: dense search supports the passage and it has no vector of the model `$1`.
const WITHOUT_VECTORS: &str = "(p.language IS NULL OR p.language = $2) \
    AND NOT EXISTS (SELECT 1 FROM vectors AS w WHERE w.passage_id = p.id AND w.model = $1)";

pub async fn documents_without_vectors(db: &Db, model: &str) -> Result<Vec<String>, sqlx::Error> {
    let sql = format!(
        "SELECT DISTINCT d.id FROM documents AS d JOIN passages AS p ON p.version_id = d.current_version \
         WHERE {WITHOUT_VECTORS} ORDER BY d.id"
    );
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .bind(model)
        .bind(ENGLISH)
        .fetch_all(db)
        .await
}

pub async fn passages_without_vectors(
    db: &Db,
    vault: &Vault,
    document: &str,
    model: &str,
) -> Result<Vec<(String, Work)>, sqlx::Error> {
    let sql = format!(
        "SELECT p.id, p.version_id, v.title, p.heading, p.text FROM documents AS d JOIN passages AS p ON p.version_id = d.current_version \
         JOIN versions AS v ON v.id = p.version_id WHERE d.id = $3 AND {WITHOUT_VECTORS} ORDER BY p.ordinal"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(model)
        .bind(ENGLISH)
        .bind(document)
        .fetch_all(db)
        .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            let (title, heading, text) = words(vault, row, &id)?;
            let context = retrieval::chunk::context(title.as_deref(), heading.as_deref());
            Ok((id, Work { context, text }))
        })
        .collect()
}

pub async fn replace_vectors(
    tx: &mut Tx,
    vault: &Vault,
    passage: &str,
    model: &str,
    vectors: &[Vec<f32>],
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM vectors WHERE passage_id = $1")
        .bind(passage)
        .execute(&mut **tx)
        .await?;
    for (window, vector) in (0i64..).zip(vectors) {
        sqlx::query("INSERT INTO vectors (passage_id, window_number, model, vector) VALUES ($1, $2, $3, $4)")
            .bind(passage)
            .bind(window)
            .bind(model)
            .bind(sealed_vector(vault, passage, window, vector)?)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Passages as they may be shown now: of a current version, with one of the readers. The rest of `ids` is left out.
///
/// Scores are 0; the caller knows them.
pub async fn hits(
    db: &Db,
    vault: &Vault,
    ids: &[String],
    readers: &[String],
    public_folders: &[PathBuf],
) -> Result<HashMap<String, Hit>, sqlx::Error> {
    if ids.is_empty() || readers.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = db::Growing::new(
        "SELECT p.id, p.document_id, p.version_id, v.title, d.file_name, p.heading, p.text, p.page, p.language, p.phi_class, \
         v.source_date, v.source_owner, v.etag, d.watermark, g.width, d.source, d.source_key FROM passages AS p \
         JOIN documents AS d ON d.current_version = p.version_id JOIN versions AS v ON v.id = p.version_id \
         LEFT JOIN pages AS g ON g.version_id = p.version_id AND g.number = p.page WHERE p.id IN (",
    );
    sql.list(ids)?;
    sql.push(") AND EXISTS (SELECT 1 FROM readers AS r WHERE r.document_id = d.id AND r.reader IN (");
    sql.list(readers)?;
    sql.push("))");
    let rows = sql.build().fetch_all(db).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("id")?, hit(vault, row, public_folders)?)))
        .collect()
}

fn hit(vault: &Vault, row: &db::Row, public_folders: &[PathBuf]) -> Result<Hit, sqlx::Error> {
    let id: String = row.try_get("id")?;
    let (title, heading, text) = words(vault, row, &id)?;
    Ok(Hit {
        document_id: row.try_get("document_id")?,
        document_title: match title {
            Some(title) => title,
            // The first reader's name for it is not everyone's.
            None if row.try_get::<&str, _>("source")? == "nextcloud" => String::new(),
            None => row.try_get("file_name")?,
        },
        passage_id: id,
        heading,
        text,
        page: u32::try_from(row.try_get::<i64, _>("page")?).unwrap_or(1),
        has_pages: row.try_get::<Option<f64>, _>("width")?.is_some_and(|width| width > 0.0),
        language: row.try_get("language")?,
        phi_class: row.try_get("phi_class")?,
        public: is_public(row, public_folders)?,
        source_date: row.try_get("source_date")?,
        source_owner: row.try_get("source_owner")?,
        watermark: row.try_get("watermark")?,
        file: file(row)?,
        browser_check: None,
        score: 0.0,
        bm25: 0.0,
        dense: None,
    })
}

/// Published: of the sample shelf, a guideline, or of a folder that is marked public.
fn is_public(row: &db::Row, public_folders: &[PathBuf]) -> Result<bool, sqlx::Error> {
    Ok(match row.try_get("source")? {
        "demo" | "guideline" => true,
        "watched_folder" => {
            let path = PathBuf::from(row.try_get::<String, _>("source_key")?);
            public_folders.iter().any(|folder| path.starts_with(folder))
        }
        _ => false,
    })
}

fn file(row: &db::Row) -> Result<Option<(i64, Option<String>)>, sqlx::Error> {
    if row.try_get::<&str, _>("source")? != "nextcloud" {
        return Ok(None);
    }
    let id = cloud::file_id(row.try_get("source_key")?)?;
    Ok(Some((id, row.try_get("etag")?)))
}

fn bytes(vector: &[f32]) -> Vec<u8> {
    vector.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn floats(bytes: Vec<u8>) -> Vec<f32> {
    bytes
        .as_chunks::<4>()
        .0
        .iter()
        .map(|four| f32::from_le_bytes(*four))
        .collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use testkit::Database;

    use super::*;

    /// Two documents: `a` for anna with an old version, `b` for everyone.
    async fn shelf(database: &Database) -> Db {
        let db = crate::db::open(&database.url).await.unwrap();
        for (document, version, current, reader, source) in [
            ("a", "a2", true, "user:anna", "upload"),
            ("a", "a1", false, "user:anna", "upload"),
            ("b", "b1", true, "everyone", "watched_folder"),
        ] {
            let statements = [
                format!(
                    "INSERT INTO documents (id, source, source_key, file_name, media_type, current_version, added_at, updated_at) \
                         VALUES ('{document}', '{source}', '/srv/published/{document}', '{document}.txt', 'text/plain', '{version}', 0, 0) ON CONFLICT DO NOTHING"
                ),
                format!(
                    "INSERT INTO readers (document_id, reader) VALUES ('{document}', '{reader}') ON CONFLICT DO NOTHING"
                ),
                format!(
                    "INSERT INTO versions (id, document_id, content_hash, bytes, status, title, created_at, updated_at) \
                         VALUES ('{version}', '{document}', 'x', 1, 'ready', 'Title {version}', {}, 0)",
                    i64::from(current)
                ),
                format!(
                    "INSERT INTO passages (id, document_id, version_id, ordinal, page, page_end, text, lines, spans, language, phi_class) \
                         VALUES ('p-{version}', '{document}', '{version}', 0, 1, 1, 'Text {version}', '[]', '[]', 'eng', 'none')"
                ),
            ];
            for statement in statements {
                sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&db).await.unwrap();
            }
        }
        db
    }

    fn vault() -> Vault {
        Vault::without_key(std::sync::Arc::new(crate::clock::SystemRandom))
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[tokio::test]
    async fn only_current_passages_of_a_reader_are_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::fresh(folder.path()).await;
        let db = shelf(&database).await;
        let all = names(&["p-a1", "p-a2", "p-b1", "p-gone"]);
        let found = |readers: Vec<String>| {
            let (db, all) = (&db, &all);
            async move {
                let mut ids: Vec<String> = hits(db, &vault(), all, &readers, &[])
                    .await
                    .unwrap()
                    .into_keys()
                    .collect();
                ids.sort();
                ids
            }
        };
        assert_eq!(found(names(&["user:anna", "everyone"])).await, ["p-a2", "p-b1"]);
        assert_eq!(found(names(&["user:ben", "everyone"])).await, ["p-b1"]);
        assert!(found(Vec::new()).await.is_empty());
        let readers = names(&["user:anna", "everyone"]);
        let kept = hits(&db, &vault(), &all, &readers, &["/srv/internal".into()])
            .await
            .unwrap();
        assert!(!kept["p-a2"].public && !kept["p-b1"].public);
        let hits = hits(&db, &vault(), &all, &readers, &["/srv/published".into()])
            .await
            .unwrap();
        assert!(!hits["p-a2"].public && hits["p-b1"].public);
        assert_eq!(hits["p-a2"].document_title, "Title a2");
    }

    #[tokio::test]
    async fn coverage_counts_the_chosen_documents_that_may_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::fresh(folder.path()).await;
        let db = shelf(&database).await;
        for statement in [
            "UPDATE versions SET passages = 1",
            "INSERT INTO versions (id, document_id, content_hash, bytes, status, created_at, updated_at) \
             VALUES ('b2', 'b', 'y', 1, 'queued', 9, 9)",
        ] {
            sqlx::query(statement).execute(&db).await.unwrap();
        }
        let of = |documents, waiting, passages| Coverage {
            documents,
            waiting,
            passages,
        };
        let (anna, ben) = (names(&["user:anna", "everyone"]), names(&["user:ben", "everyone"]));
        assert_eq!(coverage(&db, &anna, &[]).await.unwrap(), of(2, 1, 2));
        assert_eq!(coverage(&db, &anna, &names(&["a", "gone"])).await.unwrap(), of(1, 0, 1));
        assert_eq!(coverage(&db, &ben, &names(&["a", "b"])).await.unwrap(), of(1, 1, 1));
        assert_eq!(coverage(&db, &[], &[]).await.unwrap(), of(0, 0, 0));
    }

    #[tokio::test]
    async fn current_versions_are_ready_once_the_index_is_filled() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::fresh(folder.path()).await;
        let db = shelf(&database).await;
        for statement in [
            "UPDATE versions SET status = 'embedding', progress = 0.98 WHERE id IN ('a1', 'a2')",
            "UPDATE versions SET status = 'failed', failure_code = 'internal', failure_message = 'x' WHERE id = 'b1'",
        ] {
            sqlx::query(statement).execute(&db).await.unwrap();
        }
        mark_indexed(&db).await.unwrap();
        let states: Vec<(String, Option<String>)> =
            sqlx::query_as("SELECT status, failure_code FROM versions ORDER BY id")
                .fetch_all(&db)
                .await
                .unwrap();
        let states: Vec<_> = states
            .iter()
            .map(|(status, code)| (status.as_str(), code.is_none()))
            .collect();
        assert_eq!(states, [("embedding", true), ("ready", true), ("ready", true)]);
    }

    #[tokio::test]
    async fn vectors_come_back_as_they_were_stored_and_none_is_missing_then() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::fresh(folder.path()).await;
        let db = shelf(&database).await;
        assert_eq!(
            documents_without_vectors(&db, Embedder::MODEL_ID).await.unwrap(),
            ["a", "b"]
        );
        assert_eq!(
            passages_without_vectors(&db, &vault(), "a", Embedder::MODEL_ID)
                .await
                .unwrap()
                .len(),
            1
        );
        let windows = vec![vec![0.5f32, -0.25], vec![1.0, 0.0]];
        let mut tx = crate::db::begin(&db).await.unwrap();
        replace_vectors(&mut tx, &vault(), "p-a2", Embedder::MODEL_ID, &windows)
            .await
            .unwrap();
        replace_vectors(&mut tx, &vault(), "p-b1", "another model", &windows)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let stored = document(&db, &vault(), "a").await.unwrap().unwrap();
        assert_eq!(stored.readers, ["user:anna"]);
        assert_eq!(stored.passages[0].vectors, windows);
        assert!(
            document(&db, &vault(), "b").await.unwrap().unwrap().passages[0]
                .vectors
                .is_empty()
        );
        assert_eq!(documents_without_vectors(&db, Embedder::MODEL_ID).await.unwrap(), ["b"]);
        assert!(document(&db, &vault(), "gone").await.unwrap().is_none());
    }
}
