//! Models that write prose from passages, behind one trait. Whatever they write is checked before anyone reads it.
//!
//! The built-in extractive answerer needs no model and is the default; `route` decides. A configured endpoint is off
//! until an administrator switches it on, and every byte to it passes the egress gate.

mod adapter;
mod breaker;
mod carry;
mod embedding;
mod events;
mod openai;
mod prompt;
mod release;
mod route;
mod speech;
mod store;
mod switch;
mod test;

use api_types::{EndpointKind, ModelEndpoint, PhiHandling};
use futures::stream::BoxStream;
use secrecy::SecretString;
use url::Url;

pub use embedding::{EmbeddingAdapter, Space};
pub use openai::{OpenAiModel, Patience};
pub use route::{Chosen, Models, Selection};
pub use speech::{AllowedVendor, SpeechSettings, Stage, VendorUse};
pub use switch::SwitchError;

use crate::egress::{AllowedOrigin, Class, EgressError, Origin, PhiMode, Refusal, Release};

/// An OpenAI-compatible endpoint from the configuration.
#[derive(Clone)]
pub struct ModelSettings {
    /// Up to and without `/chat/completions`.
    pub base_url: Url,
    pub name: String,
    pub api_key: Option<SecretString>,
    /// The operator says that it runs in the building. Believed only if its address is loopback or private.
    pub is_local: bool,
}

impl ModelSettings {
    /// What the gate must allow for this endpoint.
    ///
    /// # Errors
    /// The URL carries a user name, or no host.
    pub fn allowed_origin(&self) -> Result<AllowedOrigin, Refusal> {
        Ok(AllowedOrigin {
            origin: Origin::parse(self.base_url.as_str())?,
            local: self.is_local,
            phi: PhiMode::Never,
        })
    }
}

/// Where an answer comes from, as shown with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelInfo {
    pub id: String,
    pub provider: String,
    pub local: bool,
    /// Such as "this server".
    pub ran_at: String,
}

/// One earlier question with the text of its answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Turn {
    pub question: String,
    pub answer: String,
}

#[derive(Clone)]
pub struct PromptPassage {
    /// What the model cites as `[number]`.
    pub number: u32,
    pub title: String,
    pub text: String,
    /// `Phi` unless its file is public or its folder is marked otherwise.
    pub class: Class,
    /// Identifiers in it can be found: it is in the language of the rules.
    pub english: bool,
}

#[derive(Clone)]
pub struct ModelRequest {
    /// Replaces the built-in instructions.
    pub system: Option<String>,
    /// Oldest first; only the end of a long history is sent, and the answers in it only to a local model.
    pub history: Vec<Turn>,
    pub question: String,
    pub passages: Vec<PromptPassage>,
    pub max_tokens: u32,
    /// Of question, history, context and tool results, as the caller knows it.
    pub class: Class,
    /// Identifiers in question and history can be found: they are in the language of the rules.
    pub english: bool,
    /// The answer whose receipt shows the request.
    pub answer_id: Option<String>,
    /// Set by the router, from the endpoint's switch.
    pub release: Release,
}

impl ModelRequest {
    /// The highest class of everything in the request. What a person typed is read strictly: a lone date or place
    /// may be a patient's, and so may anything in a language in which no identifiers are found.
    pub fn highest_class(&self) -> Class {
        let typed = std::iter::once(&self.question).chain(self.history.iter().map(|turn| &turn.question));
        let harmless = typed.into_iter().all(|text| phi::judge(text).class == phi::Class::None);
        let screened = if harmless { Class::Public } else { Class::Phi };
        let passages = self
            .passages
            .iter()
            .map(|passage| passage.class)
            .max()
            .unwrap_or(Class::Public);
        self.class.max(screened).max(passages)
    }
}

/// Pieces of the answer in order. Dropping it ends the request.
pub type ModelStream = BoxStream<'static, Result<String, ModelError>>;

pub trait ChatModel: Send + Sync {
    fn info(&self) -> ModelInfo;

    /// Nothing is sent before the stream is polled. An error is the last item.
    fn stream(&self, request: ModelRequest) -> ModelStream;
}

/// Why a model gave no answer or only a part. The texts are ours: what a provider wrote is not in them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    #[error("{0}")]
    Refused(Refusal),
    #[error("nothing could be sent because the egress log cannot be written")]
    NotLogged,
    #[error("it cannot be reached")]
    Unreachable,
    #[error("it does not accept the key in MODEL_API_KEY")]
    Key,
    #[error("it answers with an error (status {0})")]
    Status(u16),
    #[error("it was too slow: no {0}")]
    Timeout(&'static str),
    #[error("its answer broke off")]
    Cut,
    #[error("its answer cannot be read")]
    Malformed,
    #[error("it stopped with an error of its own")]
    Provider,
    #[error("its own filter withheld the answer")]
    Filtered,
    #[error("the request to it could not be built")]
    Setup,
}

impl ModelError {
    /// The endpoint is to blame, not the request.
    fn counts_against_endpoint(&self) -> bool {
        !matches!(self, Self::Refused(_) | Self::NotLogged | Self::Filtered | Self::Setup)
    }
}

impl From<EgressError> for ModelError {
    fn from(error: EgressError) -> Self {
        match error {
            EgressError::Refused(refusal) => Self::Refused(refusal),
            EgressError::LogUnavailable => Self::NotLogged,
            EgressError::NameNotResolved | EgressError::NotConnected => Self::Unreachable,
            EgressError::Setup(_) => Self::Setup,
            EgressError::Timeout { what, .. } => Self::Timeout(what),
            EgressError::ResponseTooLarge { .. } => Self::Malformed,
            EgressError::Broken => Self::Cut,
        }
    }
}

/// Whether a sentence holds a placeholder that could not be given back what it stands for.
pub fn is_lost(sentence: &str) -> bool {
    sentence.contains(phi::LOST)
}

/// The answerer that is always there.
pub fn extractive() -> ModelInfo {
    ModelInfo {
        id: "extractive".to_owned(),
        provider: "VoiceAssist".to_owned(),
        local: true,
        ran_at: "this server".to_owned(),
    }
}

fn built_in() -> ModelEndpoint {
    ModelEndpoint {
        id: extractive().id,
        title: "Built-in extractive answers".to_owned(),
        kind: EndpointKind::Answers,
        base_url: None,
        local: true,
        enabled: true,
        built_in: true,
        blocked: None,
        phi_handling: PhiHandling::NeverPhi,
        agreement: None,
    }
}
