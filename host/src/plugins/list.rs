//! The plugins and what each can reach.

use std::sync::Arc;

use api_types::PluginList;
use axum::extract::State;

use crate::app::App;
use crate::edge::caller::Caller;

#[utoipa::path(get, path = "/api/v1/plugins", responses((status = 200, body = PluginList)))]
pub async fn handle(State(app): State<Arc<App>>, _caller: Caller) -> axum::Json<PluginList> {
    axum::Json(app.plugins.list())
}
