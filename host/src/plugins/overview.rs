//! Every installed plugin as an administrator sees it: what it is, what it may do, what it did.

use std::collections::BTreeMap;
use std::sync::Arc;

use api_types::{
    AdminPlugin, AdminPlugins, PluginGrant, PluginGrantKind, PluginPart, PluginSetting, PluginState, PluginUpgrade,
    ProblemBody,
};
use axum::extract::State;
use plugin_package::{Access, Granted, Manifest, Package, Publisher, Sealed, consent, fingerprint};

use super::publishers::shown;
use super::registry::{Loaded, folder_key, folder_path};
use super::set::{Plugins, granted};
use super::store::{self, Installed, calls, values};
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;

/// Calls and requests are counted over the last seven days.
const COUNTED_MS: i64 = 7 * 24 * 60 * 60 * 1000;

#[utoipa::path(get, path = "/api/v1/admin/plugins",
    responses((status = 200, body = AdminPlugins), (status = 403, body = ProblemBody)))]
pub async fn handle(State(app): State<Arc<App>>, caller: Caller) -> Result<axum::Json<AdminPlugins>, Problem> {
    caller.require_admin()?;
    let since = app.clock.now_ms() - COUNTED_MS;
    let mut plugins = Vec::new();
    for row in store::all(&app.db).await? {
        plugins.extend(app.plugins.overview(&row).await?.map(|plugin| (row.id, plugin)));
    }
    let mut complete = Vec::new();
    for (id, plugin) in plugins {
        complete.push(AdminPlugin {
            calls: calls::figures(&app.db, &id, since).await?,
            egress: app.egress.usage(&format!("plugin:{id}"), since).await?,
            ..plugin
        });
    }
    let bundled = app.plugins.bundled_publisher();
    let mut publishers: Vec<_> = bundled.iter().map(|publisher| shown(publisher, true)).collect();
    for pinned in store::publishers(&app.db).await? {
        publishers.extend(
            Publisher::new(&pinned.name, &pinned.key)
                .ok()
                .map(|one| shown(&one, false)),
        );
    }
    Ok(axum::Json(AdminPlugins {
        plugins: complete,
        publishers,
        since,
    }))
}

impl Plugins {
    /// None when its package is gone.
    async fn overview(&self, row: &Installed) -> Result<Option<AdminPlugin>, Problem> {
        let waiting = self.unjudged(row.waiting.as_deref()).await?;
        let current = self.unjudged(row.current.as_deref()).await?;
        let previous = self.unjudged(row.previous.as_deref()).await?;
        let Some(package) = current.as_ref().or(waiting.as_ref()) else {
            return Ok(None);
        };
        let granted = granted(row).map_err(|error| Problem::internal(&error))?;
        let entered = values::handles(&self.db, &row.id).await?;
        let loaded = self.find(&row.id);
        let (state, reason) = self.state(row);
        let manifest = &package.manifest;
        let access = manifest.request().granted(&granted);
        let upgrade = waiting
            .as_ref()
            .filter(|_| current.is_some())
            .map(|waiting| PluginUpgrade {
                version: waiting.manifest.version.to_string(),
                digest: waiting.digest.clone(),
                widening: waiting.manifest.request().widening(&granted),
                consent: consent(&waiting.manifest),
                grants: grants(&waiting.manifest, &granted, &entered),
            });
        Ok(Some(AdminPlugin {
            id: row.id.clone(),
            title: manifest.title.clone(),
            world: manifest.world.as_str().to_owned(),
            purpose: manifest.purpose.clone(),
            licence: manifest.licence.clone(),
            version: manifest.version.to_string(),
            digest: package.digest.clone(),
            state,
            reason,
            publisher: package.publisher.name.clone(),
            fingerprint: fingerprint(&package.publisher.key),
            bundled: row.bundled,
            consent: sentences(state, manifest, &access),
            grants: grants(manifest, &granted, &entered),
            settings: settings(manifest, &row.config),
            parts: loaded.as_deref().map(parts).unwrap_or_default(),
            upgrade,
            previous: previous.map(|package| package.manifest.version.to_string()),
            calls: Default::default(),
            egress: Default::default(),
        }))
    }

    fn state(&self, row: &Installed) -> (PluginState, Option<String>) {
        if row.current.is_none() {
            return (PluginState::Waiting, None);
        }
        if !row.enabled {
            return (PluginState::Off, None);
        }
        match self.current().refused.get(&row.id) {
            Some(reason) => (PluginState::Refused, Some(reason.clone())),
            None => (PluginState::Running, None),
        }
    }

    /// What the package says of itself, trusted or not: an administrator also sees what no longer runs.
    async fn unjudged(&self, digest: Option<&str>) -> Result<Option<Package>, sqlx::Error> {
        let Some(digest) = digest else { return Ok(None) };
        let stored = store::package(&self.db, digest).await?;
        let sealed = stored.and_then(|stored| Sealed::read(&stored.bytes).ok());
        Ok(sealed.map(|sealed| sealed.unjudged().clone()))
    }
}

/// What it may do; before anyone decided, what it would.
fn sentences(state: PluginState, manifest: &Manifest, access: &Access) -> Vec<String> {
    if state == PluginState::Waiting {
        consent(manifest)
    } else {
        access.sentences(&manifest.title)
    }
}

fn grants(manifest: &Manifest, granted: &Granted, entered: &[String]) -> Vec<PluginGrant> {
    let http = manifest.http.iter().map(|rule| PluginGrant {
        kind: PluginGrantKind::Http,
        name: rule.origin.to_string(),
        title: rule.title.clone().unwrap_or_else(|| rule.origin.to_string()),
        granted: granted.http.iter().any(|one| one.origin == rule.origin),
        set: None,
    });
    let credentials = manifest.credential.iter().map(|one| PluginGrant {
        kind: PluginGrantKind::Credential,
        name: one.handle.clone(),
        title: one.title.clone(),
        granted: granted.credential(&one.handle).is_some(),
        set: Some(entered.contains(&one.handle)),
    });
    let files = manifest.files.iter().map(|one| PluginGrant {
        kind: PluginGrantKind::Files,
        name: one.root.clone(),
        title: one.title.clone(),
        granted: granted.folder(&one.root).is_some(),
        set: None,
    });
    http.chain(credentials).chain(files).collect()
}

fn settings(manifest: &Manifest, config: &BTreeMap<String, String>) -> Vec<PluginSetting> {
    let entered = |key: &str| config.get(key).cloned().unwrap_or_default();
    let declared = manifest.config.iter().map(|setting| {
        let value = Some(entered(&setting.key)).filter(|value| !value.is_empty());
        PluginSetting {
            key: setting.key.clone(),
            title: setting.title.clone(),
            value: value.unwrap_or_else(|| setting.default.clone()),
        }
    });
    let folders = manifest.files.iter().map(|folder| PluginSetting {
        key: folder_key(&folder.root),
        title: folder.title.clone(),
        value: folder_path(&folder.root, &entered(&folder_key(&folder.root))),
    });
    declared.chain(folders).collect()
}

fn parts(loaded: &Loaded) -> Vec<PluginPart> {
    loaded
        .all_parts()
        .map(|(id, title)| PluginPart {
            id: id.to_owned(),
            title: title.to_owned(),
            enabled: loaded.is_on(id),
        })
        .collect()
}
