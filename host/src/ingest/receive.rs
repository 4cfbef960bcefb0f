//! A file has arrived: keep its bytes, then write document, version and job in one commit.

use api_types::{DocumentSource, UploadOutcome};
use nextcloud::Node;

use super::blob::{self, Incoming};
use super::{READ, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::new_id;
use crate::identity;
use crate::jobs;

/// Where a file comes from and who may read it.
pub struct Arrival<'a> {
    pub source: DocumentSource,
    /// Names the file within its source.
    pub source_key: &'a str,
    pub owner: Option<&'a str>,
    pub file_name: &'a str,
    pub media_type: &'a str,
    pub readers: &'a [String],
    pub watermark: Option<&'a str>,
    /// Who is named in the audit trail.
    pub actor: &'a str,
    /// Of a Nextcloud file: as the reader sees it, with the ETag of this content.
    pub file: Option<&'a Node>,
}

#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    #[error(transparent)]
    Disk(#[from] std::io::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("an administrator has taken it out")]
    Excluded,
    #[error("its owner was erased meanwhile")]
    Erased,
}

/// Returns the document's id and what became of the file. The same content twice is one document.
///
/// # Errors
/// Of the disk or the database, or it was taken out; then nothing refers to the bytes and the sweep removes them.
pub async fn receive(
    app: &App,
    arrival: &Arrival<'_>,
    incoming: Incoming,
) -> Result<(String, UploadOutcome), ReceiptError> {
    let (hash, bytes) = (incoming.hash.clone(), i64::try_from(incoming.bytes).unwrap_or(i64::MAX));
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    if store::exclusions::has(&mut tx, arrival.source, arrival.source_key).await? {
        return Err(ReceiptError::Excluded);
    }
    if let Some(owner) = arrival.owner
        && identity::is_erased(&mut *tx, owner).await?
    {
        return Err(ReceiptError::Erased);
    }
    // Under the write lock, which the sweep holds too: it cannot remove these bytes before the row refers to them.
    blob::keep(&app.config.data_dir, incoming).await?;
    if let Some(document) = store::same_content(&mut tx, arrival, &hash).await? {
        if let Some(node) = arrival.file {
            store::files::set_etag(&mut tx, &document, &node.etag).await?;
            tx.commit().await?;
        } else if arrival.source == DocumentSource::Upload {
            let event = Event::new(arrival.actor, "document.received", "document", &document).outcome("unchanged");
            audit::record(&mut tx, now, &event).await?;
            tx.commit().await?;
        }
        return Ok((document, UploadOutcome::Unchanged));
    }
    let (document, outcome) = match store::document_of_key(&mut tx, arrival).await? {
        Some(document) => {
            store::touch_document(&mut tx, &document, arrival, now).await?;
            (document, UploadOutcome::Replaced)
        }
        None => {
            let document = new_id(app.random.as_ref());
            store::insert_document(&mut tx, &document, arrival, now).await?;
            (document, UploadOutcome::Added)
        }
    };
    let version = new_id(app.random.as_ref());
    let etag = arrival.file.map(|node| node.etag.as_str());
    store::insert_version(&mut tx, &version, &document, &hash, bytes, etag, now).await?;
    jobs::enqueue(&mut tx, &new_id(app.random.as_ref()), READ, &document, &version, now).await?;
    let event = Event::new(arrival.actor, "document.received", "document", &document)
        .detail(serde_json::json!({ "version": version, "bytes": bytes }));
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    app.new_job.notify_waiters();
    Ok((document, outcome))
}
