//! Models that plugins connect: a chat adapter is asked like any other endpoint, and reaches only what it was granted.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use plugin_package::{Origin, World};
use sandbox::{CallError, ChatEvent, ChatRequest, Completion, ErrorKind, Finish, Message, Role};
use sha2::{Digest, Sha256};

use super::breaker::Health;
use super::prompt::{Part, prompt};
use super::route::Endpoint;
use super::{ChatModel, ModelError, ModelInfo, ModelRequest, ModelStream};
use crate::egress::Class;
use crate::plugins::{Loaded, OnBehalf, Reach, Real};

/// The bundled adapter of text-generation servers; made for BioGPT.
const BIOGPT: &str = "text-generation";
/// Events taken at once.
const EVENTS: u32 = 64;
const BETWEEN: Duration = Duration::from_secs(90);

/// The chat adapters that run and were granted an address.
pub struct Adapters {
    reach: Reach,
    biogpt: bool,
    known: Mutex<BTreeMap<String, Arc<Known>>>,
}

/// What is remembered of an adapter from one question to the next.
#[derive(Default)]
struct Known {
    health: Health,
    /// The server's own name of its model, once it was asked.
    model: Mutex<Option<String>>,
}

impl Adapters {
    pub fn new(reach: Reach, biogpt: bool) -> Self {
        Self {
            reach,
            biogpt,
            known: Mutex::default(),
        }
    }

    pub fn endpoints(&self) -> Vec<Arc<dyn Endpoint>> {
        let running = self.reach.plugins.running();
        let adapters = running.into_iter().filter(|loaded| {
            let access = loaded.access();
            let allowed = loaded.id() != BIOGPT || self.biogpt;
            access.world == World::ChatAdapter && !access.http.is_empty() && allowed
        });
        adapters
            .map(|loaded| {
                let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                let known = Arc::clone(known.entry(loaded.digest().to_owned()).or_default());
                Arc::new(Adapter::new(self.reach.clone(), loaded, known)) as Arc<dyn Endpoint>
            })
            .collect()
    }
}

#[derive(Clone)]
struct Adapter {
    reach: Reach,
    loaded: Arc<Loaded>,
    known: Arc<Known>,
    address: String,
}

impl Adapter {
    fn new(reach: Reach, loaded: Arc<Loaded>, known: Arc<Known>) -> Self {
        let settings = loaded.settings();
        let addresses = loaded.access().http.iter().map(|rule| match &rule.origin {
            Origin::Fixed(origin) => origin.clone(),
            Origin::Setting(key) => settings.get(key).cloned().unwrap_or_default(),
        });
        let address = addresses.into_iter().next().unwrap_or_default();
        Self {
            reach,
            loaded,
            known,
            address,
        }
    }

    /// The first of the server's models that chats.
    async fn model(&self, outside: &Arc<Real>) -> Result<String, ModelError> {
        let listing = self.loaded.plugin().models(Arc::clone(outside) as _);
        let calls = self.reach.plugins.calls();
        let models = calls
            .timed(self.loaded.part("models"), listing)
            .await
            .map_err(failure)?;
        let model = models.into_iter().find(|model| model.capabilities.chat);
        let id = model.ok_or(ModelError::Provider)?.id;
        *self.known.model.lock().unwrap_or_else(PoisonError::into_inner) = Some(id.clone());
        Ok(id)
    }

