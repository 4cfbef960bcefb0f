//! What anyone may ask: is it alive, is it this app, do streams pass.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::IntoResponse;
use axum::response::sse::{Event, Sse};
use futures::StreamExt;

/// `GET /heartbeat`: answered before anything else is loaded.
pub async fn handle() -> axum::Json<serde_json::Value> {
    axum::Json(serde_json::json!({ "status": "ok" }))
}

/// `GET /public/ping`: the browser's proof that this way leads here.
pub async fn ping() -> impl IntoResponse {
    axum::Json(serde_json::json!({ "app": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") }))
}

/// `GET /public/stream`: two events, 700 ms apart. A proxy that collects streams delivers both at once.
pub async fn stream() -> impl IntoResponse {
    let events = futures::stream::iter(["1", "2"]).then(|number| async move {
        if number == "2" {
            tokio::time::sleep(Duration::from_millis(700)).await;
        }
        Ok::<_, Infallible>(Event::default().data(number))
    });
    ([("x-accel-buffering", "no")], Sse::new(events))
}
