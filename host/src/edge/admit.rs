//! The door of an installation: only what Nextcloud signed comes in, and it comes in without cookies and passwords.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use nextcloud::AppIdentity;

use crate::app::App;
use crate::edge::problem::Problem;

/// What Nextcloud calls by itself. No route leads here from outside, and a browser's proof of origin is not asked.
const CALLED_BY_NEXTCLOUD: [&str; 5] = ["/init", "/enabled", "/hooks/", "/occ/", "/ui/action"];
/// Answers anyone and says nothing about anyone.
const OPEN: [&str; 2] = ["/heartbeat", "/public/"];

/// Without an installation everything passes and the session cookie decides.
pub async fn admit(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let Some(cloud) = &app.cloud else {
        return next.run(request).await;
    };
    let signed = cloud.client.identity().verify(request.headers());
    AppIdentity::strip(request.headers_mut());
    match signed {
        Ok(signed) => {
            request.extensions_mut().insert(signed);
        }
        Err(_) if among(&OPEN, request.uri().path()) => {}
        Err(reason) => {
            tracing::warn!(%reason, "a request that Nextcloud did not sign was refused");
            return Problem::not_through_nextcloud().into_response();
        }
    }
    next.run(request).await
}

/// The path is one that Nextcloud itself calls.
pub fn called_by_nextcloud(path: &str) -> bool {
    among(&CALLED_BY_NEXTCLOUD, path)
}

fn among(list: &[&str], path: &str) -> bool {
    list.iter()
        .any(|entry| path == *entry || (entry.ends_with('/') && path.starts_with(entry)))
}
