//! The model endpoints the operator configured, the admin's switch for each, and a request to try it.

use std::sync::Arc;

use api_types::{EndpointTest, ModelEndpointList, PhiHandling, SwitchEndpoint};
use axum::extract::State;

use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::{Json, Path, Problem};
use crate::models::SwitchError;
use crate::voice;

#[utoipa::path(get, path = "/api/v1/admin/endpoints",
    responses((status = 200, body = ModelEndpointList), (status = 403, body = api_types::ProblemBody)))]
pub async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<axum::Json<ModelEndpointList>, Problem> {
    caller.require_admin()?;
    let endpoints = app.models.endpoints().await?;
    Ok(axum::Json(ModelEndpointList { endpoints }))
}

#[utoipa::path(put, path = "/api/v1/admin/endpoints/{id}", request_body = SwitchEndpoint,
    responses((status = 200, body = ModelEndpointList), (status = 403, body = api_types::ProblemBody),
        (status = 400, body = api_types::ProblemBody), (status = 404, body = api_types::ProblemBody),
        (status = 409, body = api_types::ProblemBody)))]
pub async fn switch(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Json(request): Json<SwitchEndpoint>,
) -> Result<axum::Json<ModelEndpointList>, Problem> {
    caller.require_admin()?;
    if request.phi_handling == Some(PhiHandling::PhiAllowed) {
        caller.require_fresh(app.clock.now_ms())?;
    }
    let switched = app.models.switch(&id, &request, caller.id()).await.map_err(problem)?;
    switched.ok_or_else(Problem::not_found)?;
    let endpoints = app.models.endpoints().await?;
    Ok(axum::Json(ModelEndpointList { endpoints }))
}

#[utoipa::path(post, path = "/api/v1/admin/endpoints/{id}/test",
    responses((status = 200, body = EndpointTest), (status = 403, body = api_types::ProblemBody),
        (status = 404, body = api_types::ProblemBody), (status = 409, body = api_types::ProblemBody)))]
pub async fn test(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<axum::Json<EndpointTest>, Problem> {
    caller.require_admin()?;
    if let Some(vendor) = app.models.begin_speech_test(&id, caller.id()).await.map_err(problem)? {
        return Ok(axum::Json(voice::try_out(&app, &vendor).await));
    }
    let tested = app.models.test(&id, caller.id()).await.map_err(problem)?;
    Ok(axum::Json(tested.ok_or_else(Problem::not_found)?))
}

fn problem(error: SwitchError) -> Problem {
    match error {
        SwitchError::Blocked(_) => Problem::conflict(error.to_string()),
        SwitchError::NoAgreement | SwitchError::NotForSound => Problem::bad_request(error.to_string()),
        SwitchError::Database(error) => error.into(),
    }
}
