//! The packages that came with the program. Calculators run at once; whatever reaches outside waits for consent.

use std::path::{Path, PathBuf};

use plugin_package::Sealed;

use super::install::{InstallError, Origin};
use super::set::Plugins;
use super::store;

/// Who installs them, in the audit.
const ACTOR: &str = "system:bundle";

impl Plugins {
    /// Installs what is new in the folder of bundled packages and reads the set. A package that cannot be installed is named
    /// in the log and leaves the others alone.
    ///
    /// # Errors
    /// Of the database.
    pub async fn arrange(&self) -> Result<(), sqlx::Error> {
        self.refresh().await?;
        for file in packages(&self.places.bundled) {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let installed = match tokio::fs::read(&file).await {
                Ok(bytes) => self.install_if_new(bytes).await.map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            if let Err(reason) = installed {
                tracing::warn!(file = name, reason, "a bundled plugin was not installed");
            }
        }
        Ok(())
    }

    async fn install_if_new(&self, bytes: Vec<u8>) -> Result<(), InstallError> {
        let sealed = Sealed::read(&bytes).map_err(|error| InstallError::Refused(error.to_string()))?;
        let package = sealed.unjudged();
        let known = store::all(&self.db).await?.into_iter().any(|row| {
            let digests = [row.current, row.previous, row.waiting];
            row.id == package.manifest.id && digests.iter().flatten().any(|digest| *digest == package.digest)
        });
        if known {
            return Ok(());
        }
        self.install(bytes, ACTOR, Origin::Bundled).await.map(drop)
    }
}

/// In the order of their names.
fn packages(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "vaplugin"))
        .collect();
    files.sort();
    files
}
