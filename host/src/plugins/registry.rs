//! The loaded plugins. A new set replaces the old in one step; calls under way keep the one they started with.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use api_types::{CalculatorInfo, PluginInfo, PluginList};
use sandbox::{Calculator, Compiler, Domain, Grants, Limits, Manifest, Plugin, Sandbox, SandboxError};

use super::{examples, units, wire};

pub struct Plugins {
    sandbox: Sandbox,
    current: RwLock<Arc<Registry>>,
}

#[derive(Default)]
pub struct Registry {
    loaded: Vec<Loaded>,
    notices: Vec<String>,
    catalogue: Vec<CalculatorInfo>,
}

pub struct Loaded {
    pub plugin: Plugin,
    pub manifest: Manifest,
    pub calculators: Vec<Calculator>,
    info: PluginInfo,
}

impl Plugins {
    /// Loads every `*.wasm` in `folder`. A plugin that cannot be loaded is left out and named in [`Self::notices`].
    ///
    /// # Errors
    /// When the sandbox itself cannot start.
    pub async fn load(folder: &Path) -> Result<Self, SandboxError> {
        Self::with_limits(folder, Limits::default()).await
    }

    /// As [`Self::load`], with other limits for a call.
    ///
    /// # Errors
    /// When the sandbox itself cannot start.
    pub async fn with_limits(folder: &Path, limits: Limits) -> Result<Self, SandboxError> {
        let sandbox = Sandbox::new(limits, Compiler::in_process())?;
        let registry = Registry::read(&sandbox, folder).await;
        Ok(Self {
            sandbox,
            current: RwLock::new(Arc::new(registry)),
        })
    }

    /// Reads `folder` again and replaces the set.
    pub async fn reload(&self, folder: &Path) {
        let registry = Arc::new(Registry::read(&self.sandbox, folder).await);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = registry;
    }

    pub fn current(&self) -> Arc<Registry> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn list(&self) -> PluginList {
        PluginList {
            plugins: self.current().loaded.iter().map(|loaded| loaded.info.clone()).collect(),
        }
    }

    /// Every calculator of every plugin.
    pub fn calculators(&self) -> Vec<CalculatorInfo> {
        self.current().catalogue.clone()
    }

    /// What an operator should know: plugins that were refused, or that there are none.
    pub fn notices(&self) -> Vec<String> {
        self.current().notices.clone()
    }
}

impl Registry {
    /// The plugin that has this calculator.
    pub fn find(&self, calculator: &str) -> Option<(&Loaded, &Calculator)> {
        self.loaded.iter().find_map(|loaded| {
            loaded
                .calculators
                .iter()
                .find(|one| one.id == calculator)
                .map(|one| (loaded, one))
        })
    }

    async fn read(sandbox: &Sandbox, folder: &Path) -> Self {
        let mut registry = Self::default();
        for file in components(folder) {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match registry.admit(sandbox, &file).await {
                Ok(loaded) => {
                    tracing::info!(
                        plugin = loaded.info.id,
                        version = loaded.info.version,
                        digest = loaded.plugin.digest(),
                        "plugin loaded"
                    );
                    registry.catalogue.extend(loaded.info.calculators.iter().cloned());
                    registry.loaded.push(loaded);
                }
                Err(reason) => {
                    tracing::warn!(file = name, reason, "plugin refused");
                    registry
                        .notices
                        .push(format!("The plugin {name} was not loaded: {reason}."));
                }
            }
        }
        if registry.loaded.is_empty() {
            registry
                .notices
                .push("There are no calculators: no plugin is installed. See `voiceassist doctor`.".to_owned());
        }
        registry
    }

    async fn admit(&self, sandbox: &Sandbox, file: &Path) -> Result<Loaded, String> {
        let component = tokio::fs::read(file)
            .await
            .map_err(|error| format!("the file cannot be read: {error}"))?;
        let plugin = sandbox
            .load(component, &Grants::default(), None)
            .await
            .map_err(|error| error.to_string())?;
        let manifest = plugin.manifest().cloned();
        let manifest = manifest.ok_or("it does not name itself; build it with the plugin SDK")?;
        let calculators = plugin.calculators("en").await.map_err(|error| error.to_string())?;
        let id = &manifest.id;
        if self.loaded.iter().any(|loaded| loaded.info.id == *id) {
            return Err(format!("another plugin is called {id}"));
        }
        for (place, calculator) in calculators.iter().enumerate() {
            let taken =
                self.find(&calculator.id).is_some() || calculators[..place].iter().any(|one| one.id == calculator.id);
            if taken {
                return Err(format!("another calculator is called {}", calculator.id));
            }
            declared_well(calculator)?;
        }
        examples::verify(&plugin, &calculators).await?;
        let info = wire::plugin(&plugin, &manifest, &calculators);
        Ok(Loaded {
            plugin,
            manifest,
            calculators,
            info,
        })
    }
}

/// A declaration the host can act on: distinct names, units it can convert.
fn declared_well(calculator: &Calculator) -> Result<(), String> {
    for (place, parameter) in calculator.parameters.iter().enumerate() {
        let name = format!("{} of {}", parameter.name, calculator.id);
        if calculator.parameters[..place]
            .iter()
            .any(|earlier| earlier.name == parameter.name)
        {
            return Err(format!("the parameter {name} is declared twice"));
        }
        if let Domain::Quantity(quantity) = &parameter.domain {
            let mut all = std::iter::once(&quantity.unit).chain(&quantity.also_accepts);
            if let Some(odd) = all.find(|unit| {
                units::convert(1.0, unit, &quantity.unit, quantity.molar_mass).is_none() || !units::known(unit)
            }) {
                return Err(format!(
                    "the unit {odd} of the parameter {name} cannot be converted to {}",
                    quantity.unit
                ));
            }
        }
    }
    Ok(())
}

/// In the order of their names, so that which of two wins does not depend on the file system.
fn components(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "wasm"))
        .collect();
    files.sort();
    files
}
