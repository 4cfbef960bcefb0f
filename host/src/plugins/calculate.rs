//! Runs a calculator on the values of a form.

use std::sync::Arc;

use api_types::{CalculateRequest, Calculation, ProblemBody};
use axum::extract::State;

use super::{CalculateError, Intent};
use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::caller::Caller;
use crate::edge::problem::{Json, Path, Problem};

#[utoipa::path(post, path = "/api/v1/calculators/{id}", request_body = CalculateRequest,
    responses((status = 200, body = Calculation), (status = 400, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Json(request): Json<CalculateRequest>,
) -> Result<axum::Json<Calculation>, Problem> {
    let intent = Intent::form(&id, request);
    recorded(&app, &caller, &intent).await.map(axum::Json)
}

/// Runs a calculator and records that it ran.
///
/// # Errors
/// See [`CalculateError`].
pub async fn recorded(app: &App, caller: &Caller, intent: &Intent) -> Result<Calculation, Problem> {
    let calculation = app.plugins.calculate(intent).await?;
    let detail = serde_json::json!({
        "plugin": calculation.plugin, "plugin_version": calculation.plugin_version, "version": calculation.version,
        "complete": !calculation.findings.is_empty(),
    });
    let event = Event::new(caller.id(), "calculator.run", "calculator", &calculation.calculator).detail(detail);
    audit::record_alone(&app.db, app.clock.now_ms(), &event).await?;
    Ok(calculation)
}

impl From<CalculateError> for Problem {
    fn from(error: CalculateError) -> Self {
        match error {
            CalculateError::Unknown => Self::not_found(),
            CalculateError::Argument(detail) => Self::bad_request(detail),
            CalculateError::Busy => Self::unavailable("Too many calculations at once. Try again in a moment."),
            CalculateError::Failed { reason } => {
                tracing::error!(reason, "a calculator failed");
                Self::unavailable(
                    "The calculator stopped without a result. Nothing else is affected; an admin can see why.",
                )
            }
        }
    }
}
