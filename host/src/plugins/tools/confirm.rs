//! Carries out what a person confirmed: once, within its time, and nothing but the changes they agreed to.

use std::sync::Arc;

use api_types::{ConfirmProposal, ProblemBody, ToolOutcome};
use axum::extract::State;
use sandbox::{Change, Plan, ToolCall};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{outcome, problem};
use crate::app::App;
use crate::audit::{self, Event, INTENT};
use crate::db;
use crate::edge::caller::Caller;
use crate::edge::problem::{Json, Path, Problem};
use crate::plugins::outside::{OnBehalf, Reach, Real};
use crate::plugins::store::proposals::{self, Proposal};

#[utoipa::path(post, path = "/api/v1/proposals/{id}/confirm", request_body = ConfirmProposal,
    responses((status = 200, body = ToolOutcome), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 503, body = ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Json(request): Json<ConfirmProposal>,
) -> Result<axum::Json<ToolOutcome>, Problem> {
    caller.require_asker()?;
    let (proposal, plan) = take(&app, &caller, &id, &request.accepted).await?;
    let changed =
        || Problem::conflict("The plugin was changed meanwhile. Ask for it again and confirm the new proposal.");
    let (loaded, tool) = app
        .plugins
        .tool(&proposal.plugin, &proposal.tool)
        .filter(|(loaded, _)| loaded.digest() == proposal.digest)
        .ok_or_else(changed)?;
    let call = ToolCall {
        tool: proposal.tool.clone(),
        arguments: proposal.arguments.clone(),
        language: "en".to_owned(),
        idempotency_key: proposal.idempotency_key.clone(),
    };
    let outside = Arc::new(Real::new(Reach::of(&app), &loaded, OnBehalf::caller(&caller)));
    let doing = loaded.plugin().invoke(outside, call, Some(plan));
    let done = app.plugins.calls().timed(loaded.part(tool.name()), doing).await;
    let event = Event::new(caller.id(), "tool.ended", "proposal", &proposal.id);
    let event = event.outcome(if done.is_ok() { "done" } else { "failed" });
    audit::record_alone(&app.db, app.clock.now_ms(), &event).await?;
    let result = done.map_err(|error| problem(&loaded, error))?;
    Ok(axum::Json(outcome(&loaded, tool.name(), result)?))
}

/// Uses the proposal up; the intent is in the audit before anything happens.
async fn take(app: &App, caller: &Caller, id: &str, accepted: &[usize]) -> Result<(Proposal, Plan), Problem> {
    let now = app.clock.now_ms();
    let mut tx = db::begin(&app.db).await?;
    let Some(proposal) = proposals::take(&mut tx, &app.vault, id, caller.id(), now).await? else {
        return Err(if proposals::is_known(&mut tx, id, caller.id()).await? {
            Problem::conflict("This was confirmed already, or its five minutes are over. Ask for it again.")
        } else {
            Problem::not_found()
        });
    };
    let mut plan = read(&proposal.plan)?;
    if accepted.is_empty() || accepted.iter().any(|place| *place >= plan.changes.len()) {
        return Err(Problem::bad_request(
            "Name at least one of the changes that were proposed.",
        ));
    }
    let mut place = 0..;
    plan.changes
        .retain(|_| place.next().is_some_and(|place| accepted.contains(&place)));
    let detail = json!({ "plugin": proposal.plugin, "tool": proposal.tool, "changes": plan.changes.len() });
    let event = Event::new(caller.id(), "tool.confirmed", "proposal", id)
        .outcome(INTENT)
        .detail(detail);
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    Ok((proposal, plan))
}

#[derive(Serialize, Deserialize)]
struct StoredPlan {
    changes: Vec<StoredChange>,
    state: String,
}

#[derive(Serialize, Deserialize)]
struct StoredChange {
    summary: String,
    target: String,
    before: Option<String>,
    after: Option<String>,
}

/// As it is kept until it is confirmed.
pub(super) fn written(plan: &Plan) -> String {
    let changes = plan.changes.iter().map(|change| {
        json!({ "summary": change.summary, "target": change.target, "before": change.before, "after": change.after })
    });
    json!({ "changes": changes.collect::<Vec<_>>(), "state": plan.state }).to_string()
}

fn read(text: &str) -> Result<Plan, Problem> {
    let stored: StoredPlan = serde_json::from_str(text).map_err(|error| Problem::internal(&error))?;
    let changes = stored.changes.into_iter().map(|change| Change {
        summary: change.summary,
        target: change.target,
        before: change.before,
        after: change.after,
    });
    Ok(Plan {
        changes: changes.collect(),
        state: stored.state,
    })
}
