//! The plugins of this server: read from the database, replaced in one step whenever it says so.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use api_types::{CalculatorInfo, PluginList, ToolInfo};
use plugin_package::{Granted, Package, Publisher, Revocations, Trust};
use sandbox::{Compiler, Limits, Sandbox, SandboxError};
use tokio::sync::Mutex;

use super::calls::CallLog;
use super::ready::{self, ready};
use super::registry::{Loaded, LoadedTool, Ready, Registry};
use super::store::{self, Installed, proposals};
use crate::clock::{Clock, Random};
use crate::config::Config;
use crate::db::Db;

/// How soon a running server takes up what another process or replica changed.
const LOOK: Duration = Duration::from_secs(1);
/// Looks between two removals of old rows.
const FORGET: u32 = 600;
/// Beyond their time: long enough to say that they are used up.
const KEPT_PROPOSALS_MS: i64 = 60 * 60 * 1000;

/// The hidden verb that compiles one component.
pub const COMPILE: &str = "compile-plugin";

pub struct Plugins {
    pub(super) sandbox: Sandbox,
    pub(super) db: Db,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) places: Places,
    calls: CallLog,
    current: RwLock<Arc<Registry>>,
    reading: Mutex<()>,
}

/// Where plugins come from.
#[derive(Clone, Debug)]
pub struct Places {
    /// Packages that came with the program, and the key that signed them (`publisher.toml`).
    pub bundled: PathBuf,
    /// The revocation list; it need not exist.
    pub revocations: PathBuf,
}

impl Plugins {
    /// Nothing is loaded until [`Self::refresh`]. `worker` is this program: it compiles in a child of its own.
    ///
    /// # Errors
    /// When the sandbox cannot start.
    pub fn of(
        config: &Config,
        db: Db,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        worker: &Path,
    ) -> Result<Self, SandboxError> {
        let compiler = Compiler::child(worker.to_owned(), vec![COMPILE.into()]);
        let mut fresh_key = [0; 32];
        random.fill(&mut fresh_key);
        let compiler = compiler.cached(config.cache_dir.join("compiled"), fresh_key);
        let places = Places {
            bundled: config.cache_dir.join("plugins"),
            revocations: config.data_dir.join("plugin-revocations.toml"),
        };
        Self::new(db, clock, random, Sandbox::new(Limits::default(), compiler)?, places)
    }

    pub(super) fn new(
        db: Db,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        sandbox: Sandbox,
        places: Places,
    ) -> Result<Self, SandboxError> {
        Ok(Self {
            sandbox,
            calls: CallLog::start(db.clone(), Arc::clone(&clock), random),
            db,
            clock,
            places,
            current: RwLock::default(),
            reading: Mutex::default(),
        })
    }

    pub fn current(&self) -> Arc<Registry> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn calls(&self) -> &CallLog {
        &self.calls
    }

    pub fn list(&self) -> PluginList {
        PluginList {
            plugins: self.current().infos(),
        }
    }

    /// Every calculator that is switched on, by title.
    pub fn calculators(&self) -> Vec<CalculatorInfo> {
        self.current().catalogue()
    }

    /// Every tool that is switched on.
    pub fn tools(&self) -> Vec<ToolInfo> {
        self.current().tools()
    }

    /// What an operator should know: plugins that cannot run, or that there are none.
    pub fn notices(&self) -> Vec<String> {
        self.current().notices.clone()
    }

    pub fn running(&self) -> Vec<Arc<Loaded>> {
        self.current().loaded.values().cloned().collect()
    }

    pub fn find(&self, id: &str) -> Option<Arc<Loaded>> {
        self.current().loaded.get(id).cloned()
    }

    pub fn tool(&self, plugin: &str, tool: &str) -> Option<(Arc<Loaded>, LoadedTool)> {
        let loaded = self.find(plugin)?;
        let tool = loaded.tools().find(|one| one.name() == tool)?.clone();
        Some((loaded, tool))
    }

