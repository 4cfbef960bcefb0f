//! Any OpenAI-compatible endpoint, streamed through async-openai, whose transport is the egress gate.

use std::sync::Arc;
use std::time::Duration;

use async_openai::Client;
use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use async_openai::types::chat::{
    ChatCompletionRequestAssistantMessageArgs, ChatCompletionRequestMessage, ChatCompletionRequestSystemMessageArgs,
    ChatCompletionRequestUserMessageArgs, ChatCompletionResponseStream, CreateChatCompletionRequest,
    CreateChatCompletionRequestArgs, FinishReason,
};
use futures::{StreamExt, TryStreamExt};
use tokio::time::Instant;

use super::breaker::Health;
use super::carry::{self, Carrier};
use super::events::Verdict;
use super::prompt::{Part, prompt};
use super::route::Endpoint;
use super::{ChatModel, ModelError, ModelInfo, ModelRequest, ModelSettings, ModelStream};
use crate::clock::Clock;
use crate::egress::{Class, Egress, Limits, request_builder};

/// How long to wait for an answer.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    pub first_token: Duration,
    pub between_tokens: Duration,
    pub total: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            // A local model on two cores reads a prompt of 6,000 tokens in about a minute.
            first_token: Duration::from_secs(90),
            between_tokens: Duration::from_secs(20),
            total: Duration::from_secs(240),
        }
    }
}

#[derive(Clone)]
pub struct OpenAiModel {
    settings: ModelSettings,
    egress: Egress,
    clock: Arc<dyn Clock>,
    patience: Patience,
    health: Arc<Health>,
}

impl OpenAiModel {
    pub fn new(settings: ModelSettings, egress: Egress, clock: Arc<dyn Clock>, patience: Patience) -> Self {
        Self {
            settings,
            egress,
            clock,
            patience,
            health: Arc::default(),
        }
    }

    pub(super) fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    async fn open(self, request: ModelRequest) -> Result<ModelStream, ModelError> {
        let started = Instant::now();
        let verdict = Verdict::default();
        let prompt = prompt(&request, self.settings.is_local);
        // Earlier answers quote files that need not be public, and only a model believed to be local is given them.
        let quotes = self.settings.is_local && request.history.iter().any(|turn| !turn.answer.is_empty());
        let class = if quotes { Class::Phi } else { request.highest_class() };
        let carrier = Carrier {
            egress: self.egress.clone(),
            class,
            answer_id: request.answer_id.clone(),
            published: prompt.published,
            release: request.release.clone(),
            limits: Limits {
                first_byte: self.patience.first_token,
                between_chunks: self.patience.first_token,
                total: self.patience.total,
                // A key must not travel on.
                redirects: 0,
                ..Limits::default()
            },
            verdict: verdict.clone(),
        };
        let service = tower::service_fn(move |factory: HttpRequestFactory| carrier.clone().carry(factory));
        let client = Client::build(request_builder()?, carry::Endpoint::new(&self.settings)).with_http_service(service);
        let body = wire(&self.settings.name, prompt.parts, request.max_tokens).map_err(|_| ModelError::Setup)?;
        let events = tokio::time::timeout(self.patience.first_token, client.chat().create_stream(body))
            .await
            .map_err(|_| ModelError::Timeout("response"))?
            .map_err(|error| verdict.take_error().unwrap_or_else(|| unexpected(&error)))?;
        let reading = Reading {
            events,
            verdict,
            finished: false,
            due: started + self.patience.first_token,
            model: self,
        };
        Ok(futures::stream::unfold(Some(reading), |reading| async {
            let mut reading = reading?;
            match reading.next().await {
                Ok(Some(text)) => Some((Ok(text), Some(reading))),
                Ok(None) => {
                    reading.model.health.succeeded();
                    None
                }
                Err(error) => Some((Err(error), None)),
            }
        })
        .boxed())
    }
}

impl Endpoint for OpenAiModel {
    fn id(&self) -> String {
        self.settings.id()
    }

    fn base_url(&self) -> String {
        self.settings.base_url.to_string()
    }

    fn health(&self) -> &Health {
        &self.health
    }
}

impl ChatModel for OpenAiModel {
    fn info(&self) -> ModelInfo {
        let host = self.settings.base_url.host_str().unwrap_or("unknown");
        ModelInfo {
            id: self.settings.name.clone(),
            provider: format!("OpenAI-compatible endpoint at {host}"),
            local: self.settings.is_local,
            ran_at: if self.settings.is_local {
                format!("local network ({host})")
            } else {
                host.to_owned()
            },
        }
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        let (health, clock) = (self.health.clone(), self.clock.clone());
        futures::stream::once(self.clone().open(request))
            .try_flatten()
            .inspect_err(move |error| {
                if error.counts_against_endpoint() {
                    health.failed(clock.now_ms());
                }
            })
            .boxed()
    }
}

struct Reading {
    events: ChatCompletionResponseStream,
    verdict: Verdict,
    finished: bool,
    /// When the next token must be here.
    due: Instant,
    model: OpenAiModel,
}

impl Reading {
    /// The next piece of text; none once the server has finished properly.
    async fn next(&mut self) -> Result<Option<String>, ModelError> {
        loop {
            let event = tokio::time::timeout_at(self.due, self.events.next())
                .await
                .map_err(|_| ModelError::Timeout("further token"))?;
            let chunk = match event {
                None => return self.end(),
                Some(Ok(chunk)) => chunk,
                Some(Err(error)) => return Err(self.verdict.take_error().unwrap_or_else(|| unexpected(&error))),
            };
            let Some(choice) = chunk.choices.into_iter().next() else {
                continue;
            };
            match choice.finish_reason {
                Some(FinishReason::ContentFilter) => return Err(ModelError::Filtered),
                Some(_) => self.finished = true,
                None => {}
            }
            if let Some(text) = choice.delta.content.filter(|text| !text.is_empty()) {
                self.due = Instant::now() + self.model.patience.between_tokens;
                return Ok(Some(text));
            }
        }
    }

    fn end(&mut self) -> Result<Option<String>, ModelError> {
        match self.verdict.take_error() {
            Some(error) => Err(error),
            None if self.finished || self.verdict.is_complete() => Ok(None),
            None => Err(ModelError::Cut),
        }
    }
}

fn wire(model: &str, parts: Vec<Part>, max_tokens: u32) -> Result<CreateChatCompletionRequest, OpenAIError> {
    let messages = parts.into_iter().map(message).collect::<Result<Vec<_>, _>>()?;
    // `max_tokens` and not its successor: llama.cpp and older vLLM know only this one.
    CreateChatCompletionRequestArgs::default()
        .model(model)
        .messages(messages)
        .max_tokens(max_tokens)
        .temperature(0.0)
        .stream(true)
        .build()
}

fn message(part: Part) -> Result<ChatCompletionRequestMessage, OpenAIError> {
    Ok(match part {
        Part::System(text) => ChatCompletionRequestSystemMessageArgs::default()
            .content(text)
            .build()?
            .into(),
        Part::User(text) => ChatCompletionRequestUserMessageArgs::default()
            .content(text)
            .build()?
            .into(),
        Part::Assistant(text) => ChatCompletionRequestAssistantMessageArgs::default()
            .content(text)
            .build()?
            .into(),
    })
}

/// An error that did not come through the gate. Its text may hold a piece of the answer and goes nowhere.
fn unexpected(error: &OpenAIError) -> ModelError {
    match error {
        OpenAIError::InvalidArgument(_) => ModelError::Setup,
        OpenAIError::JSONDeserialize(..) => ModelError::Malformed,
        _ => ModelError::Cut,
    }
}
