//! `occ voiceassist:status|reindex|doctor|purge`: what an administrator asks on Nextcloud's command line.

use std::fmt::Write;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use nextcloud::Signed;
use serde::Deserialize;

use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::problem::Problem;
use crate::identity::{self, issuer};
use crate::retention::erase::{self, Erased};
use crate::{doctor, ingest};

/// # Errors
/// 404 for an unknown command.
pub async fn handle(
    State(app): State<Arc<App>>,
    axum::Extension(signed): axum::Extension<Signed>,
    Path(command): Path<String>,
    body: Bytes,
) -> Result<String, Problem> {
    super::only_nextcloud_itself(&signed)?;
    match command.as_str() {
        "status" => status(&app).await,
        "reindex" => {
            let event = Event::new("system:nextcloud", "indexing.restarted", "settings", "indexing");
            audit::record_alone(&app.db, app.clock.now_ms(), &event).await?;
            ingest::store::looks::forget_looks(&app.db).await?;
            Ok("Every user's folders are looked through anew when they next open VoiceAssist. Nothing that was read is lost.\n".into())
        }
        "doctor" => {
            let mut out = Vec::new();
            doctor::run(&app.config, true, &mut out).map_err(|error| Problem::internal(&error))?;
            let mut text = String::from_utf8_lossy(&out).into_owned();
            if let Some(configured) = &app.config.oidc_issuer {
                let said = match issuer::discover(&app.egress, configured).await {
                    Ok(found) => format!("it says that the issuer is {}", found.issuer),
                    Err(error) => format!("MISSING: {error}"),
                };
                let _ = writeln!(text, "         OIDC issuer   {said}");
            }
            Ok(text)
        }
        "purge" => purge(&app, &body).await,
        _ => Err(Problem::not_found()),
    }
}

#[derive(Deserialize)]
struct Occ {
    occ: Input,
}

#[derive(Deserialize)]
struct Input {
    arguments: Option<Arguments>,
}

#[derive(Deserialize)]
struct Arguments {
    user: String,
}

/// Nothing is asked in the user's name: that Nextcloud does not list them is the condition.
async fn purge(app: &Arc<App>, body: &[u8]) -> Result<String, Problem> {
    let given: Option<Occ> = serde_json::from_slice(body).ok();
    let user = given
        .and_then(|given| given.occ.arguments)
        .map(|arguments| arguments.user);
    let (Some(user), Some(cloud)) = (user.filter(|user| !user.is_empty()), &app.cloud) else {
        return Ok("Name a user: occ voiceassist:purge USER\n".to_owned());
    };
    match cloud.client.users().await {
        Ok(users) if users.contains(&user) => {
            return Ok(format!(
                "Nothing was removed: Nextcloud has a user {user}. Delete the account first.\n"
            ));
        }
        Ok(_) => {}
        Err(error) => return Ok(format!("Nothing was removed: {error}.\n")),
    }
    Ok(match erase::at_once(app, &identity::id_of_uid(&user)).await? {
        Erased::Nobody => format!("There is nothing of {user} here.\n"),
        Erased::Held => format!("Nothing was removed: a legal hold is on data of {user}.\n"),
        Erased::Done {
            conversations,
            documents,
            shared,
        } => format!(
            "Removed of {user}: {conversations} conversations and {documents} documents. {shared} documents stay for their other readers.\n"
        ),
    })
}

async fn status(app: &App) -> Result<String, Problem> {
    let totals = ingest::store::files::totals(&app.db).await?;
    let model = app.models.shown().await?;
    let mut text = format!("VoiceAssist {}\n", env!("CARGO_PKG_VERSION"));
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "{name:<18}{value}");
    };
    line("Documents", totals.documents.to_string());
    line("Ready", totals.ready.to_string());
    line("Failed", totals.failed.to_string());
    line(
        "Waiting",
        (totals.documents - totals.ready - totals.failed + totals.to_fetch).to_string(),
    );
    line("Users seen", totals.users.to_string());
    line("Answers from", format!("{} ({})", model.id, model.ran_at));
    let trail = app.audit.shown().await?;
    line(
        "Audit",
        format!("{} entries, signed up to {}", trail.entries, trail.signed),
    );
    line("Audit key", trail.public_key);
    line(
        "Second copy",
        match (trail.sink, trail.sink_problem) {
            (None, _) => "none, set AUDIT_SINK".to_owned(),
            (Some(_), Some(problem)) => format!("stands still: {problem}"),
            (Some(sink), None) => format!("{} entries in {sink}", trail.sink_entries),
        },
    );
    if let Some(cloud) = &app.cloud {
        line("Nextcloud", cloud.client.address().as_str().to_owned());
        if let Some(left) = cloud.pause.left(app.clock.now_ms()) {
            line(
                "Paused",
                format!("{} s, Nextcloud asked for it or cannot be reached", left.as_secs()),
            );
        }
    }
    Ok(text)
}
