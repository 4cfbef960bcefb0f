//! A loaded plugin.

use std::sync::Arc;

use crate::{
    Argument, Calculator, CallError, ChatRequest, Completion, Component, Example, Grants, LoadError, Lower, Manifest,
    Matrix, ModelInfo, Outcome, Outside, Plan, Purpose, SourceDocument, SourceInfo, SourcePage, Surface, Tool,
    ToolCall, ToolResult, World,
    engine::Shared,
    surface,
    v0_1::{Exports, link},
};

/// A compiled and linked component with what it was granted. Its calls are independent of each other and of every
/// other plugin's.
pub struct Plugin {
    manifest: Option<Manifest>,
    surface: Surface,
    digest: String,
    exports: Box<dyn Exports>,
}

impl Plugin {
    pub(crate) fn load(
        shared: &Arc<Shared>,
        Component { bytes, digest }: &Component,
        grants: Grants,
        lower: Option<&Lower>,
    ) -> Result<Self, LoadError> {
        let (surface, manifest) = surface::inspect(bytes, &shared.limits)?;
        let cache = shared.cache.as_ref();
        let compiled = match cache.and_then(|cache| cache.read(&shared.engine, digest)) {
            Some(compiled) => compiled,
            None => {
                surface::validate(bytes, surface.world)?;
                shared.compiler.compile(&shared.engine, cache, bytes, digest)?
            }
        };
        let limits = shared.limits.of(surface.world, lower);
        let exports = link(shared, &compiled, surface.world, grants, limits)
            .map_err(|error| LoadError::Compile(format!("{error:#}")))?;
        Ok(Self {
            manifest,
            surface,
            digest: digest.to_hex().to_string(),
            exports,
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
        self.exports.calculators(language).await
    }

    /// Worked examples to hold the plugin against.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn examples(&self) -> Result<Vec<Example>, CallError> {
        self.exports.examples().await
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
        self.exports.compute(calculator, arguments, language).await
    }

    /// # Errors
    /// See [`CallError`].
    pub async fn describe(&self, outside: Arc<dyn Outside>) -> Result<SourceInfo, CallError> {
        self.exports.describe(outside).await
    }

    /// `since` in milliseconds since the Unix epoch.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn list(
        &self,
        outside: Arc<dyn Outside>,
        since: Option<u64>,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<SourcePage, CallError> {
        self.exports.list(outside, since, cursor, limit).await
    }

    /// # Errors
    /// See [`CallError`].
    pub async fn fetch(&self, outside: Arc<dyn Outside>, entry: &str) -> Result<SourceDocument, CallError> {
        self.exports.fetch(outside, entry).await
    }

    /// Needs nothing from outside, so every import answers `denied` meanwhile.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn tools(&self, language: &str) -> Result<Vec<Tool>, CallError> {
        self.exports.tools(language).await
    }

    /// Runs in [`Phase::Prepare`](crate::Phase::Prepare).
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn prepare(&self, outside: Arc<dyn Outside>, call: ToolCall) -> Result<Plan, CallError> {
        self.exports.prepare(outside, call).await
    }

    /// Without an approved plan it runs in [`Phase::Read`](crate::Phase::Read), with one in
    /// [`Phase::Invoke`](crate::Phase::Invoke): what nobody approved cannot write.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn invoke(
        &self,
        outside: Arc<dyn Outside>,
        call: ToolCall,
        approved: Option<Plan>,
    ) -> Result<ToolResult, CallError> {
        self.exports.invoke(outside, call, approved).await
    }

    /// # Errors
    /// See [`CallError`].
    pub async fn models(&self, outside: Arc<dyn Outside>) -> Result<Vec<ModelInfo>, CallError> {
        self.exports.models(outside).await
    }

    /// Runs in [`Phase::Invoke`](crate::Phase::Invoke): asking the model is what the adapter was granted for.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn open_chat(&self, outside: Arc<dyn Outside>, request: ChatRequest) -> Result<Completion, CallError> {
        self.exports.open_chat(outside, request).await
    }

    /// Runs in [`Phase::Invoke`](crate::Phase::Invoke).
    ///
    /// # Errors
    /// See [`CallError`]; `Output` unless there is one row of finite numbers an input.
    pub async fn embed(
        &self,
        outside: Arc<dyn Outside>,
        model: &str,
        inputs: Vec<String>,
        purpose: Purpose,
    ) -> Result<Matrix, CallError> {
        self.exports.embed(outside, model, inputs, purpose).await
    }
}
