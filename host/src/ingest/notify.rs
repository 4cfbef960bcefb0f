//! `POST /hooks/file`: Nextcloud says that something happened to a file. Answered at once; a hint, never the truth.

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use nextcloud::{FileEvent, Signed};

use crate::app::App;
use crate::cloud::look;
use crate::edge::problem::Problem;
use crate::identity;

/// The event is compared with what the acting user has now, whenever the queue comes to it.
pub async fn handle(
    State(app): State<Arc<App>>,
    Extension(signed): Extension<Signed>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let (Some(user), Some(event)) = (signed.acting(), FileEvent::parse(&body)) else {
        return Ok(StatusCode::NO_CONTENT);
    };
    // Nothing is read for people who have never opened the app.
    if identity::user(&app.db, &identity::id_of(user)).await?.is_none() {
        return Ok(StatusCode::NO_CONTENT);
    }
    look::once(&app, user).await?;
    if let Some(file) = event.file_id {
        look::fetch(&app, user, file).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
