//! Interface `models`, which both adapter worlds export.

use std::sync::Arc;

use wasmtime::component::InstancePre;

use super::{Checked, common};
use crate::{Outside, Phase, calls::Connection, ceiling::Ceiling, guest::Connected, types};

mod bindings {
    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "
            package voiceassist:host;
            world guest { export voiceassist:plugin/models@0.1.0; }
        ",
        exports: { default: async },
        with: { "voiceassist:plugin/types": crate::v0_1::common::wit },
    });
}

use bindings::{GuestPre, exports::voiceassist::plugin::models as wit};

pub(super) struct Models {
    instance: GuestPre<Connected>,
}

impl Models {
    pub fn new(instance: InstancePre<Connected>) -> wasmtime::Result<Self> {
        Ok(Self {
            instance: GuestPre::new(instance)?,
        })
    }

    pub async fn models(&self, calls: &Connection, outside: Arc<dyn Outside>) -> Checked<Vec<types::ModelInfo>> {
        let models = calls.run(outside, Phase::Read, async |store| {
            let guest = self.instance.instantiate_async(&mut *store).await?;
            guest.voiceassist_plugin_models().call_models(store).await
        });
        let models = models.await?.map_err(common::refusal)?;
        let ceiling = Ceiling(&calls.limits);
        ceiling.list(models, |one| model(one, &ceiling))
    }
}

fn model(model: wit::ModelInfo, ceiling: &Ceiling) -> Checked<types::ModelInfo> {
    let has = |capability| model.capabilities.contains(capability);
    Ok(types::ModelInfo {
        capabilities: types::Capabilities {
            chat: has(wit::Capability::CHAT),
            embedding: has(wit::Capability::EMBEDDING),
            tools: has(wit::Capability::TOOLS),
            vision: has(wit::Capability::VISION),
            reasoning: has(wit::Capability::REASONING),
            json_schema: has(wit::Capability::JSON_SCHEMA),
        },
        id: ceiling.text(model.id)?,
        title: ceiling.text(model.title)?,
        context_tokens: model.context_tokens,
        output_tokens: model.output_tokens,
        dimensions: model.dimensions,
        region: ceiling.optional(model.region)?,
        extras: ceiling.text(model.extras)?,
    })
}