    /// Whose packages are taken: those IT pinned and the one that came with the program, less what is revoked.
    ///
    /// # Errors
    /// The revocation list cannot be read: then no package is trusted.
    pub async fn trust(&self) -> Result<Trust, TrustError> {
        // The program's own key has its own name whatever was pinned.
        let mut publishers: Vec<Publisher> = self.bundled_publisher().into_iter().collect();
        for pinned in store::publishers(&self.db).await? {
            publishers.extend(Publisher::new(&pinned.name, &pinned.key).ok());
        }
        let revoked = match std::fs::read_to_string(&self.places.revocations) {
            Ok(text) => Revocations::parse(&text).map_err(|error| TrustError::Revocations(error.to_string()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Revocations::default(),
            Err(error) => return Err(TrustError::Revocations(error.to_string())),
        };
        Ok(Trust { publishers, revoked })
    }

    pub fn bundled_publisher(&self) -> Option<Publisher> {
        let text = std::fs::read_to_string(self.places.bundled.join("publisher.toml")).ok()?;
        Publisher::parse(&text).ok()
    }

    /// Reads what should run, and replaces the set.
    ///
    /// # Errors
    /// Of the database; the set stays as it was.
    pub async fn refresh(&self) -> Result<(), sqlx::Error> {
        let _one_at_a_time = self.reading.lock().await;
        let revision = store::revision(&self.db).await?;
        let parts = store::parts(&self.db).await?;
        let trust = self.trust().await;
        let before = self.current();
        let mut registry = Registry {
            revision,
            ..Registry::default()
        };
        for row in store::all(&self.db).await? {
            if !row.enabled || row.current.is_none() {
                continue;
            }
            let found = match &trust {
                Ok(trust) => self.take_up(&row, &parts, trust, &before).await,
                Err(error) => Err(error.to_string()),
            };
            let admitted = found.and_then(|loaded| registry.admit(loaded));
            if let Err(reason) = admitted {
                tracing::warn!(plugin = row.id, reason, "a plugin does not run");
                registry
                    .notices
                    .push(format!("The plugin {} does not run: {reason}.", row.id));
                registry.refused.insert(row.id, reason);
            }
        }
        if registry.loaded.is_empty() {
            let none = "There are no calculators: no plugin runs. See `voiceassist doctor`.";
            registry.notices.push(none.to_owned());
        }
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(registry);
        Ok(())
    }

    async fn take_up(
        &self,
        row: &Installed,
        parts: &BTreeMap<(String, String), bool>,
        trust: &Trust,
        before: &Registry,
    ) -> Result<Arc<Loaded>, String> {
        let digest = row.current.as_deref().unwrap_or_default();
        let granted = granted(row)?;
        let ready = match self.reused(row, digest, &granted, before, trust)? {
            Some(ready) => ready,
            None => {
                let package = self.package(digest, trust).await?;
                let access = package.manifest.request().granted(&granted);
                let ready = ready(&self.sandbox, package, &access).await?;
                tracing::info!(plugin = row.id, version = %ready.package.manifest.version, digest, "plugin loaded");
                Arc::new(ready)
            }
        };
        let switched = parts
            .iter()
            .filter(|((plugin, _), _)| *plugin == row.id)
            .map(|((_, part), enabled)| (part.clone(), *enabled))
            .collect();
        Ok(Arc::new(Loaded::new(ready, row, &granted, &switched)))
    }

    /// What is loaded already and would be linked the same way.
    fn reused(
        &self,
        row: &Installed,
        digest: &str,
        granted: &Granted,
        before: &Registry,
        trust: &Trust,
    ) -> Result<Option<Arc<Ready>>, String> {
        let Some(loaded) = before.loaded.get(&row.id).filter(|loaded| loaded.digest() == digest) else {
            return Ok(None);
        };
        let package = &loaded.ready.package;
        if !trust.publishers.contains(&package.publisher) {
            return Err(format!("its publisher {} is no longer trusted", package.publisher.name));
        }
        trust.revoked.check(package).map_err(|revoked| revoked.to_string())?;
        let grants = ready::grants(&package.manifest.request().granted(granted));
        Ok((loaded.ready.grants == grants).then(|| Arc::clone(&loaded.ready)))
    }

    /// A package that was installed, judged again by today's trust.
    ///
    /// # Errors
    /// It is not there, or not trusted any more.
    pub(super) async fn package(&self, digest: &str, trust: &Trust) -> Result<Package, String> {
        let stored = store::package(&self.db, digest)
            .await
            .map_err(|error| error.to_string())?;
        let stored = stored.ok_or_else(|| "its package is gone; install it again".to_owned())?;
        Package::open(&stored.bytes, trust).map_err(|error| error.to_string())
    }

    /// Takes up what other processes and replicas changed, and forgets old proposals, until the task is dropped.
    pub async fn follow(&self) {
        for round in 0_u32.. {
            if round.is_multiple_of(FORGET) {
                self.forget().await;
            }
            tokio::time::sleep(LOOK).await;
            let seen = store::revision(&self.db).await;
            let result = match seen {
                Ok(revision) if revision == self.current().revision => continue,
                Ok(_) => self.refresh().await,
                Err(error) => Err(error),
            };
            if let Err(error) = result {
                tracing::error!(%error, "the plugins could not be read");
            }
        }
    }
}

impl Plugins {
    async fn forget(&self) {
        let now = self.clock.now_ms();
        if let Err(error) = proposals::forget(&self.db, now - KEPT_PROPOSALS_MS).await {
            tracing::error!(%error, "old proposals could not be forgotten");
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    #[error("the revocation list cannot be read, so no package is trusted: {0}")]
    Revocations(String),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

pub(super) fn granted(row: &Installed) -> Result<Granted, String> {
    serde_json::from_str(&row.granted).map_err(|error| format!("its grants cannot be read: {error}"))
}

impl Registry {
    /// # Errors
    /// A calculator of another plugin has the same id: which of two would answer must not depend on their order.
    fn admit(&mut self, loaded: Arc<Loaded>) -> Result<(), String> {
        for calculator in loaded.calculators() {
            if let Some((other, _)) = self.calculator(&calculator.id) {
                return Err(format!("{} has a calculator called {} too", other.id(), calculator.id));
            }
        }
        self.loaded.insert(loaded.id().to_owned(), loaded);
        Ok(())
    }
}
