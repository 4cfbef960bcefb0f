//! Installs a package: judged, compiled, tried on its own examples. It runs at once when it asks for nothing beyond what was
//! granted; otherwise a person decides first.

use std::sync::Arc;

use api_types::{PackageForm, PluginInstalled, ProblemBody};
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use plugin_package::{Granted, Manifest, Package};
use serde_json::json;

use super::ready::ready;
use super::set::{Plugins, TrustError, granted};
use super::store::{self, Installed, Stored};
use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;

/// Largest package file, with room for the form around it.
pub const PACKAGE_BYTES: usize = 40 << 20;

#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// In words for the person who installs.
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Trust(#[from] TrustError),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl From<InstallError> for Problem {
    fn from(error: InstallError) -> Self {
        match error {
            InstallError::Refused(reason) => Self::bad_request(reason),
            InstallError::Trust(TrustError::Revocations(_)) => Self::unavailable(error.to_string()),
            InstallError::Trust(TrustError::Database(error)) | InstallError::Database(error) => error.into(),
        }
    }
}

/// How a package reached this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Someone installs it.
    Person,
    /// It came with the program.
    Bundled,
}

#[utoipa::path(post, path = "/api/v1/admin/plugins",
    request_body(content = PackageForm, content_type = "multipart/form-data"),
    responses((status = 200, body = PluginInstalled), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    form: Result<Multipart, MultipartRejection>,
) -> Result<axum::Json<PluginInstalled>, Problem> {
    caller.require_admin()?;
    let mut form = form?;
    let unreadable = |_| Problem::bad_request("The upload could not be read to its end. Send one package file.");
    let field = form.next_field().await.map_err(unreadable)?;
    let field = field.ok_or_else(|| Problem::bad_request("There is no file in the form."))?;
    let bytes = field.bytes().await.map_err(unreadable)?;
    let installed = app.plugins.install(bytes.to_vec(), caller.id(), Origin::Person).await?;
    Ok(axum::Json(installed))
}

impl Plugins {
    /// # Errors
    /// [`InstallError::Refused`] with the reason; nothing has changed then.
    pub async fn install(&self, bytes: Vec<u8>, by: &str, origin: Origin) -> Result<PluginInstalled, InstallError> {
        let refused = |reason: String| InstallError::Refused(format!("The package was not installed: {reason}."));
        // Before what takes long: without the trail nothing is installed.
        let intent = Event::new(by, "plugin.installed", "plugin", "");
        audit::probe(&self.db, self.clock.now_ms(), &intent).await?;
        let trust = self.trust().await?;
        let package = Package::open(&bytes, &trust).map_err(|error| refused(error.to_string()))?;
        let nothing = nothing(&package.manifest);
        let access = package.manifest.request().granted(&nothing);
        let tried = ready(&self.sandbox, package, &access).await.map_err(refused)?;
        for calculator in &tried.calculators {
            if let Some((other, _)) = self.current().calculator(&calculator.id)
                && other.id() != tried.package.manifest.id
            {
                let reason = format!("{} has a calculator called {} already", other.title(), calculator.id);
                return Err(refused(reason));
            }
        }
        let package = tried.package;
        let now = self.clock.now_ms();
        let mut tx = audit::begin(&self.db).await?;
        let before = store::one(&mut tx, &package.manifest.id).await?;
        let (row, widening) = self
            .row_after(before, &package, nothing, origin)
            .await
            .map_err(refused)?;
        let stored = Stored {
            plugin: package.manifest.id.clone(),
            version: package.manifest.version.to_string(),
            publisher: package.publisher.name.clone(),
            key: hex::encode(package.publisher.key),
            bytes,
        };
        store::keep_package(&mut tx, &package.digest, &stored, by, now).await?;
        store::put(&mut tx, &row, by, now).await?;
        store::forget_packages(&mut tx, &row).await?;
        let detail = json!({ "version": stored.version, "digest": package.digest, "publisher": stored.key,
            "active": widening.is_empty() });
        let event = Event::new(by, "plugin.installed", "plugin", &row.id).detail(detail);
        audit::record(&mut tx, now, &event).await?;
        tx.commit().await?;
        self.refresh().await?;
        Ok(PluginInstalled {
            id: row.id,
            version: stored.version,
            active: widening.is_empty(),
            widening,
        })
    }

    /// The plugin's row with this package: running, or waiting for a person; and what it asks for beyond the grant.
    async fn row_after(
        &self,
        before: Option<Installed>,
        package: &Package,
        nothing: Granted,
        origin: Origin,
    ) -> Result<(Installed, Vec<String>), String> {
        let digest = Some(package.digest.clone());
        let mut row = match before {
            Some(row) => {
                self.follows(&row, package, origin).await?;
                row
            }
            None => Installed {
                id: package.manifest.id.clone(),
                enabled: true,
                current: None,
                previous: None,
                waiting: None,
                granted: serde_json::to_string(&nothing).map_err(|error| error.to_string())?,
                config: Default::default(),
                bundled: origin == Origin::Bundled,
            },
        };
        if row.current == digest {
            return Ok((row, Vec::new()));
        }
        let widening = package.manifest.request().widening(&granted(&row)?);
        if widening.is_empty() {
            row.previous = row.current.take();
            row.current = digest;
            row.waiting = None;
        } else {
            row.waiting = digest;
        }
        Ok((row, widening))
    }

    /// A package takes another's place only as its successor.
    async fn follows(&self, row: &Installed, package: &Package, origin: Origin) -> Result<(), String> {
        let Some(digest) = row.current.as_ref().or(row.waiting.as_ref()) else {
            return Ok(());
        };
        let before = store::package(&self.db, digest)
            .await
            .map_err(|error| error.to_string())?;
        let Some(before) = before else { return Ok(()) };
        // The program's own packages are signed anew by every build.
        if row.bundled && origin == Origin::Bundled {
            return Ok(());
        }
        if before.key != hex::encode(package.publisher.key) {
            return Err(format!(
                "{} was installed from the publisher {}, and this package is signed with another key. Remove the plugin \
                 first if you mean to change its publisher",
                row.id, before.publisher
            ));
        }
        let (old, new) = (before.version.parse().ok(), &package.manifest.version);
        if old.as_ref().is_some_and(|old| new < old) {
            return Err(format!(
                "version {new} is older than {} which is installed; to step back, use the step back to the version before",
                before.version
            ));
        }
        if old.as_ref() == Some(new) && package.digest != *digest {
            return Err(format!(
                "version {new} is installed with other contents; its publisher must raise the version"
            ));
        }
        Ok(())
    }
}

/// What a plugin may do before anyone decided.
pub(super) fn nothing(manifest: &Manifest) -> Granted {
    let mut granted = manifest.request().grant();
    granted.revoke_all();
    granted
}
