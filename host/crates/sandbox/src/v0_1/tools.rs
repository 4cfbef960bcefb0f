//! World `integration`.

use std::sync::Arc;

use async_trait::async_trait;
use wasmtime::component::InstancePre;

use super::{
    Checked, Exports,
    common::{self, citation},
};
use crate::{Outside, Phase, World, calls::Connection, ceiling::Ceiling, guest::Connected, types};

mod bindings {
    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "
            package voiceassist:host;
            world guest { export voiceassist:plugin/tools@0.1.0; }
        ",
        exports: { default: async },
        with: { "voiceassist:plugin/types": crate::v0_1::common::wit },
    });
}

use bindings::{GuestPre, exports::voiceassist::plugin::tools as wit};

pub(crate) struct Tools {
    calls: Connection,
    instance: GuestPre<Connected>,
}

impl Tools {
    pub fn new(calls: Connection, instance: InstancePre<Connected>) -> wasmtime::Result<Self> {
        Ok(Self {
            calls,
            instance: GuestPre::new(instance)?,
        })
    }
}

#[async_trait]
impl Exports for Tools {
    fn world(&self) -> World {
        World::Integration
    }

    async fn tools(&self, language: &str) -> Checked<Vec<types::Tool>> {
        let language = language.to_owned();
        let tools = self.calls.run_alone(async |store| {
            let guest = self.instance.instantiate_async(&mut *store).await?;
            guest.voiceassist_plugin_tools().call_tools(store, &language).await
        });
        let tools = tools.await?;
        let ceiling = Ceiling(&self.calls.limits);
        ceiling.list(tools, |one| tool(one, &ceiling))
    }

    async fn prepare(&self, outside: Arc<dyn Outside>, call: types::ToolCall) -> Checked<types::Plan> {
        let call = call_to(call);
        let plan = self.calls.run(outside, Phase::Prepare, async |store| {
            let guest = self.instance.instantiate_async(&mut *store).await?;
            guest.voiceassist_plugin_tools().call_prepare(store, &call).await
        });
        let plan = plan.await?.map_err(common::refusal)?;
        let ceiling = Ceiling(&self.calls.limits);
        Ok(types::Plan {
            changes: ceiling.list(plan.changes, |one| change(one, &ceiling))?,
            state: ceiling.text(plan.state)?,
        })
    }

    async fn invoke(
        &self,
        outside: Arc<dyn Outside>,
        call: types::ToolCall,
        approved: Option<types::Plan>,
    ) -> Checked<types::ToolResult> {
        let phase = if approved.is_some() { Phase::Invoke } else { Phase::Read };
        let (call, approved) = (call_to(call), approved.map(plan_to));
        let result = self.calls.run(outside, phase, async |store| {
            let guest = self.instance.instantiate_async(&mut *store).await?;
            let exports = guest.voiceassist_plugin_tools();
            exports.call_invoke(store, &call, approved.as_ref()).await
        });
        let result = result.await?.map_err(common::refusal)?;
        let ceiling = Ceiling(&self.calls.limits);
        Ok(types::ToolResult {
            content: ceiling.list(result.content, |one| content(one, &ceiling))?,
            structured: ceiling.optional(result.structured)?,
        })
    }
}

fn tool(tool: wit::ToolInfo, ceiling: &Ceiling) -> Checked<types::Tool> {
    Ok(types::Tool {
        name: ceiling.text(tool.name)?,
        title: ceiling.text(tool.title)?,
        description: ceiling.text(tool.description)?,
        effect: match tool.effect {
            wit::Effect::Read => types::Effect::Read,
            wit::Effect::Write => types::Effect::Write,
            wit::Effect::Irreversible => types::Effect::Irreversible,
        },
        input_schema: ceiling.text(tool.input_schema)?,
        output_schema: ceiling.optional(tool.output_schema)?,
    })
}

fn change(change: wit::Change, ceiling: &Ceiling) -> Checked<types::Change> {
    Ok(types::Change {
        summary: ceiling.text(change.summary)?,
        target: ceiling.text(change.target)?,
        before: ceiling.optional(change.before)?,
        after: ceiling.optional(change.after)?,
    })
}

fn content(content: wit::Content, ceiling: &Ceiling) -> Checked<types::Content> {
    Ok(match content {
        wit::Content::Text(text) => types::Content::Text(ceiling.text(text)?),
        wit::Content::Citation(given) => types::Content::Citation(citation(given, ceiling)?),
        wit::Content::File(file) => types::Content::File {
            root: ceiling.text(file.root)?,
            path: ceiling.text(file.path)?,
        },
        wit::Content::Card(card) => types::Content::Card(ceiling.text(card)?),
    })
}

fn call_to(call: types::ToolCall) -> wit::Call {
    wit::Call {
        tool: call.tool,
        arguments: call.arguments,
        language: call.language,
        idempotency_key: call.idempotency_key,
    }
}

fn plan_to(plan: types::Plan) -> wit::Plan {
    let change = |change: types::Change| wit::Change {
        summary: change.summary,
        target: change.target,
        before: change.before,
        after: change.after,
    };
    wit::Plan {
        changes: plan.changes.into_iter().map(change).collect(),
        state: plan.state,
    }
}
