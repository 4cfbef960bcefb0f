//! What this server is and holds, as the caller may see it.

use std::sync::Arc;

use api_types::SystemStatus;
use axum::extract::State;

use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;
use crate::ingest::{self, ACCEPTS};

#[utoipa::path(get, path = "/api/v1/status", responses((status = 200, body = SystemStatus)))]
pub async fn handle(State(app): State<Arc<App>>, caller: Caller) -> Result<axum::Json<SystemStatus>, Problem> {
    let counts = ingest::permission::counts(&app, &caller).await?;
    let model = app.models.shown().await?;
    let mut notices = Vec::new();
    if app.tools.tesseract.is_none() {
        notices.push("Scanned pages cannot be read: tesseract is not installed. See `voiceassist doctor`.".to_owned());
    }
    notices.extend(app.plugins.notices());
    notices.extend(app.audit.notices());
    Ok(axum::Json(SystemStatus {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        demo: app.config.demo,
        data_dir: app.config.data_dir.display().to_string(),
        documents: counts.documents,
        documents_ready: counts.ready,
        documents_waiting: counts.waiting(),
        documents_failed: counts.failed,
        passages: counts.passages,
        max_upload_bytes: i64::try_from(app.config.max_upload_bytes).unwrap_or(i64::MAX),
        accepts: ACCEPTS.map(str::to_owned).to_vec(),
        example_questions: ingest::shelf::example_questions(&app.config),
        model: model.id,
        model_runs_at: model.ran_at,
        at_rest: app.vault.at_rest(),
        notices,
        audit_public_key: app.audit.public_key(),
    }))
}
