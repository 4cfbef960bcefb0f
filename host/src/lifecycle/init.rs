//! `POST /init`: Nextcloud has started the app. Answered at once; a task of its own then reports that it is ready.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use nextcloud::{NextcloudError, Signed};

use crate::app::App;
use crate::edge::problem::Problem;

/// Progress that does not arrive is reported again after these pauses.
const PAUSES: [Duration; 6] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(15),
    Duration::from_secs(30),
    Duration::from_secs(60),
];

pub async fn handle(
    State(app): State<Arc<App>>,
    axum::Extension(signed): axum::Extension<Signed>,
) -> Result<StatusCode, Problem> {
    super::only_nextcloud_itself(&signed)?;
    tokio::spawn(prepare(app));
    Ok(StatusCode::OK)
}

/// All there is to prepare was loaded before this call could be answered, so there are no steps to report: only the end.
async fn prepare(app: Arc<App>) {
    // The app works by words alone until the models are there; that is no reason to refuse it.
    match app.knowledge.missing_model() {
        Some(reason) => tracing::warn!(reason, "starting without search by meaning"),
        None => tracing::info!("the models are there"),
    }
    // While this request is pending Nextcloud calls `/heartbeat` and `/enabled`.
    report_ready(&app).await;
}

async fn report_ready(app: &App) {
    let Some(cloud) = &app.cloud else { return };
    for pause in PAUSES {
        match cloud.client.report_progress(100, "").await {
            Ok(()) => return,
            // Nextcloud is not waiting for it, as after a second start.
            Err(failure @ (NextcloudError::Refused(_) | NextcloudError::Status { status: 200, .. })) => {
                tracing::warn!(%failure, "Nextcloud did not take the progress");
                return;
            }
            Err(failure) => {
                tracing::warn!(
                    %failure,
                    "the progress did not reach Nextcloud at {}. Try from this container: busybox wget -qO- {}",
                    cloud.client.address().as_str(),
                    cloud.client.address().url("/status.php")
                );
                tokio::time::sleep(pause).await;
            }
        }
    }
}
