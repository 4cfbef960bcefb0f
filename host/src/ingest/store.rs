//! Documents as their readers see them, and their rows.

pub mod exclusions;
pub mod failures;
pub mod files;
pub mod list;
pub mod looks;
pub mod versions;

use api_types::{BlockSpan, DocumentInfo, DocumentSource, DocumentStatus, FailureReason, LineBox, Page, PassageView};
use sqlx::Row;

use super::receive::Arrival;
use crate::cloud;
use crate::db::{self, Db, Tx};
use crate::knowledge::title_at;
use crate::vault::{Place, Vault};

/// Columns of [`document_info`], over `documents AS d` and the newest version `v`.
const COLUMNS: &str = "d.id, d.source, d.owner_id, d.file_name, d.media_type, d.watermark, d.added_at, d.updated_at, \
    v.status, v.progress, v.failure_code, v.failure_message, v.title, v.source_date, v.source_owner, v.language, \
    v.pages, v.ocr_pages, v.passages, v.bytes, v.id AS version_id, v.content_hash, d.current_version, d.source_key, \
    COALESCE((SELECT etag FROM versions WHERE id = d.current_version), v.etag) AS current_etag";
const NEWEST: &str = "documents AS d JOIN versions AS v ON v.id = \
      (SELECT id FROM versions WHERE document_id = d.id ORDER BY created_at DESC, id DESC LIMIT 1)";
const READABLE: &str =
    "EXISTS (SELECT 1 FROM readers AS r WHERE r.document_id = d.id AND (r.reader = $1 OR r.reader = $2))";

pub fn source_name(source: DocumentSource) -> &'static str {
    match source {
        DocumentSource::Upload => "upload",
        DocumentSource::WatchedFolder => "watched_folder",
        DocumentSource::Demo => "demo",
        DocumentSource::Nextcloud => "nextcloud",
        DocumentSource::Guideline => "guideline",
    }
}

pub fn source_from(name: &str) -> DocumentSource {
    match name {
        "upload" => DocumentSource::Upload,
        "demo" => DocumentSource::Demo,
        "nextcloud" => DocumentSource::Nextcloud,
        "guideline" => DocumentSource::Guideline,
        _ => DocumentSource::WatchedFolder,
    }
}

fn status_from(name: &str) -> DocumentStatus {
    match name {
        "queued" => DocumentStatus::Queued,
        "extracting" => DocumentStatus::Extracting,
        "embedding" => DocumentStatus::Embedding,
        "ready" => DocumentStatus::Ready,
        _ => DocumentStatus::Failed,
    }
}

fn document_info(row: &db::Row, scope: &Scope<'_>) -> Result<DocumentInfo, sqlx::Error> {
    let version: String = row.try_get("version_id")?;
    let file_name: String = row.try_get("file_name")?;
    let source = source_from(row.try_get("source")?);
    let code: Option<String> = row.try_get("failure_code")?;
    let message: Option<String> = row.try_get("failure_message")?;
    Ok(DocumentInfo {
        id: row.try_get("id")?,
        title: scope
            .vault
            .open_some(title_at(&version), row.try_get("title")?)?
            .unwrap_or_else(|| file_name.clone()),
        file_name,
        media_type: row.try_get("media_type")?,
        bytes: row.try_get("bytes")?,
        status: status_from(row.try_get("status")?),
        progress: row.try_get::<f64, _>("progress")? as f32,
        reason: code.zip(message).map(|(code, message)| FailureReason { code, message }),
        pages: row.try_get("pages")?,
        passages: row.try_get("passages")?,
        ocr_pages: row.try_get("ocr_pages")?,
        language: row.try_get("language")?,
        source_date: row.try_get("source_date")?,
        source_owner: row.try_get("source_owner")?,
        watermark: row.try_get("watermark")?,
        added_at: row.try_get("added_at")?,
        updated_at: row.try_get("updated_at")?,
        can_delete: source == DocumentSource::Upload
            && row.try_get::<Option<String>, _>("owner_id")?.as_deref() == Some(scope.caller),
        source,
        folder: None,
        browser_check: None,
    })
}

/// Who asks, as the two reader names a stand-alone user has.
pub struct Scope<'a> {
    pub caller: &'a str,
    pub readers: &'a [String],
    pub vault: &'a Vault,
}

