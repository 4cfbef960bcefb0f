//! Uses a tool. What only reads answers at once; what would change something answers with a proposal.

use std::sync::Arc;

use api_types::{CallTool, ProblemBody, ToolAnswer, ToolEffect, ToolProposal};
use axum::extract::State;
use sandbox::ToolCall;
use serde_json::json;

use super::{changes, outcome, problem, screen};
use crate::app::App;
use crate::audit::{self, Event, INTENT};
use crate::clock::new_id;
use crate::edge::caller::Caller;
use crate::edge::problem::{Json, Path, Problem};
use crate::plugins::outside::{OnBehalf, Reach, Real};
use crate::plugins::registry::{Loaded, LoadedTool};
use crate::plugins::store::proposals::{self, Proposal};

/// How long a proposal may wait for its person.
const WAITS_MS: i64 = 5 * 60 * 1000;

#[utoipa::path(post, path = "/api/v1/tools/{plugin}/{tool}", request_body = CallTool,
    responses((status = 200, body = ToolAnswer), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 503, body = ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((plugin, tool)): Path<(String, String)>,
    Json(request): Json<CallTool>,
) -> Result<axum::Json<ToolAnswer>, Problem> {
    caller.require_asker()?;
    let (loaded, tool) = app.plugins.tool(&plugin, &tool).ok_or_else(Problem::not_found)?;
    call(&app, &caller, &loaded, &tool, request.arguments)
        .await
        .map(axum::Json)
}

/// # Errors
/// Arguments that do not fit the tool's schema or tell too much; what the plugin refuses.
pub async fn call(
    app: &Arc<App>,
    caller: &Caller,
    loaded: &Arc<Loaded>,
    tool: &LoadedTool,
    arguments: serde_json::Value,
) -> Result<ToolAnswer, Problem> {
    tool.validate(&arguments).map_err(Problem::bad_request)?;
    screen::check(loaded, &arguments)?;
    let call = ToolCall {
        tool: tool.name().to_owned(),
        arguments: arguments.to_string(),
        language: "en".to_owned(),
        idempotency_key: new_id(app.random.as_ref()),
    };
    let outside = Arc::new(Real::new(Reach::of(app), loaded, OnBehalf::caller(caller)));
    if tool.effect() == ToolEffect::Read {
        record(app, caller, loaded, tool.name(), ("tool.read", INTENT)).await?;
        let reading = loaded.plugin().invoke(outside, call, None);
        let result = app.plugins.calls().timed(loaded.part(tool.name()), reading).await;
        record(app, caller, loaded, tool.name(), ("tool.read", ended(result.is_ok()))).await?;
        let result = result.map_err(|error| problem(loaded, error))?;
        return Ok(ToolAnswer::Result(outcome(loaded, tool.name(), result)?));
    }
    record(app, caller, loaded, tool.name(), ("tool.prepared", INTENT)).await?;
    let key = call.idempotency_key.clone();
    let preparing = loaded.plugin().prepare(outside, call);
    let plan = app.plugins.calls().timed(loaded.part(tool.name()), preparing).await;
    record(app, caller, loaded, tool.name(), ("tool.prepared", ended(plan.is_ok()))).await?;
    let plan = plan.map_err(|error| problem(loaded, error))?;
    if plan.changes.is_empty() {
        return Err(Problem::bad_request("There is nothing to change."));
    }
    let now = app.clock.now_ms();
    let proposal = Proposal {
        id: new_id(app.random.as_ref()),
        user: caller.id().to_owned(),
        plugin: loaded.id().to_owned(),
        digest: loaded.digest().to_owned(),
        tool: tool.name().to_owned(),
        arguments: arguments.to_string(),
        plan: super::confirm::written(&plan),
        idempotency_key: key,
        created_at: now,
        expires_at: now + WAITS_MS,
    };
    proposals::insert(&app.db, &app.vault, &proposal).await?;
    Ok(ToolAnswer::Proposal(ToolProposal {
        id: proposal.id,
        plugin: proposal.plugin,
        plugin_title: loaded.title().to_owned(),
        tool: proposal.tool,
        title: tool.title().to_owned(),
        effect: tool.effect(),
        arguments,
        changes: changes(plan.changes)?,
        expires_at: proposal.expires_at,
    }))
}

async fn record(
    app: &App,
    caller: &Caller,
    loaded: &Loaded,
    tool: &str,
    (action, outcome): (&'static str, &'static str),
) -> Result<(), sqlx::Error> {
    let detail = json!({ "tool": tool, "version": loaded.version() });
    let event = Event::new(caller.id(), action, "plugin", loaded.id())
        .outcome(outcome)
        .detail(detail);
    audit::record_alone(&app.db, app.clock.now_ms(), &event).await
}

fn ended(well: bool) -> &'static str {
    if well { "done" } else { "failed" }
}
