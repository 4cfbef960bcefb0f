//! Job: makes the search index hold what SQL holds of one document, or nothing when it is gone.

use std::sync::Arc;

use super::store::versions;
use crate::app::App;
use crate::db;
use crate::hosts::Topic;
use crate::jobs::worker::JobError;

pub async fn run(app: &Arc<App>, document: &str) -> Result<(), JobError> {
    app.knowledge.index_document(document).await?;
    let mut tx = db::begin(&app.db).await?;
    versions::set_indexed(&mut tx, document, app.clock.now_ms()).await?;
    app.hosts.tell(&mut tx, Topic::Document, document).await?;
    tx.commit().await?;
    app.hosts.announce();
    Ok(())
}

/// Job: only the readers have changed.
pub async fn readers(app: &Arc<App>, document: &str) -> Result<(), JobError> {
    app.knowledge.index_readers(document).await?;
    let mut tx = db::begin(&app.db).await?;
    app.hosts.tell(&mut tx, Topic::Readers, document).await?;
    tx.commit().await?;
    app.hosts.announce();
    Ok(())
}

/// Marks the document of a job that will not be tried again. The next start fills the index and makes it ready.
pub async fn give_up(app: &App, document: &str) -> Result<(), sqlx::Error> {
    let message = "The file was read but could not be added to the search. The server's log has the reason; restart the server to try again.";
    versions::set_unindexed(&app.db, document, "internal", message, app.clock.now_ms()).await
}