impl Scope<'_> {
    fn names(&self) -> (&str, &str) {
        let own = self.readers.first().map_or("", String::as_str);
        (own, self.readers.get(1).map_or(own, String::as_str))
    }
}

/// A document the caller may read, with the ids of its newest and its current version and the newest content.
pub struct Readable {
    pub info: DocumentInfo,
    pub current_version: Option<String>,
    pub content_hash: String,
    pub file: Option<FileRef>,
}

/// Which Nextcloud file a document is, and of which content its current version was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRef {
    pub id: i64,
    pub etag: Option<String>,
}

pub async fn readable(db: &Db, scope: &Scope<'_>, id: &str) -> Result<Option<Readable>, sqlx::Error> {
    let (own, shared) = scope.names();
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM {NEWEST} WHERE {READABLE} AND d.id = $3"
    )))
    .bind(own)
    .bind(shared)
    .bind(id)
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Readable {
            info: document_info(&row, scope)?,
            current_version: row.try_get("current_version")?,
            content_hash: row.try_get("content_hash")?,
            file: file_ref(&row)?,
        })
    })
    .transpose()
}

fn file_ref(row: &db::Row) -> Result<Option<FileRef>, sqlx::Error> {
    if row.try_get::<&str, _>("source")? != "nextcloud" {
        return Ok(None);
    }
    Ok(Some(FileRef {
        id: cloud::file_id(row.try_get("source_key")?)?,
        etag: row.try_get("current_etag")?,
    }))
}

/// The content of a version, for showing what citations point into while a newer version is being read.
pub async fn content_of(db: &Db, version: &str) -> Result<Option<String>, sqlx::Error> {
    let row = sqlx::query("SELECT content_hash FROM versions WHERE id = $1")
        .bind(version)
        .fetch_optional(db)
        .await?;
    row.map(|row| row.try_get("content_hash")).transpose()
}

pub async fn pages(db: &Db, vault: &Vault, version: &str) -> Result<Vec<Page>, sqlx::Error> {
    let rows =
        sqlx::query("SELECT number, width, height, ocr, blocks FROM pages WHERE version_id = $1 ORDER BY number")
            .bind(version)
            .fetch_all(db)
            .await?;
    rows.iter()
        .map(|row| {
            let number: i64 = row.try_get("number")?;
            let place = format!("{version}/{number}");
            let blocks = vault.open(blocks_at(&place), row.try_get("blocks")?)?;
            Ok(Page {
                number: u32::try_from(number).unwrap_or(0),
                width: row.try_get::<f64, _>("width")? as f32,
                height: row.try_get::<f64, _>("height")? as f32,
                ocr: row.try_get::<i64, _>("ocr")? != 0,
                blocks: json(&blocks)?,
            })
        })
        .collect()
}

/// A passage of a current version, with the Nextcloud file that it is of.
pub async fn passage(
    db: &Db,
    scope: &Scope<'_>,
    id: &str,
) -> Result<Option<(PassageView, Option<FileRef>)>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT p.document_id, (SELECT etag FROM versions WHERE id = p.version_id) AS etag, p.heading, p.text, p.page, p.page_end, p.lines, p.spans, g.width, g.height \
         FROM passages AS p JOIN documents AS d ON d.current_version = p.version_id \
         JOIN pages AS g ON g.version_id = p.version_id AND g.number = p.page WHERE p.id = $1",
    )
    .bind(id)
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let Some(document) = readable(db, scope, row.try_get("document_id")?).await? else {
        return Ok(None);
    };
    let lines: Vec<LineBox> = json(row.try_get("lines")?)?;
    let spans: Vec<BlockSpan> = json(row.try_get("spans")?)?;
    let view = PassageView {
        id: id.to_owned(),
        document: document.info,
        heading: scope
            .vault
            .open_some(passage_at("heading", id), row.try_get("heading")?)?,
        text: scope.vault.open(passage_at("text", id), row.try_get("text")?)?,
        page: u32::try_from(row.try_get::<i64, _>("page")?).unwrap_or(0),
        page_end: u32::try_from(row.try_get::<i64, _>("page_end")?).unwrap_or(0),
        page_width: row.try_get::<f64, _>("width")? as f32,
        page_height: row.try_get::<f64, _>("height")? as f32,
        lines,
        spans,
    };
    // Of the text above, not of what may have become current since.
    let etag: Option<String> = row.try_get("etag")?;
    Ok(Some((view, document.file.map(|file| FileRef { etag, ..file }))))
}

