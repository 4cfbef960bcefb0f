//! Job: makes the search index hold what SQL holds of one document, or nothing when it is gone.

use std::sync::Arc;

use super::store::versions;
use crate::app::App;
use crate::jobs::worker::JobError;

pub async fn run(app: &Arc<App>, document: &str) -> Result<(), JobError> {
    app.knowledge.index_document(document).await?;
    versions::set_indexed(&app.db, document, app.clock.now_ms()).await?;
    Ok(())
}
