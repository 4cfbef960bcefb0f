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

use wasmtime::component::Component;

pub(crate) use calculators::Calculators;
pub(crate) use chat::ChatAdapter;
pub use chat::Completion;
pub(crate) use embeddings::EmbeddingAdapter;
pub(crate) use imports::Imports;
pub(crate) use source::Source;
pub(crate) use tools::Tools;

use crate::{
    Grants, Limits, World,
    calls::{Connection, Pure},
    engine::Shared,
};

/// The exports of one plugin, linked.
pub(crate) enum Exports {
    Calculators(Calculators),
    Source(Source),
    Tools(Tools),
    Chat(ChatAdapter),
    Embeddings(EmbeddingAdapter),
}

impl Exports {
    /// Linked once and for all calls.
    ///
    /// # Errors
    /// When a signature is not the one of `wit/`.
    pub fn link(
        shared: &Arc<Shared>,
        component: &Component,
        world: World,
        grants: Grants,
        limits: Limits,
    ) -> wasmtime::Result<Self> {
        let (imports, lane) = (&shared.imports, shared.lane(world));
        let connect = |limits, lane| -> wasmtime::Result<_> {
            let instance = imports.connected.instantiate_pre(component)?;
            Ok((Connection::new(Arc::clone(shared), lane, limits, grants), instance))
        };
        Ok(match world {
            World::Calculator => {
                let instance = imports.none.instantiate_pre(component)?;
                Self::Calculators(Calculators::new(Pure::new(Arc::clone(shared), lane, limits), instance)?)
            }
            World::Scraper => {
                let (calls, instance) = connect(limits, lane)?;
                Self::Source(Source::new(calls, instance)?)
            }
            World::Integration => {
                let (calls, instance) = connect(limits, lane)?;
                Self::Tools(Tools::new(calls, instance)?)
            }
            World::ChatAdapter => {
                let (calls, instance) = connect(limits, lane)?;
                Self::Chat(ChatAdapter::new(calls, instance)?)
            }
            World::EmbeddingAdapter => {
                let (calls, instance) = connect(limits, lane)?;
                Self::Embeddings(EmbeddingAdapter::new(calls, instance)?)
            }
        })
    }
}