/// Where the text of a page stands; `row` is version and number.
fn blocks_at(row: &str) -> Place<'_> {
    Place::new("pages", "blocks", row)
}

/// Where a column of a passage stands.
fn passage_at<'a>(column: &'a str, id: &'a str) -> Place<'a> {
    Place::new("passages", column, id)
}

fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// The document that has this content already: the one of this key, or when there is none, any of the same owner's
/// uploads. A file that has a document gets its new content even if another file holds the same.
pub async fn same_content(tx: &mut Tx, arrival: &Arrival<'_>, hash: &str) -> Result<Option<String>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT d.id FROM documents AS d JOIN versions AS v ON v.id = \
           (SELECT id FROM versions WHERE document_id = d.id ORDER BY created_at DESC, id DESC LIMIT 1) \
         WHERE v.content_hash = $1 AND v.status <> 'failed' AND d.source = $2 \
           AND (d.source_key = $3 OR (d.source = 'upload' AND d.owner_id = $4 \
             AND NOT EXISTS (SELECT 1 FROM documents AS k WHERE k.source = $2 AND k.source_key = $3))) LIMIT 1",
    )
    .bind(hash)
    .bind(source_name(arrival.source))
    .bind(arrival.source_key)
    .bind(arrival.owner)
    .fetch_optional(&mut **tx)
    .await?;
    row.map(|row| row.try_get("id")).transpose()
}

pub async fn document_of_key(tx: &mut Tx, arrival: &Arrival<'_>) -> Result<Option<String>, sqlx::Error> {
    let row = sqlx::query("SELECT id FROM documents WHERE source = $1 AND source_key = $2")
        .bind(source_name(arrival.source))
        .bind(arrival.source_key)
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|row| row.try_get("id")).transpose()
}

pub async fn touch_document(tx: &mut Tx, id: &str, arrival: &Arrival<'_>, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE documents SET updated_at = $1, media_type = $2, watermark = $3, file_name = $5 WHERE id = $4")
        .bind(now)
        .bind(arrival.media_type)
        .bind(arrival.watermark)
        .bind(id)
        .bind(arrival.file_name)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub async fn insert_document(tx: &mut Tx, id: &str, arrival: &Arrival<'_>, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO documents (id, source, source_key, owner_id, file_name, media_type, watermark, added_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
    )
    .bind(id)
    .bind(source_name(arrival.source))
    .bind(arrival.source_key)
    .bind(arrival.owner)
    .bind(arrival.file_name)
    .bind(arrival.media_type)
    .bind(arrival.watermark)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    for reader in arrival.readers {
        files::add_reader(tx, id, reader, arrival.file, now).await?;
    }
    Ok(())
}

pub async fn insert_version(
    tx: &mut Tx,
    id: &str,
    document: &str,
    hash: &str,
    bytes: i64,
    etag: Option<&str>,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO versions (id, document_id, content_hash, bytes, status, created_at, updated_at, etag) \
         VALUES ($1, $2, $3, $4, 'queued', $5, $5, $6)",
    )
    .bind(id)
    .bind(document)
    .bind(hash)
    .bind(bytes)
    .bind(now)
    .bind(etag)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Removes a document with all it has. Its bytes go with the next sweep.
pub async fn delete_document(tx: &mut Tx, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM documents WHERE id = $1")
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub async fn content_in_use(tx: &mut Tx, hash: &str) -> Result<bool, sqlx::Error> {
    let row = sqlx::query("SELECT id FROM versions WHERE content_hash = $1 LIMIT 1")
        .bind(hash)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.is_some())
}

/// Documents of a source with their key, for noticing what has gone.
pub async fn keys_of(db: &Db, source: DocumentSource) -> Result<Vec<(String, String)>, sqlx::Error> {
    let rows = sqlx::query("SELECT id, source_key FROM documents WHERE source = $1")
        .bind(source_name(source))
        .fetch_all(db)
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("id")?, row.try_get("source_key")?)))
        .collect()
}
