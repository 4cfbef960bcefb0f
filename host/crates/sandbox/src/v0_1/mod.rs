//! Version 0.1 of the plugin interface, converted into the newest types: what guests call in `imports`, what they
//! export in a module a world.

mod calculators;
mod chat;
mod common;
mod embeddings;
mod imports;
mod models;
mod source;
mod tools;

use std::sync::Arc;

use async_trait::async_trait;
use wasmtime::component::Component;

pub use chat::Completion;
pub(crate) use imports::Imports;

use calculators::Calculators;
use chat::ChatAdapter;
use embeddings::EmbeddingAdapter;
use source::Source;
use tools::Tools;

use crate::{
    Argument, Calculator, CallError, ChatRequest, Example, Grants, Limits, Matrix, ModelInfo, Outcome, Outside, Plan,
    Purpose, SourceDocument, SourceInfo, SourcePage, Tool, ToolCall, ToolResult, World,
    calls::{Connection, Pure},
    engine::Shared,
};

type Checked<T> = Result<T, CallError>;

/// The exports of one plugin, linked; what its world does not have is refused.
///
/// An object, so that nobody who awaits a call has to prove what wasmtime's types are: that was a fifth of the time in
/// which the host compiles.
#[async_trait]
pub(crate) trait Exports: Send + Sync {
    fn world(&self) -> World;

    async fn calculators(&self, _language: &str) -> Checked<Vec<Calculator>> {
        Err(CallError::World(self.world()))
    }

    async fn examples(&self) -> Checked<Vec<Example>> {
        Err(CallError::World(self.world()))
    }

    async fn compute(&self, _calculator: &str, _arguments: Vec<Argument>, _language: &str) -> Checked<Outcome> {
        Err(CallError::World(self.world()))
    }

    async fn describe(&self, _outside: Arc<dyn Outside>) -> Checked<SourceInfo> {
        Err(CallError::World(self.world()))
    }

    async fn list(
        &self,
        _outside: Arc<dyn Outside>,
        _since: Option<u64>,
        _cursor: Option<&str>,
        _limit: u32,
    ) -> Checked<SourcePage> {
        Err(CallError::World(self.world()))
    }

    async fn fetch(&self, _outside: Arc<dyn Outside>, _entry: &str) -> Checked<SourceDocument> {
        Err(CallError::World(self.world()))
    }

    async fn tools(&self, _language: &str) -> Checked<Vec<Tool>> {
        Err(CallError::World(self.world()))
    }

    async fn prepare(&self, _outside: Arc<dyn Outside>, _call: ToolCall) -> Checked<Plan> {
        Err(CallError::World(self.world()))
    }

    async fn invoke(
        &self,
        _outside: Arc<dyn Outside>,
        _call: ToolCall,
        _approved: Option<Plan>,
    ) -> Checked<ToolResult> {
        Err(CallError::World(self.world()))
    }

    async fn models(&self, _outside: Arc<dyn Outside>) -> Checked<Vec<ModelInfo>> {
        Err(CallError::World(self.world()))
    }

    async fn open_chat(&self, _outside: Arc<dyn Outside>, _request: ChatRequest) -> Checked<Completion> {
        Err(CallError::World(self.world()))
    }

    async fn embed(
        &self,
        _outside: Arc<dyn Outside>,
        _model: &str,
        _inputs: Vec<String>,
        _purpose: Purpose,
    ) -> Checked<Matrix> {
        Err(CallError::World(self.world()))
    }
}

/// Linked once and for all calls.
///
/// # Errors
/// When a signature is not the one of `wit/`.
pub(crate) fn link(
    shared: &Arc<Shared>,
    component: &Component,
    world: World,
    grants: Grants,
    limits: Limits,
) -> wasmtime::Result<Box<dyn Exports>> {
    let (imports, lane) = (&shared.imports, shared.lane(world));
    let connect = |limits, lane| -> wasmtime::Result<_> {
        let instance = imports.connected.instantiate_pre(component)?;
        Ok((Connection::new(Arc::clone(shared), lane, limits, grants), instance))
    };
    Ok(match world {
        World::Calculator => {
            let instance = imports.none.instantiate_pre(component)?;
            Box::new(Calculators::new(Pure::new(Arc::clone(shared), lane, limits), instance)?)
        }
        World::Scraper => {
            let (calls, instance) = connect(limits, lane)?;
            Box::new(Source::new(calls, instance)?)
        }
        World::Integration => {
            let (calls, instance) = connect(limits, lane)?;
            Box::new(Tools::new(calls, instance)?)
        }
        World::ChatAdapter => {
            let (calls, instance) = connect(limits, lane)?;
            Box::new(ChatAdapter::new(calls, instance)?)
        }
        World::EmbeddingAdapter => {
            let (calls, instance) = connect(limits, lane)?;
            Box::new(EmbeddingAdapter::new(calls, instance)?)
        }
    })
}
