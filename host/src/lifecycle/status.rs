//! What this server is and holds, as the caller may see it.

use std::sync::Arc;

use api_types::{DocumentStatus, SystemStatus};
use axum::extract::State;

use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;
use crate::ingest::{self, ACCEPTS};

#[utoipa::path(get, path = "/api/v1/status", responses((status = 200, body = SystemStatus)))]
pub async fn handle(State(app): State<Arc<App>>, caller: Caller) -> Result<axum::Json<SystemStatus>, Problem> {
    let documents = ingest::permission::visible(&app, &caller).await?;
    let count = |wanted: &dyn Fn(DocumentStatus) -> bool| {
        i64::try_from(documents.iter().filter(|info| wanted(info.status)).count()).unwrap_or(i64::MAX)
    };
    let (ready, failed) = (
        count(&|status| status == DocumentStatus::Ready),
        count(&|status| status == DocumentStatus::Failed),
    );
    let all = count(&|_| true);
    let model = app.models.shown().await?;
    let mut notices = Vec::new();
    if app.tools.tesseract.is_none() {
        notices.push("Scanned pages cannot be read: tesseract is not installed. See `voiceassist doctor`.".to_owned());
    }
    notices.extend(app.plugins.notices());
    Ok(axum::Json(SystemStatus {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        demo: app.config.demo,
        data_dir: app.config.data_dir.display().to_string(),
        documents: all,
        documents_ready: ready,
        documents_waiting: all - ready - failed,
        documents_failed: failed,
        passages: documents.iter().map(|info| info.passages).sum(),
        max_upload_bytes: i64::try_from(app.config.max_upload_bytes).unwrap_or(i64::MAX),
        accepts: ACCEPTS.map(str::to_owned).to_vec(),
        example_questions: ingest::shelf::example_questions(&app.config),
        model: model.id,
        model_runs_at: model.ran_at,
        notices,
    }))
}
