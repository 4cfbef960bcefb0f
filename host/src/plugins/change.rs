//! What an administrator changes of an installed plugin. Each change and its audit row are one commit; the next call obeys.

use std::sync::Arc;

use api_types::{GrantPlugin, ProblemBody, SetPluginSecret, SetPluginSetting, SwitchPlugin};
use axum::extract::State;
use axum::http::StatusCode;
use plugin_package::Granted;
use serde_json::json;

use super::registry::folder_key;
use super::set::{Plugins, granted};
use super::store::{self, Installed, values};
use crate::app::App;
use crate::audit::{self, Event};
use crate::db::Tx;
use crate::edge::caller::Caller;
use crate::edge::problem::{Json, Path, Problem};

const SETTING_BYTES: usize = 2_000;

/// Consent to a package: what is named is granted, of that and no other package.
#[utoipa::path(put, path = "/api/v1/admin/plugins/{id}/grants", request_body = GrantPlugin,
    responses((status = 204), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody)))]
pub async fn grant(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Json(request): Json<GrantPlugin>,
) -> Result<StatusCode, Problem> {
    caller.require_admin()?;
    app.plugins.grant(&id, &request, caller.id()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Switches a plugin, or one calculator or tool of it. Switched off, its next request does not leave.
#[utoipa::path(put, path = "/api/v1/admin/plugins/{id}", request_body = SwitchPlugin,
    responses((status = 204), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn switch(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Json(request): Json<SwitchPlugin>,
) -> Result<StatusCode, Problem> {
    caller.require_admin()?;
    let part = request.part.as_deref();
    app.plugins.switch(&id, part, request.enabled, caller.id()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One step back to the version before.
#[utoipa::path(post, path = "/api/v1/admin/plugins/{id}/rollback",
    responses((status = 204), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody)))]
pub async fn rollback(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.require_admin()?;
    app.plugins.roll_back(&id, caller.id()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a plugin with all it kept.
#[utoipa::path(delete, path = "/api/v1/admin/plugins/{id}",
    responses((status = 204), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody)))]
pub async fn remove(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.require_admin()?;
    app.plugins.remove(&id, caller.id()).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(put, path = "/api/v1/admin/plugins/{id}/settings/{key}", request_body = SetPluginSetting,
    responses((status = 204), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn set(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((id, key)): Path<(String, String)>,
    Json(request): Json<SetPluginSetting>,
) -> Result<StatusCode, Problem> {
    caller.require_admin()?;
    let (plugins, value) = (&app.plugins, request.value.trim());
    if value.len() > SETTING_BYTES || value.chars().any(char::is_control) {
        return Err(Problem::bad_request("A setting is one line of at most 2,000 bytes."));
    }
    let mut change = plugins.begin(&id).await?;
    let declared = plugins.declared_settings(&change.row).await?;
    if !declared.contains(&key) {
        return Err(Problem::not_found());
    }
    change.row.config.insert(key.clone(), value.to_owned());
    let event = Event::new(caller.id(), "plugin.setting_changed", "plugin", &id).detail(json!({ "key": key }));
    plugins.commit(change, &event, caller.id()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Enters a secret. It is never shown again, and never to the plugin.
#[utoipa::path(put, path = "/api/v1/admin/plugins/{id}/credentials/{handle}", request_body = SetPluginSecret,
    responses((status = 204), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn set_secret(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((id, handle)): Path<(String, String)>,
    Json(request): Json<SetPluginSecret>,
) -> Result<StatusCode, Problem> {
    caller.require_admin()?;
    let secret = request.secret.trim();
    if secret.len() > SETTING_BYTES || secret.chars().any(char::is_control) {
        return Err(Problem::bad_request("A secret is one line of at most 2,000 bytes."));
    }
    let mut change = app.plugins.begin(&id).await?;
    if granted(&change.row).map_err(broken)?.credential(&handle).is_none() {
        return Err(Problem::not_found());
    }
    let now = app.clock.now_ms();
    values::set_secret(&mut change.tx, &app.vault, &id, &handle, secret, caller.id(), now).await?;
    let detail = json!({ "handle": handle, "set": !secret.is_empty() });
    let event = Event::new(caller.id(), "plugin.secret_changed", "plugin", &id).detail(detail);
    app.plugins.commit(change, &event, caller.id()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A plugin's row in a transaction that will change it.
struct Change {
    tx: Tx,
    row: Installed,
}

impl Plugins {
    async fn begin(&self, id: &str) -> Result<Change, Problem> {
        let mut tx = audit::begin(&self.db).await?;
        let row = store::one(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
        Ok(Change { tx, row })
    }

    async fn commit(&self, mut change: Change, event: &Event<'_>, by: &str) -> Result<(), Problem> {
        let now = self.clock.now_ms();
        store::put(&mut change.tx, &change.row, by, now).await?;
        audit::record(&mut change.tx, now, event).await?;
        change.tx.commit().await?;
        self.refresh().await?;
        Ok(())
    }

    /// # Errors
    /// 404, or 409 when the package is another than the one that was consented to.
    pub async fn grant(&self, id: &str, request: &GrantPlugin, by: &str) -> Result<(), Problem> {
        let mut change = self.begin(id).await?;
        let row = &mut change.row;
        let named = Some(&request.digest);
        if row.waiting.as_ref() != named && row.current.as_ref() != named {
            return Err(Problem::conflict(
                "The plugin has another version by now. Read what this one asks for, and decide again.",
            ));
        }
        let granted = self.narrowed(request).await?;
        if row.waiting.as_ref() == named {
            row.previous = row.current.take();
            row.current = row.waiting.take();
        }
        row.granted = serde_json::to_string(&granted).map_err(broken)?;
        let detail = json!({ "digest": request.digest, "http": request.http, "credentials": request.credentials,
            "files": request.files });
        let event = Event::new(by, "plugin.granted", "plugin", id).detail(detail);
        self.commit(change, &event, by).await
    }

    /// What the package asks for, less what was not named.
    async fn narrowed(&self, request: &GrantPlugin) -> Result<Granted, Problem> {
        let trust = self.trust().await.map_err(broken)?;
        let package = self.package(&request.digest, &trust).await.map_err(Problem::conflict)?;
        let asked = package.manifest.request();
        let mut granted = asked.clone().grant();
        for rule in asked
            .http
            .iter()
            .filter(|rule| !request.http.contains(&rule.origin.to_string()))
        {
            granted.revoke_origin(&rule.origin);
        }
        for one in asked
            .credentials
            .iter()
            .filter(|one| !request.credentials.contains(&one.handle))
        {
            granted.revoke_credential(&one.handle);
        }
        for one in asked.files.iter().filter(|one| !request.files.contains(&one.root)) {
            granted.revoke_folder(&one.root);
        }
        Ok(granted)
    }

    /// # Errors
    /// 404 when there is no such plugin or part.
    pub async fn switch(&self, id: &str, part: Option<&str>, enabled: bool, by: &str) -> Result<(), Problem> {
        let mut change = self.begin(id).await?;
        let action = if enabled {
            "plugin.switched_on"
        } else {
            "plugin.switched_off"
        };
        let detail = json!({ "part": part });
        match part {
            None => change.row.enabled = enabled,
            Some(part) => {
                let known = self.find(id).is_some_and(|loaded| loaded.has_part(part));
                if !known {
                    return Err(Problem::not_found());
                }
                store::switch_part(&mut change.tx, id, part, enabled).await?;
            }
        }
        let event = Event::new(by, action, "plugin", id).detail(detail);
        self.commit(change, &event, by).await
    }

    /// # Errors
    /// 404, or 409 when there is no version before.
    pub async fn roll_back(&self, id: &str, by: &str) -> Result<(), Problem> {
        let mut change = self.begin(id).await?;
        let row = &mut change.row;
        let Some(previous) = row.previous.take() else {
            return Err(Problem::conflict("There is no version before this one."));
        };
        row.previous = row.current.replace(previous);
        let detail = json!({ "digest": row.current });
        let event = Event::new(by, "plugin.rolled_back", "plugin", id).detail(detail);
        self.commit(change, &event, by).await
    }

    /// # Errors
    /// 404, or 409 for a plugin that came with the program: the next start would bring it back.
    pub async fn remove(&self, id: &str, by: &str) -> Result<(), Problem> {
        let Change { mut tx, row } = self.begin(id).await?;
        if row.bundled {
            return Err(Problem::conflict(
                "This plugin came with the program. Switch it off instead; it stays off.",
            ));
        }
        let now = self.clock.now_ms();
        store::remove(&mut tx, id).await?;
        audit::record(&mut tx, now, &Event::new(by, "plugin.removed", "plugin", id)).await?;
        tx.commit().await?;
        self.refresh().await?;
        Ok(())
    }

    /// Keys that the packages of a plugin declare, those of their folders included.
    async fn declared_settings(&self, row: &Installed) -> Result<Vec<String>, Problem> {
        let trust = self.trust().await.map_err(broken)?;
        let mut keys = Vec::new();
        for digest in row.current.iter().chain(&row.waiting) {
            let package = self.package(digest, &trust).await.map_err(Problem::conflict)?;
            keys.extend(package.manifest.config.iter().map(|setting| setting.key.clone()));
            keys.extend(package.manifest.files.iter().map(|folder| folder_key(&folder.root)));
        }
        Ok(keys)
    }
}

fn broken(error: impl std::fmt::Display) -> Problem {
    Problem::internal(&error)
}
