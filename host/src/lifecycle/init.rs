//! `POST /init`: Nextcloud has started the app. Answered at once, whatever is still loading; a task of its own reports how
//! much of the search index is loaded, and 100 when the app can be enabled.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use nextcloud::{AppIdentity, NextcloudError};
use tokio::sync::watch;

use crate::cloud::Cloud;
use crate::edge::problem::Problem;
use crate::knowledge::loading::Loading;

/// Between two reports while the index is loaded.
const REPORT_EVERY: Duration = Duration::from_secs(2);
/// Progress that does not arrive is reported again after these pauses.
const PAUSES: [Duration; 6] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(15),
    Duration::from_secs(30),
    Duration::from_secs(60),
];

/// What the call needs before anything is loaded.
pub struct Init {
    identity: AppIdentity,
    /// The way to Nextcloud, once the database is open.
    cloud: watch::Receiver<Option<Arc<Cloud>>>,
    ready: watch::Receiver<Option<Router>>,
    loading: Arc<Loading>,
    /// Nextcloud waits for a report.
    asked: AtomicBool,
}

impl Init {
    pub fn new(
        identity: AppIdentity,
        cloud: watch::Receiver<Option<Arc<Cloud>>>,
        ready: watch::Receiver<Option<Router>>,
        loading: Arc<Loading>,
    ) -> Self {
        Self {
            identity,
            cloud,
            ready,
            loading,
            asked: AtomicBool::new(false),
        }
    }

    /// Tells Nextcloud why the app will not come, when it waits for it.
    pub async fn failed(&self, reason: &str) {
        let cloud = self.cloud.borrow().clone();
        if let Some(cloud) = cloud.filter(|_| self.asked.load(Ordering::Relaxed)) {
            let error = format!("VoiceAssist cannot start: {reason}. The container's log has more.");
            if let Err(failure) = cloud.client.report_progress(self.loading.percent(), &error).await {
                tracing::warn!(%failure, "the reason did not reach Nextcloud");
            }
        }
    }
}

/// # Errors
/// 401 for what Nextcloud did not sign, 404 for a call in a user's name.
pub async fn handle(State(init): State<Arc<Init>>, headers: HeaderMap) -> Result<StatusCode, Problem> {
    let signed = init.identity.verify(&headers).map_err(|reason| {
        tracing::warn!(%reason, "a request that Nextcloud did not sign was refused");
        Problem::not_through_nextcloud()
    })?;
    super::only_nextcloud_itself(&signed)?;
    init.asked.store(true, Ordering::Relaxed);
    tokio::spawn(report(init));
    Ok(StatusCode::OK)
}

async fn report(init: Arc<Init>) {
    let (mut cloud, mut ready) = (init.cloud.clone(), init.ready.clone());
    let Ok(Some(cloud)) = cloud.wait_for(Option::is_some).await.map(|cloud| cloud.clone()) else {
        return;
    };
    let mut told = None;
    loop {
        match tokio::time::timeout(REPORT_EVERY, ready.wait_for(Option::is_some)).await {
            Ok(Ok(_)) => break,
            Ok(Err(_)) => return,
            Err(_) => {}
        }
        // From 1 on: AppAPI takes a 0 for the beginning of another try.
        let percent = init.loading.percent().max(1);
        if told != Some(percent) && cloud.client.report_progress(percent, "").await.is_ok() {
            told = Some(percent);
        }
    }
    // While this request is pending Nextcloud calls `/heartbeat` and `/enabled`.
    report_ready(&cloud).await;
}

async fn report_ready(cloud: &Cloud) {
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
