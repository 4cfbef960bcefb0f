//! `occ voiceassist:status|reindex|doctor`: what an administrator asks on Nextcloud's command line.

use std::fmt::Write;
use std::sync::Arc;

use axum::extract::{Path, State};
use nextcloud::Signed;

use crate::app::App;
use crate::edge::problem::Problem;
use crate::{doctor, ingest};

/// # Errors
/// 404 for an unknown command.
pub async fn handle(
    State(app): State<Arc<App>>,
    axum::Extension(signed): axum::Extension<Signed>,
    Path(command): Path<String>,
) -> Result<String, Problem> {
    super::only_nextcloud_itself(&signed)?;
    match command.as_str() {
        "status" => status(&app).await,
        "reindex" => {
            ingest::store::files::forget_looks(&app.db).await?;
            Ok("Every user's folders are looked through anew when they next open VoiceAssist. Nothing that was read is lost.\n".into())
        }
        "doctor" => {
            let mut out = Vec::new();
            doctor::run(&app.config, true, &mut out).map_err(|error| Problem::internal(&error))?;
            Ok(String::from_utf8_lossy(&out).into_owned())
        }
        _ => Err(Problem::not_found()),
    }
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
