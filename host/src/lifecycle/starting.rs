//! While the server loads, `/heartbeat` and `/init` answer already and everything else waits for the rest.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::sync::watch;
use tower::ServiceExt;

use super::heartbeat;
use super::init::{self, Init};
use crate::edge::problem::Problem;
use crate::knowledge::loading::Loading;

/// Nextcloud gives a call 30 s.
const PATIENCE: Duration = Duration::from_secs(25);

/// Serves the router that `ready` will hold; of an installation `/init` at once.
pub fn router(ready: watch::Receiver<Option<Router>>, init: Option<Arc<Init>>, loading: Arc<Loading>) -> Router {
    let rest = move |request: Request| {
        let (mut ready, loading) = (ready.clone(), Arc::clone(&loading));
        async move {
            let waited = tokio::time::timeout(PATIENCE, ready.wait_for(Option::is_some)).await;
            let routes = waited.ok().and_then(|routes| routes.ok()?.clone());
            forward(routes, request, &loading).await
        }
    };
    let routes = Router::new().route("/heartbeat", get(heartbeat::handle));
    let routes = match init {
        Some(init) => routes.route("/init", post(init::handle).with_state(init)),
        None => routes,
    };
    routes.fallback(rest)
}

async fn forward(routes: Option<Router>, request: Request, loading: &Loading) -> Response {
    let Some(routes) = routes else {
        let detail = format!(
            "VoiceAssist is still starting: {} % of the search index is loaded. Try again in a moment.",
            loading.percent()
        );
        return Problem::unavailable(detail).into_response();
    };
    match routes.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
