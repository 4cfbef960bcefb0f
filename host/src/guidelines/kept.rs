//! A published guideline as it is kept here, for a reader who wants to have it.

use std::collections::BTreeSet;

use tokio::io::AsyncReadExt;

use super::store;
use crate::app::App;
use crate::db::Db;
use crate::ingest::blob;

pub struct Kept {
    /// Of the document.
    pub id: String,
    pub title: String,
    pub file_name: String,
    /// Names its original bytes.
    pub content: String,
    /// That fetched it, and whose rights count.
    pub plugin: String,
}

impl Kept {
    /// Those of the documents that are published guidelines, by title.
    ///
    /// # Errors
    /// Of the database.
    pub async fn among(db: &Db, documents: &BTreeSet<String>) -> Result<Vec<Self>, sqlx::Error> {
        store::kept(db, documents).await
    }

    /// The whole original.
    ///
    /// # Errors
    /// Of the disk.
    pub async fn bytes(&self, app: &App) -> std::io::Result<Vec<u8>> {
        let mut original = Vec::new();
        let mut opened = blob::open(app, &self.content).await?;
        opened.content.read_to_end(&mut original).await?;
        Ok(original)
    }
}
