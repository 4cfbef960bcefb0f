//! Whose packages are taken. IT compares a publisher's fingerprint by another way than the package came, then pins the key.

use std::sync::Arc;

use api_types::{PinPublisher, PluginPublisher, ProblemBody};
use axum::extract::State;
use axum::http::StatusCode;
use plugin_package::{Publisher, fingerprint};

use super::set::Plugins;
use super::store;
use crate::app::App;
use crate::audit::{self, Event};
use crate::db;
use crate::edge::caller::Caller;
use crate::edge::problem::{Json, Path, Problem};

#[utoipa::path(post, path = "/api/v1/admin/publishers", request_body = PinPublisher,
    responses((status = 200, body = PluginPublisher), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody)))]
pub async fn pin(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(request): Json<PinPublisher>,
) -> Result<axum::Json<PluginPublisher>, Problem> {
    caller.require_admin()?;
    let publisher =
        Publisher::new(request.name.trim(), &request.key).map_err(|error| Problem::bad_request(error.to_string()))?;
    if app
        .plugins
        .bundled_publisher()
        .is_some_and(|own| own.key == publisher.key)
    {
        return Err(Problem::conflict(
            "This key came with the program: its packages are taken already.",
        ));
    }
    app.plugins.pin(&publisher, caller.id()).await?;
    Ok(axum::Json(shown(&publisher, false)))
}

/// Its plugins stop with this; they and what they kept stay.
#[utoipa::path(delete, path = "/api/v1/admin/publishers/{key}",
    responses((status = 204), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn unpin(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(key): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.require_admin()?;
    let now = app.clock.now_ms();
    let mut tx = db::begin(&app.db).await?;
    if !store::unpin(&mut tx, &key).await? {
        return Err(Problem::not_found());
    }
    let event = Event::new(caller.id(), "plugin.publisher_removed", "publisher", &key);
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    app.plugins.refresh().await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn shown(publisher: &Publisher, bundled: bool) -> PluginPublisher {
    PluginPublisher {
        name: publisher.name.clone(),
        key: hex::encode(publisher.key),
        fingerprint: fingerprint(&publisher.key),
        bundled,
    }
}

impl Plugins {
    /// # Errors
    /// Of the database.
    pub async fn pin(&self, publisher: &Publisher, by: &str) -> Result<(), sqlx::Error> {
        let now = self.clock.now_ms();
        let key = hex::encode(publisher.key);
        let mut tx = db::begin(&self.db).await?;
        let row = store::Publisher {
            name: publisher.name.clone(),
            key: key.clone(),
        };
        store::pin(&mut tx, &row, by, now).await?;
        let event = Event::new(by, "plugin.publisher_pinned", "publisher", &key);
        audit::record(&mut tx, now, &event).await?;
        tx.commit().await?;
        self.refresh().await
    }
}
