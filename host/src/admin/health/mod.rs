//! How everything is that this installation depends on: looked at regularly, kept, and told when it turns.

mod checks;

use std::sync::Arc;

use api_types::{Alert, HealthCheck, HealthPage};
use axum::extract::State;
use serde_json::json;

use super::store::health;
use crate::app::App;
use crate::clock::new_id;
use crate::db;
use crate::edge::caller::Caller;
use crate::edge::cursor::{Behind, Cursor};
use crate::edge::problem::{Problem, Query};
use crate::live::{self, Happening};

const PAGE: usize = 50;

#[utoipa::path(get, path = "/api/admin/panel/health", params(Behind),
    responses((status = 200, body = HealthPage), (status = 400, body = api_types::ProblemBody),
        (status = 403, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(behind): Query<Behind>,
) -> Result<axum::Json<HealthPage>, Problem> {
    caller.require_admin()?;
    let after = Cursor::read(behind.after.as_deref())?;
    let mut alerts = health::alerts(&app.db, &after, PAGE as i64 + 1).await?;
    let more = alerts.len() > PAGE;
    alerts.truncate(PAGE);
    let next = alerts.last().filter(|_| more).map(|last| {
        let (time, id) = (last.at, last.id.clone());
        Cursor { time, id }.text()
    });
    let mut found = health::checks(&app.db).await?;
    for check in &mut found {
        check.fix = (!check.good).then(|| checks::fix(&check.name).to_owned());
    }
    Ok(axum::Json(HealthPage {
        checks: found,
        alerts,
        next,
    }))
}

/// Looks for as long as the server runs.
pub async fn forever(app: Arc<App>) {
    loop {
        tokio::time::sleep(app.config.health_every).await;
        let looked = async {
            if health::is_first(&app.db, &app.hosts.id).await? {
                look(&app).await?;
            }
            Ok::<_, sqlx::Error>(())
        };
        if let Err(error) = looked.await {
            tracing::error!(%error, "it could not be kept how this installation is");
        }
    }
}

/// Looks at everything once and keeps what was found. What turned bad, or good again, becomes an alert; what is good when it
/// is first looked at does not.
///
/// # Errors
/// Of the database.
pub async fn look(app: &App) -> Result<(), sqlx::Error> {
    let began = app.clock.now_ms();
    let found = checks::all(app).await;
    let mut turned = false;
    let mut tx = db::begin(&app.db).await?;
    for check in &found {
        let before = health::was_good(&mut tx, &check.name).await?;
        health::keep(&mut tx, check).await?;
        if before.unwrap_or(true) == check.good {
            continue;
        }
        turned = true;
        let alert = Alert {
            id: new_id(app.random.as_ref()),
            name: check.name.clone(),
            at: check.checked_at,
            good: check.good,
            detail: check.detail.clone(),
        };
        health::insert_alert(&mut tx, &alert).await?;
        live::note(&mut tx, alert.at, &happening(&alert)).await?;
        tracing::warn!(
            name = alert.name,
            good = alert.good,
            "something this server depends on has turned"
        );
    }
    health::forget_all_but(&mut tx, began).await?;
    tx.commit().await?;
    if turned {
        app.live.wake();
    }
    Ok(())
}

fn happening(alert: &Alert) -> Happening<'_> {
    Happening {
        kind: "system.alert",
        user: None,
        session: None,
        resource_type: "health",
        resource_id: &alert.name,
        data: json!({ "good": alert.good, "alert": alert.id }),
    }
}

/// One finding.
fn finding(app: &App, name: &str, latency_ms: Option<i64>, found: Result<String, String>) -> HealthCheck {
    let now = app.clock.now_ms();
    HealthCheck {
        name: name.to_owned(),
        good: found.is_ok(),
        since: now,
        checked_at: now,
        latency_ms,
        detail: found.unwrap_or_else(|reason| reason),
        fix: None,
    }
}
