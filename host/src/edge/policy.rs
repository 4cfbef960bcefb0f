//! The one place where it is asked whether a caller may do what the request asks for (`host/policies/access.rego`), and
//! whether it is not too much.
//!
//! Whose rows they are is decided where the rows are.

use std::sync::Arc;

use api_types::Role;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use policy::{Input, Reason, SecondFactor, Subject};

use crate::app::App;
use crate::edge::caller::{Arriving, Caller};
use crate::edge::limits;
use crate::edge::problem::Problem;

/// How the policy calls the protocol for other assistants, which has operations of its own.
const MCP: &str = "MCP";

/// For the routes of the API's description.
pub async fn decide(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let method = match request.method() {
        &Method::HEAD => &Method::GET,
        method => method,
    };
    let operation = format!("{method} {}", path.unwrap_or_default());
    pass(app, &operation, request, next).await
}

/// For the protocol for other assistants.
pub async fn decide_mcp(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    pass(app, MCP, request, next).await
}

/// Lets the request through with its caller, or answers why not.
async fn pass(app: Arc<App>, operation: &str, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let from = limits::address(&parts);
    if let Err(problem) = app.limits.address(from) {
        return problem.into_response();
    }
    let caller = match Arriving::from_request_parts(&mut parts, &app).await {
        Ok(Arriving(caller)) => Ok(caller),
        Err(problem) if problem.status() == StatusCode::UNAUTHORIZED => Err(problem),
        // Known, but not let in; or it is not known who it is.
        Err(problem) => return problem.into_response(),
    };
    let input = Input {
        subject: subject(caller.as_ref().ok(), app.clock.now_ms()),
        operation,
    };
    let decision = app.policy.allow(&input);
    if !decision.allow {
        return refusal(decision.reason, caller.err()).into_response();
    }
    let user = caller.as_ref().ok().map(Caller::id);
    if let Err(problem) = app.limits.operation(decision.reason, user, from) {
        return problem.into_response();
    }
    if let Ok(caller) = caller {
        parts.extensions.insert(caller);
    }
    next.run(Request::from_parts(parts, body)).await
}

fn subject(caller: Option<&Caller>, now: i64) -> Subject {
    let Some(caller) = caller else {
        return Subject {
            role: policy::Role::Nobody,
            second_factor: SecondFactor::None,
            nextcloud: false,
        };
    };
    Subject {
        role: match caller.user().role {
            Role::Viewer => policy::Role::Viewer,
            Role::User => policy::Role::User,
            Role::MedicalStaff => policy::Role::MedicalStaff,
            Role::Admin => policy::Role::Admin,
        },
        second_factor: match caller {
            caller if caller.needs_second_factor() => SecondFactor::Owed,
            caller if caller.fresh_second_factor(now) => SecondFactor::Fresh,
            caller if caller.enrolled() => SecondFactor::Stale,
            _ => SecondFactor::None,
        },
        nextcloud: caller.acting().is_some(),
    }
}

fn refusal(reason: Reason, nobody: Option<Problem>) -> Problem {
    match reason {
        Reason::SignedOut => nobody.unwrap_or_else(Problem::signed_out),
        Reason::Viewer => Problem::viewer(),
        Reason::AdminOnly => Problem::admin_only(),
        Reason::SecondFactorNeeded => Problem::second_factor_needed(),
        Reason::SecondFactorMissing => Problem::second_factor_missing(),
        Reason::UnknownOperation => Problem::not_found(),
        reason => {
            tracing::error!(?reason, "the policy decided nothing");
            Problem::forbidden("It could not be decided whether you may do this, so it was refused.")
        }
    }
}
