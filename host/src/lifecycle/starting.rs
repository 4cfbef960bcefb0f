//! While the server loads, `/heartbeat` answers already and everything else waits for the rest.

use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::sync::watch;
use tower::ServiceExt;

use super::heartbeat;
use crate::edge::problem::Problem;

/// Nextcloud gives a call 30 s.
const PATIENCE: Duration = Duration::from_secs(25);

/// Serves the router that `ready` will hold.
pub fn router(ready: watch::Receiver<Option<Router>>) -> Router {
    let rest = move |request: Request| {
        let mut ready = ready.clone();
        async move {
            let waited = tokio::time::timeout(PATIENCE, ready.wait_for(Option::is_some)).await;
            let routes = waited.ok().and_then(|routes| routes.ok()?.clone());
            forward(routes, request).await
        }
    };
    Router::new().route("/heartbeat", get(heartbeat::handle)).fallback(rest)
}

async fn forward(routes: Option<Router>, request: Request) -> Response {
    let Some(routes) = routes else {
        return Problem::unavailable("VoiceAssist is still starting. Try again in a moment.").into_response();
    };
    match routes.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
