//! A loaded plugin.

use std::sync::Arc;

use wasmtime::component::{Component, Linker};

use crate::{
    Argument, Calculator, CallError, ChatEvent, ChatRequest, Example, LoadError, Manifest, Matrix, ModelInfo, Outcome,
    Outside, Plan, Purpose, SourceDocument, SourceInfo, SourcePage, Surface, Tool, ToolCall, ToolResult, World,
    engine::{Guest, Shared},
    surface, v0_1,
};

/// A compiled and linked component. Its calls are independent of each other and of every other plugin's.
pub struct Plugin {
    manifest: Option<Manifest>,
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
    pub fn world(&self) -> World {
        self.surface.world
    }

    /// What the SDK wrote into the component; a component of another language has none.
    #[must_use]
    pub fn manifest(&self) -> Option<&Manifest> {
        self.manifest.as_ref()
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

    /// # Errors
    /// See [`CallError`].
    pub async fn describe(&self, _outside: Arc<dyn Outside>) -> Result<SourceInfo, CallError> {
        Err(CallError::World(self.world()))
    }

    /// `since` in milliseconds since the Unix epoch.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn list(
        &self,
        _outside: Arc<dyn Outside>,
        _since: Option<u64>,
        _cursor: Option<&str>,
        _limit: u32,
    ) -> Result<SourcePage, CallError> {
        Err(CallError::World(self.world()))
    }

    /// # Errors
    /// See [`CallError`].
    pub async fn fetch(&self, _outside: Arc<dyn Outside>, _entry: &str) -> Result<SourceDocument, CallError> {
        Err(CallError::World(self.world()))
    }

    /// Needs nothing from outside, so every import answers `denied` meanwhile.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn tools(&self, _language: &str) -> Result<Vec<Tool>, CallError> {
        Err(CallError::World(self.world()))
    }

    /// Runs in [`Phase::Prepare`](crate::Phase::Prepare).
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn prepare(&self, _outside: Arc<dyn Outside>, _call: ToolCall) -> Result<Plan, CallError> {
        Err(CallError::World(self.world()))
    }

    /// Without an approved plan it runs in [`Phase::Read`](crate::Phase::Read), with one in
    /// [`Phase::Invoke`](crate::Phase::Invoke): what nobody approved cannot write.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn invoke(
        &self,
        _outside: Arc<dyn Outside>,
        _call: ToolCall,
        _approved: Option<Plan>,
    ) -> Result<ToolResult, CallError> {
        Err(CallError::World(self.world()))
    }

    /// # Errors
    /// See [`CallError`].
    pub async fn models(&self, _outside: Arc<dyn Outside>) -> Result<Vec<ModelInfo>, CallError> {
        Err(CallError::World(self.world()))
    }

    /// Runs in [`Phase::Invoke`](crate::Phase::Invoke): asking the model is what the adapter was granted for.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn open_chat(&self, _outside: Arc<dyn Outside>, _request: ChatRequest) -> Result<Completion, CallError> {
        Err(CallError::World(self.world()))
    }

    /// Runs in [`Phase::Invoke`](crate::Phase::Invoke).
    ///
    /// # Errors
    /// See [`CallError`]; `Output` unless there is one row of finite numbers an input.
    pub async fn embed(
        &self,
        _outside: Arc<dyn Outside>,
        _model: &str,
        _inputs: Vec<String>,
        _purpose: Purpose,
    ) -> Result<Matrix, CallError> {
        Err(CallError::World(self.world()))
    }
}

/// A running completion. It keeps its instance and its place until it is dropped, which cancels it.
pub struct Completion {
    world: World,
}

impl Completion {
    /// Waits for at least one event and returns at most `limit`; an empty list once it is over. After an error
    /// it is over too.
    ///
    /// # Errors
    /// See [`CallError`]; `Deadline` when one wait, or the whole, took too long.
    pub async fn next(&mut self, _limit: u32) -> Result<Vec<ChatEvent>, CallError> {
        Err(CallError::World(self.world))
    }
}
