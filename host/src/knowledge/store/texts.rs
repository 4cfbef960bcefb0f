//! Texts of a reader's documents, for telling which words they know.

use sqlx::Row;

use super::words;
use crate::db::{Db, Growing};
use crate::vault::Vault;

/// Titles, headings and texts of passages with one of the readers, of the newest documents first.
pub async fn texts(db: &Db, vault: &Vault, readers: &[String], most: i64) -> Result<Vec<String>, sqlx::Error> {
    if readers.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Growing::new(
        "SELECT p.id, p.version_id, v.title, p.heading, p.text FROM passages AS p \
         JOIN documents AS d ON d.current_version = p.version_id JOIN versions AS v ON v.id = p.version_id \
         WHERE EXISTS (SELECT 1 FROM readers AS r WHERE r.document_id = d.id AND r.reader IN (",
    );
    sql.list(readers)?;
    sql.push(")) ORDER BY d.updated_at DESC, p.id LIMIT ").bind(most)?;
    let rows = sql.build().fetch_all(db).await?;
    let mut all = Vec::new();
    for row in &rows {
        let id: String = row.try_get("id")?;
        let (title, heading, text) = words(vault, row, &id)?;
        all.extend(title.into_iter().chain(heading));
        all.push(text);
    }
    Ok(all)
}
