//! A loaded plugin.

use std::sync::Arc;

use wasmtime::component::{Component, Linker};

use crate::{
    Argument, Calculator, CallError, Example, LoadError, Manifest, Outcome, Surface,
    engine::{Guest, Shared},
    surface, v0_1,
};

/// A compiled and linked component. Its calls are independent of each other and of every other plugin's.
pub struct Plugin {
    manifest: Manifest,
    surface: Surface,
    digest: String,
    calls: v0_1::Calls,
}

impl Plugin {
    pub(crate) fn load(shared: Arc<Shared>, component: &[u8]) -> Result<Self, LoadError> {
        let (surface, manifest) = surface::inspect(component, &shared.limits)?;
        let broken = |error: wasmtime::Error| LoadError::Compile(format!("{error:#}"));
        let compiled = Component::new(&shared.engine, component).map_err(broken)?;
        // Linked once and for all: building a linker costs more than a whole pooled call.
        let linker = Linker::<Guest>::new(&shared.engine);
        let instance = linker.instantiate_pre(&compiled).map_err(broken)?;
        let calls = v0_1::Calls::new(shared, instance).map_err(broken)?;
        let digest = blake3::hash(component).to_hex().to_string();
        Ok(Self {
            manifest,
            surface,
            digest,
            calls,
        })
    }

    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// What it can reach.
    #[must_use]
    pub fn surface(&self) -> &Surface {
        &self.surface
    }

    /// BLAKE3 of the component, in hex.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// # Errors
    /// See [`CallError`]; so for the other calls.
    pub async fn calculators(&self, language: &str) -> Result<Vec<Calculator>, CallError> {
        self.calls.calculators(language).await
    }

    /// Worked examples to hold the plugin against.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn examples(&self) -> Result<Vec<Example>, CallError> {
        self.calls.examples().await
    }

    /// Runs a calculator. `arguments` must have been checked and converted to each parameter's unit.
    ///
    /// # Errors
    /// See [`CallError`]; `Plugin` when the plugin itself refuses the arguments.
    pub async fn compute(
        &self,
        calculator: &str,
        arguments: Vec<Argument>,
        language: &str,
    ) -> Result<Outcome, CallError> {
        self.calls.compute(calculator, arguments, language).await
    }
}