    async fn open(self, request: ModelRequest) -> Result<ModelStream, ModelError> {
        let local = self.info().local;
        let quotes = local && request.history.iter().any(|turn| !turn.answer.is_empty());
        let class = if quotes { Class::Phi } else { request.highest_class() };
        let answer = request.answer_id.clone().unwrap_or_default();
        let prompt = prompt(&request, local);
        let on_behalf = OnBehalf::default()
            .answering(&answer, &Default::default())
            .publishing(prompt.published)
            .carrying(class)
            .releasing(request.release.clone());
        let outside = Arc::new(Real::new(self.reach.clone(), &self.loaded, on_behalf));
        let asked = ChatRequest {
            model: self.model(&outside).await?,
            messages: prompt.parts.into_iter().map(message).collect(),
            tools: Vec::new(),
            temperature: Some(0.0),
            max_output_tokens: Some(request.max_tokens),
            stop: Vec::new(),
            response_schema: None,
            extras: "{}".to_owned(),
        };
        let opening = self.loaded.plugin().open_chat(outside, asked);
        let calls = self.reach.plugins.calls();
        let completion = calls.timed(self.loaded.part("chat"), opening).await.map_err(failure)?;
        let reading = Reading {
            completion,
            finished: false,
            known: Arc::clone(&self.known),
        };
        Ok(futures::stream::unfold(Some(reading), |reading| async {
            let mut reading = reading?;
            match reading.next().await {
                Ok(Some(text)) => Some((Ok(text), Some(reading))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        })
        .boxed())
    }
}

impl Endpoint for Adapter {
    fn id(&self) -> String {
        let text = format!("{}\n{}\n{}", self.loaded.id(), self.address, self.info().local);
        format!("plugin-{}", &hex::encode(Sha256::digest(text))[..12])
    }

    fn base_url(&self) -> String {
        self.address.clone()
    }

    fn health(&self) -> &Health {
        &self.known.health
    }
}

impl ChatModel for Adapter {
    fn info(&self) -> ModelInfo {
        let local = self.reach.egress.is_private_for_plugins(&self.address);
        let model = self.known.model.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let place = url::Url::parse(&self.address).ok();
        let host = place
            .as_ref()
            .and_then(url::Url::host_str)
            .unwrap_or("unknown")
            .to_owned();
        ModelInfo {
            id: model.unwrap_or_else(|| self.loaded.title().to_owned()),
            provider: format!("plugin {} {}", self.loaded.id(), self.loaded.version()),
            local,
            ran_at: if local { format!("local network ({host})") } else { host },
        }
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        let (known, clock) = (Arc::clone(&self.known), Arc::clone(&self.reach.clock));
        futures::stream::once(self.clone().open(request))
            .try_flatten()
            .inspect_err(move |error| {
                if error.counts_against_endpoint() {
                    known.health.failed(clock.now_ms());
                }
            })
            .boxed()
    }
}

struct Reading {
    completion: Completion,
    finished: bool,
    known: Arc<Known>,
}

impl Reading {
    /// The next piece of text; none once the model has finished properly.
    async fn next(&mut self) -> Result<Option<String>, ModelError> {
        loop {
            let events = tokio::time::timeout(BETWEEN, self.completion.next(EVENTS))
                .await
                .map_err(|_| ModelError::Timeout("further token"))?
                .map_err(failure)?;
            if events.is_empty() {
                if !self.finished {
                    return Err(ModelError::Cut);
                }
                self.known.health.succeeded();
                return Ok(None);
            }
            let mut text = String::new();
            for event in events {
                match event {
                    ChatEvent::Text(piece) => text.push_str(&piece),
                    ChatEvent::Finished(Finish::Refused) => return Err(ModelError::Filtered),
                    ChatEvent::Finished(_) => self.finished = true,
                    ChatEvent::Reasoning(_) | ChatEvent::ToolCall(_) | ChatEvent::Usage(_) => {}
                }
            }
            if !text.is_empty() {
                return Ok(Some(text));
            }
        }
    }
}

fn message(part: Part) -> Message {
    let (role, text) = match part {
        Part::System(text) => (Role::System, text),
        Part::User(text) => (Role::User, text),
        Part::Assistant(text) => (Role::Assistant, text),
    };
    Message {
        role,
        parts: vec![sandbox::Part::Text(text)],
    }
}

fn failure(error: CallError) -> ModelError {
    match error {
        CallError::Deadline => ModelError::Timeout("response"),
        CallError::Plugin(refusal) => match refusal.kind {
            ErrorKind::AuthRequired => ModelError::Key,
            ErrorKind::Unavailable => ModelError::Unreachable,
            ErrorKind::RateLimited => ModelError::Status(429),
            ErrorKind::Denied => ModelError::Filtered,
            ErrorKind::InvalidInput
            | ErrorKind::NotFound
            | ErrorKind::Conflict
            | ErrorKind::Unsupported
            | ErrorKind::Internal => ModelError::Provider,
        },
        CallError::Trap(_) | CallError::Memory | CallError::Output(_) | CallError::Saturated | CallError::World(_) => {
            ModelError::Provider
        }
    }
}
