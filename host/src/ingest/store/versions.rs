//! Versions of a document: their state, and the one commit that replaces all passages.

use extract::Extracted;
use retrieval::chunk::Chunk;
use sqlx::Row;

use super::{blocks_at, passage_at};
use crate::db::{Db, Tx};
use crate::knowledge::{sealed_vector, title_at};
use crate::vault::Vault;

/// What a reading job needs to know.
pub struct Work {
    pub document_id: String,
    pub content_hash: String,
    pub file_name: String,
    pub from_nextcloud: bool,
    /// A newer version has arrived meanwhile.
    pub superseded: bool,
}

pub async fn work(db: &Db, version: &str) -> Result<Option<Work>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT v.document_id, v.content_hash, d.file_name, d.source, \
           (SELECT COUNT(*) FROM versions AS n WHERE n.document_id = v.document_id \
              AND (n.created_at > v.created_at OR (n.created_at = v.created_at AND n.id > v.id))) AS newer \
         FROM versions AS v JOIN documents AS d ON d.id = v.document_id WHERE v.id = $1",
    )
    .bind(version)
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Work {
            document_id: row.try_get("document_id")?,
            content_hash: row.try_get("content_hash")?,
            file_name: row.try_get("file_name")?,
            from_nextcloud: row.try_get::<&str, _>("source")? == "nextcloud",
            superseded: row.try_get::<i64, _>("newer")? > 0,
        })
    })
    .transpose()
}

pub async fn delete(db: &Db, version: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM versions WHERE id = $1")
        .bind(version)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn set_status(db: &Db, version: &str, status: &str, progress: f32, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE versions SET status = $1, progress = $2, updated_at = $3 WHERE id = $4")
        .bind(status)
        .bind(f64::from(progress))
        .bind(now)
        .bind(version)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn set_failed(db: &Db, version: &str, code: &str, message: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE versions SET status = 'failed', failure_code = $1, failure_message = $2, updated_at = $3 WHERE id = $4",
    )
    .bind(code)
    .bind(message)
    .bind(now)
    .bind(version)
    .execute(db)
    .await?;
    Ok(())
}

/// The index has the current version of this document: it is ready.
pub async fn set_indexed(tx: &mut Tx, document: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE versions SET indexed = 1, status = 'ready', progress = 1, failure_code = NULL, failure_message = NULL, updated_at = $1 \
         WHERE indexed = 0 AND id = (SELECT current_version FROM documents WHERE id = $2)",
    )
    .bind(now)
    .bind(document)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The index could not take the current version in. One that it holds already stays as it is.
pub async fn set_unindexed(db: &Db, document: &str, code: &str, message: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE versions SET status = 'failed', failure_code = $1, failure_message = $2, updated_at = $3 \
         WHERE indexed = 0 AND id = (SELECT current_version FROM documents WHERE id = $4)",
    )
    .bind(code)
    .bind(message)
    .bind(now)
    .bind(document)
    .execute(db)
    .await?;
    Ok(())
}

pub struct NewPassage {
    pub id: String,
    pub chunk: Chunk,
    /// One unit vector per window; empty when dense search does not support the language.
    pub vectors: Vec<Vec<f32>>,
    pub phi_class: &'static str,
}

/// Everything that reading a version has brought to light.
pub struct ReadVersion<'a> {
    pub version: &'a str,
    pub document: &'a str,
    pub title: Option<String>,
    pub language: Option<String>,
    pub extracted: Extracted,
    pub passages: Vec<NewPassage>,
}

/// Makes this version the current one and removes every older one. False when the document is gone.
pub async fn replace(tx: &mut Tx, vault: &Vault, read: &ReadVersion<'_>, now: i64) -> Result<bool, sqlx::Error> {
    let updated = sqlx::query(
        "UPDATE versions SET title = $1, source_date = $2, source_owner = $3, language = $4, pages = $5, ocr_pages = $6, \
           passages = $7, failure_code = NULL, failure_message = NULL, indexed = 0, updated_at = $8 WHERE id = $9",
    )
    .bind(vault.seal_some(title_at(read.version), read.title.as_deref())?)
    .bind(&read.extracted.date)
    .bind(&read.extracted.owner)
    .bind(&read.language)
    .bind(read.extracted.pages.len() as i64)
    .bind(i64::from(read.extracted.ocr_pages))
    .bind(read.passages.len() as i64)
    .bind(now)
    .bind(read.version)
    .execute(&mut **tx)
    .await?;
    if updated.rows_affected() == 0 {
        return Ok(false);
    }
    // A run that the process did not outlive may have come this far already.
    for table in ["pages", "passages"] {
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "DELETE FROM {table} WHERE version_id = $1"
        )))
        .bind(read.version)
        .execute(&mut **tx)
        .await?;
    }
    insert_pages(tx, vault, read).await?;
    for passage in &read.passages {
        insert_passage(tx, vault, read, passage).await?;
    }
    sqlx::query("UPDATE documents SET current_version = $1, updated_at = $2 WHERE id = $3")
        .bind(read.version)
        .bind(now)
        .bind(read.document)
        .execute(&mut **tx)
        .await?;
    sqlx::query(
        "DELETE FROM versions WHERE document_id = $1 AND id <> $2 \
         AND created_at <= (SELECT created_at FROM versions WHERE id = $2)",
    )
    .bind(read.document)
    .bind(read.version)
    .execute(&mut **tx)
    .await?;
    Ok(true)
}

async fn insert_pages(tx: &mut Tx, vault: &Vault, read: &ReadVersion<'_>) -> Result<(), sqlx::Error> {
    for page in &read.extracted.pages {
        let mut blocks = page.blocks.clone();
        // Positions live on in the passages' lines; word by word they would triple the database.
        blocks.iter_mut().for_each(|block| block.words.clear());
        sqlx::query(
            "INSERT INTO pages (version_id, number, width, height, ocr, blocks) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(read.version)
        .bind(i64::from(page.number))
        .bind(f64::from(page.width))
        .bind(f64::from(page.height))
        .bind(i64::from(page.ocr))
        .bind(vault.seal(blocks_at(&format!("{}/{}", read.version, page.number)), &json(&blocks)?)?)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

async fn insert_passage(
    tx: &mut Tx,
    vault: &Vault,
    read: &ReadVersion<'_>,
    passage: &NewPassage,
) -> Result<(), sqlx::Error> {
    let chunk = &passage.chunk;
    sqlx::query(
        "INSERT INTO passages (id, document_id, version_id, ordinal, page, page_end, heading, text, lines, spans, language, phi_class) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(&passage.id)
    .bind(read.document)
    .bind(read.version)
    .bind(i64::from(chunk.ordinal))
    .bind(i64::from(chunk.page))
    .bind(i64::from(chunk.page_end))
    .bind(vault.seal_some(passage_at("heading", &passage.id), chunk.heading.as_deref())?)
    .bind(vault.seal(passage_at("text", &passage.id), &chunk.text)?)
    .bind(json(&chunk.lines)?)
    .bind(json(&chunk.spans)?)
    .bind(&read.language)
    .bind(passage.phi_class)
    .execute(&mut **tx)
    .await?;
    for (window, vector) in (0i64..).zip(&passage.vectors) {
        sqlx::query("INSERT INTO vectors (passage_id, window_number, model, vector) VALUES ($1, $2, $3, $4)")
            .bind(&passage.id)
            .bind(window)
            .bind(crate::knowledge::EMBEDDING_MODEL)
            .bind(sealed_vector(vault, &passage.id, window, vector)?)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}
