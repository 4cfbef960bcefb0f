//! The original bytes of the version that citations point into.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use tokio_util::io::ReaderStream;

use super::{blob, show, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::caller::Caller;
use crate::edge::problem::{Path, Problem};

#[utoipa::path(get, path = "/api/v1/documents/{id}/content",
    responses((status = 200, content_type = "*/*"), (status = 404, body = api_types::ProblemBody),
        (status = 409, body = api_types::ProblemBody)))]
pub async fn handle(State(app): State<Arc<App>>, caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let document = show::readable(&app, &caller, &id).await?;
    let hash = match &document.current_version {
        Some(version) => store::content_of(&app.db, version)
            .await?
            .unwrap_or(document.content_hash),
        None => document.content_hash,
    };
    let original = blob::open(&app, &hash)
        .await
        .map_err(|error| Problem::internal(&error))?;
    let event = Event::new(caller.id(), "document.opened", "document", &id);
    audit::record_alone(&app.db, app.clock.now_ms(), &event).await?;
    let mut response = Body::from_stream(ReaderStream::new(original.content)).into_response();
    let headers = response.headers_mut();
    let media_type = HeaderValue::from_str(&document.info.media_type);
    headers.insert(
        header::CONTENT_TYPE,
        media_type.unwrap_or(HeaderValue::from_static("application/octet-stream")),
    );
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(original.bytes));
    // Opened on its own, a foreign document must not run anything or reach anything.
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'"),
    );
    let name: String = document
        .info
        .file_name
        .chars()
        .map(|c| {
            if c.is_ascii_graphic() && c != '"' && c != '\\' {
                c
            } else {
                '_'
            }
        })
        .collect();
    if let Ok(value) = HeaderValue::from_str(&format!("inline; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}
