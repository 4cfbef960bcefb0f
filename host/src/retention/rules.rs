//! The rules as an administrator sees and sets them: how long, how many there are, how many go next.

use std::sync::Arc;

use api_types::{ProblemBody, RetentionClass, RetentionRule, RetentionState, SetRetention};
use axum::extract::State;
use serde_json::json;

use super::{CLASSES, Class, DAY_MS, RUN, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::caller::{Caller, FreshCaller};
use crate::edge::problem::{Json, Path, Problem};
use crate::jobs;

/// A hundred years.
const MOST_DAYS: i64 = 36_500;

#[utoipa::path(get, path = "/api/v1/admin/retention",
    responses((status = 200, body = RetentionState), (status = 403, body = ProblemBody)))]
pub async fn show(State(app): State<Arc<App>>, caller: Caller) -> Result<axum::Json<RetentionState>, Problem> {
    caller.require_admin()?;
    Ok(axum::Json(state(&app).await?))
}

#[utoipa::path(put, path = "/api/v1/admin/retention/{class}", request_body = SetRetention,
    params(("class" = RetentionClass, Path)),
    responses((status = 200, body = RetentionState), (status = 400, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn change(
    State(app): State<Arc<App>>,
    FreshCaller(caller): FreshCaller,
    Path(class): Path<RetentionClass>,
    Json(request): Json<SetRetention>,
) -> Result<axum::Json<RetentionState>, Problem> {
    caller.require_admin()?;
    set(&app, caller.id(), class, request.days).await?;
    Ok(axum::Json(state(&app).await?))
}

/// From the next run on the rule counts.
///
/// # Errors
/// 400 for fewer days than the class must be kept.
pub async fn set(app: &App, admin: &str, class: RetentionClass, days: Option<i64>) -> Result<(), Problem> {
    let class = Class::of(class);
    if days.is_some_and(|days| !(class.least_days..=MOST_DAYS).contains(&days)) {
        return Err(Problem::bad_request(format!(
            "Give a number of days from {} to {MOST_DAYS}, or none to keep for ever.",
            class.least_days
        )));
    }
    let now = app.clock.now_ms();
    let before = store::rules::days(&app.db, class).await?;
    let mut tx = crate::db::begin(&app.db).await?;
    store::rules::set_days(&mut tx, class, days, now).await?;
    let event = Event::new(admin, "retention.changed", "retention", class.name)
        .detail(json!({ "before": before, "after": days }));
    audit::record(&mut tx, now, &event).await?;
    Ok(tx.commit().await?)
}

async fn state(app: &App) -> Result<RetentionState, sqlx::Error> {
    let next_run_at = jobs::due(&app.db, RUN).await?;
    let at = next_run_at.unwrap_or_else(|| app.clock.now_ms());
    let mut rules = Vec::new();
    // Where there is no Nextcloud, nobody leaves it.
    for class in CLASSES
        .iter()
        .filter(|class| class.class != RetentionClass::DepartedUsers || app.cloud.is_some())
    {
        let days = store::rules::days(&app.db, class).await?;
        let (due, held) = match days {
            Some(days) => store::rules::due(&app.db, class.class, at - days * DAY_MS).await?,
            None => (0, 0),
        };
        rules.push(RetentionRule {
            class: class.class,
            days,
            default_days: class.default_days,
            least_days: class.least_days,
            records: store::rules::records(&app.db, class.class).await?,
            due,
            held,
            last_run: store::rules::last_run(&app.db, class).await?,
        });
    }
    Ok(RetentionState {
        rules,
        next_run_at,
        audit_entries: store::rules::audit_entries(&app.db).await?,
        erasures: store::erasures::list(&app.db).await?,
    })
}
