//! `PUT /enabled`: registers with Nextcloud everything that makes the app visible, or takes it back. Data stays.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use nextcloud::{Command, NextcloudError, Registration, Signed};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::cloud::{Cloud, FILE_EVENTS};
use crate::edge::problem::{Problem, Query};

/// Nextcloud waits 60 s and then shows no reason.
const PATIENCE: Duration = Duration::from_secs(50);

#[derive(Deserialize)]
pub struct Switch {
    enabled: u8,
}

/// An empty `error` is success; anything else is shown to the administrator.
#[derive(Serialize)]
pub struct Outcome {
    error: String,
}

pub async fn handle(
    State(app): State<Arc<App>>,
    axum::Extension(signed): axum::Extension<Signed>,
    Query(switch): Query<Switch>,
) -> Result<axum::Json<Outcome>, Problem> {
    super::only_nextcloud_itself(&signed)?;
    let Some(cloud) = &app.cloud else {
        return Err(Problem::not_found());
    };
    let work = async {
        if switch.enabled == 0 {
            disable(cloud).await
        } else {
            enable(cloud).await
        }
    };
    let late = Failed {
        what: "menu entry, file action and commands in time",
        error: NextcloudError::Unreachable("it answers too slowly".into()),
    };
    let done = tokio::time::timeout(PATIENCE, work).await.unwrap_or(Err(late));
    let error = match done {
        Ok(()) => String::new(),
        Err(Failed { what, error }) => {
            tracing::error!(what, %error, "Nextcloud refused a registration");
            format!(
                "VoiceAssist could not register its {what}: {error}. Check that this container reaches {} (its log has a line per request), then enable the app again.",
                cloud.client.address().as_str()
            )
        }
    };
    Ok(axum::Json(Outcome { error }))
}

struct Failed {
    what: &'static str,
    error: NextcloudError,
}

async fn enable(cloud: &Cloud) -> Result<(), Failed> {
    let failed = |what| move |error| Failed { what, error };
    cloud
        .client
        .register(&registration())
        .await
        .map_err(failed("menu entry, file action and commands"))?;
    match cloud.client.register_file_events(FILE_EVENTS).await {
        Ok(count) => tracing::info!(count, "file events are registered"),
        // Without them files are found by looking, as soon as someone opens the page.
        Err(error) => tracing::warn!(%error, "file events are not registered; is the app webhook_listeners enabled?"),
    }
    Ok(())
}

async fn disable(cloud: &Cloud) -> Result<(), Failed> {
    let failed = |what| move |error| Failed { what, error };
    cloud
        .client
        .unregister(&registration())
        .await
        .map_err(failed("removal"))?;
    if let Err(error) = cloud.client.remove_file_events(FILE_EVENTS).await {
        tracing::warn!(%error, "file events stay registered; Nextcloud removes them with the app");
    }
    Ok(())
}

fn registration() -> Registration {
    Registration {
        menu: "main",
        display_name: "VoiceAssist",
        icon: "ui/icon.svg",
        script: "ui/boot",
        style: "ui/app",
        file_action: "ask",
        file_action_title: "Ask VoiceAssist",
        file_action_route: "ui/action",
        initial_state: serde_json::json!({ "version": env!("CARGO_PKG_VERSION") }),
        commands: vec![
            command("voiceassist:status", "What VoiceAssist holds and how far reading files has come", "occ/status"),
            command("voiceassist:reindex", "Look at every user's folders again when they next come", "occ/reindex"),
            command("voiceassist:doctor", "Say what is missing and how to fix it", "occ/doctor"),
            Command {
                argument: Some(("user", "Id of a user who no longer exists")),
                ..command("voiceassist:purge", "Remove at once what a deleted user has left here", "occ/purge")
            },
        ],
    }
}

fn command(name: &'static str, description: &'static str, route: &'static str) -> Command {
    Command {
        name,
        description,
        route,
        argument: None,
    }
}
