//! World `embedding-adapter`.

use std::sync::Arc;

use async_trait::async_trait;
use wasmtime::component::InstancePre;

use super::{Checked, Exports, common, models::Models};
use crate::{CallError, Outside, Phase, World, calls::Connection, guest::Connected, types};

mod bindings {
    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "
            package voiceassist:host;
            world guest { export voiceassist:plugin/embeddings@0.1.0; }
        ",
        exports: { default: async },
        with: { "voiceassist:plugin/types": crate::v0_1::common::wit },
    });
}

use bindings::{GuestPre, exports::voiceassist::plugin::embeddings as wit};

pub(crate) struct EmbeddingAdapter {
    calls: Connection,
    models: Models,
    instance: GuestPre<Connected>,
}

impl EmbeddingAdapter {
    pub fn new(calls: Connection, instance: InstancePre<Connected>) -> wasmtime::Result<Self> {
        Ok(Self {
            calls,
            models: Models::new(instance.clone())?,
            instance: GuestPre::new(instance)?,
        })
    }
}

#[async_trait]
impl Exports for EmbeddingAdapter {
    fn world(&self) -> World {
        World::EmbeddingAdapter
    }

    async fn models(&self, outside: Arc<dyn Outside>) -> Checked<Vec<types::ModelInfo>> {
        self.models.models(&self.calls, outside).await
    }

    async fn embed(
        &self,
        outside: Arc<dyn Outside>,
        model: &str,
        inputs: Vec<String>,
        purpose: types::Purpose,
    ) -> Checked<types::Matrix> {
        let purpose = match purpose {
            types::Purpose::Query => wit::Purpose::Query,
            types::Purpose::Document => wit::Purpose::Document,
        };
        let matrix = self.calls.run(outside, Phase::Invoke, async |store| {
            let guest = self.instance.instantiate_async(&mut *store).await?;
            let exports = guest.voiceassist_plugin_embeddings();
            exports.call_embed(store, model, &inputs, purpose).await
        });
        rows(matrix.await?.map_err(common::refusal)?, inputs.len())
    }
}

/// One row of finite numbers for each input.
fn rows(matrix: wit::Matrix, inputs: usize) -> Checked<types::Matrix> {
    let expected = (matrix.dimensions as usize).checked_mul(inputs);
    if matrix.dimensions == 0 || expected != Some(matrix.values.len()) {
        return Err(CallError::Output(format!(
            "{} numbers for {inputs} rows of {}",
            matrix.values.len(),
            matrix.dimensions
        )));
    }
    if !matrix.values.iter().all(|value| value.is_finite()) {
        return Err(CallError::Output("a number that is not finite".into()));
    }
    Ok(types::Matrix {
        dimensions: matrix.dimensions,
        values: matrix.values,
    })
}
