//! The tools that may be used now.

use std::sync::Arc;

use api_types::ToolList;
use axum::extract::State;

use crate::app::App;
use crate::edge::caller::Caller;

#[utoipa::path(get, path = "/api/v1/tools", responses((status = 200, body = ToolList)))]
pub async fn handle(State(app): State<Arc<App>>, _caller: Caller) -> axum::Json<ToolList> {
    axum::Json(ToolList {
        tools: app.plugins.tools(),
    })
}
