//! World `chat-adapter`: completions that are pulled, each with its own instance until it is over.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use wasmtime::component::{InstancePre, ResourceAny};

use super::{Checked, Exports, common, models::Models};
use crate::{
    CallError, Limits, Outside, Phase, World,
    calls::{Connection, Session},
    ceiling::Ceiling,
    guest::Connected,
    types,
};

mod bindings {
    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "
            package voiceassist:host;
            world guest { export voiceassist:plugin/chat@0.1.0; }
        ",
        exports: { default: async },
        with: { "voiceassist:plugin/types": crate::v0_1::common::wit },
    });
}

use bindings::{Guest, GuestPre, exports::voiceassist::plugin::chat as wit};

pub(crate) struct ChatAdapter {
    calls: Connection,
    models: Models,
    instance: GuestPre<Connected>,
}

impl ChatAdapter {
    pub fn new(calls: Connection, instance: InstancePre<Connected>) -> wasmtime::Result<Self> {
        Ok(Self {
            calls,
            models: Models::new(instance.clone())?,
            instance: GuestPre::new(instance)?,
        })
    }
}

#[async_trait]
impl Exports for ChatAdapter {
    fn world(&self) -> World {
        World::ChatAdapter
    }

    async fn models(&self, outside: Arc<dyn Outside>) -> Checked<Vec<types::ModelInfo>> {
        self.models.models(&self.calls, outside).await
    }

    async fn open_chat(&self, outside: Arc<dyn Outside>, request: types::ChatRequest) -> Checked<Completion> {
        let limits = self.calls.limits.clone();
        let request = request_to(request);
        let mut session = self.calls.open(outside, Phase::Invoke).await?;
        let end = Instant::now() + limits.completion_deadline;
        let opened = session.run(limits.deadline, async |store| {
            let guest = self.instance.instantiate_async(&mut *store).await?;
            let opened = guest.voiceassist_plugin_chat().call_open(store, &request).await?;
            Ok((guest, opened))
        });
        let (guest, opened) = opened.await?;
        let handle = opened.map_err(common::refusal)?;
        Ok(Completion(Box::new(Open {
            running: Some(Running { session, guest, handle }),
            limits,
            end,
        })))
    }
}

/// A running completion. It keeps its instance and its place until it is over or dropped, which cancels it.
pub struct Completion(Box<dyn Pulled>);

/// Behind it are wasmtime's types, as behind [`Exports`].
#[async_trait]
trait Pulled: Send {
    async fn next(&mut self, limit: u32) -> Checked<Vec<types::ChatEvent>>;
}

struct Open {
    running: Option<Running>,
    limits: Limits,
    end: Instant,
}

struct Running {
    session: Session,
    guest: Guest,
    handle: ResourceAny,
}

impl Completion {
    /// Waits for at least one event and returns at most `limit`; an empty list once it is over. After an error
    /// it is over too.
    ///
    /// # Errors
    /// See [`CallError`]; `Deadline` when this wait, or the completion as a whole, took too long.
    pub async fn next(&mut self, limit: u32) -> Result<Vec<types::ChatEvent>, CallError> {
        self.0.next(limit).await
    }
}

#[async_trait]
impl Pulled for Open {
    async fn next(&mut self, limit: u32) -> Checked<Vec<types::ChatEvent>> {
        // Taken out, so that an error, and a caller who stops waiting, end it.
        let Some(mut running) = self.running.take() else {
            return Ok(Vec::new());
        };
        let left = self.end.saturating_duration_since(Instant::now());
        if left == Duration::ZERO {
            return Err(CallError::Deadline);
        }
        let Running { session, guest, handle } = &mut running;
        let events = session.run(left.min(self.limits.deadline), async |store| {
            let chat = guest.voiceassist_plugin_chat();
            chat.completion().call_next(store, *handle, limit).await
        });
        let events = events.await?.map_err(common::refusal)?;
        if events.len() > limit as usize {
            return Err(CallError::Output(format!("{} events instead of {limit}", events.len())));
        }
        let ceiling = Ceiling(&self.limits);
        let events = ceiling.list(events, |one| event(one, &ceiling))?;
        if !events.is_empty() {
            self.running = Some(running);
        }
        Ok(events)
    }
}

fn event(event: wit::Event, ceiling: &Ceiling) -> Checked<types::ChatEvent> {
    Ok(match event {
        wit::Event::Text(text) => types::ChatEvent::Text(ceiling.text(text)?),
        wit::Event::Reasoning(text) => types::ChatEvent::Reasoning(ceiling.text(text)?),
        wit::Event::ToolCall(call) => types::ChatEvent::ToolCall(types::ModelToolCall {
            id: ceiling.text(call.id)?,
            name: ceiling.text(call.name)?,
            arguments: ceiling.text(call.arguments)?,
        }),
        wit::Event::Usage(usage) => types::ChatEvent::Usage(types::Usage {
            input_tokens: usage.input_tokens,
            cached_input_tokens: usage.cached_input_tokens,
            output_tokens: usage.output_tokens,
        }),
        wit::Event::Finished(finish) => types::ChatEvent::Finished(match finish {
            wit::Finish::Stop => types::Finish::Stop,
            wit::Finish::Length => types::Finish::Length,
            wit::Finish::ToolCalls => types::Finish::ToolCalls,
            wit::Finish::Refused => types::Finish::Refused,
        }),
    })
}

fn request_to(request: types::ChatRequest) -> wit::Request {
    wit::Request {
        model: request.model,
        messages: request.messages.into_iter().map(message).collect(),
        tools: request.tools.into_iter().map(tool).collect(),
        temperature: request.temperature,
        max_output_tokens: request.max_output_tokens,
        stop: request.stop,
        response_schema: request.response_schema,
        extras: request.extras,
    }
}

fn message(message: types::Message) -> wit::Message {
    wit::Message {
        role: match message.role {
            types::Role::System => wit::Role::System,
            types::Role::User => wit::Role::User,
            types::Role::Assistant => wit::Role::Assistant,
            types::Role::Tool => wit::Role::Tool,
        },
        parts: message.parts.into_iter().map(part).collect(),
    }
}

fn part(part: types::Part) -> wit::Part {
    match part {
        types::Part::Text(text) => wit::Part::Text(text),
        types::Part::Image { mime_type, contents } => wit::Part::Image(wit::Image { mime_type, contents }),
        types::Part::ToolCall(call) => wit::Part::ToolCall(wit::ToolCall {
            id: call.id,
            name: call.name,
            arguments: call.arguments,
        }),
        types::Part::ToolOutput {
            call_id,
            is_error,
            text,
        } => wit::Part::ToolOutput(wit::ToolOutput {
            call_id,
            is_error,
            text,
        }),
        types::Part::Reasoning(json) => wit::Part::Reasoning(json),
    }
}

fn tool(tool: types::ToolDefinition) -> wit::ToolDefinition {
    wit::ToolDefinition {
        name: tool.name,
        description: tool.description,
        input_schema: tool.input_schema,
    }
}
