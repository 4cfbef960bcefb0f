//! Chooses who answers: the extractive answerer unless a configured endpoint is switched on, healthy and allowed to see
//! the question.

use std::sync::Arc;

use api_types::PhiHandling;

use super::adapter::Adapters;
use super::breaker::{Breaker, Health};
use super::openai::{OpenAiModel, Patience};
use super::release::Released;
use super::speech::Vendor;
use super::store::{self, Switch};
use super::{ChatModel, ModelInfo, ModelSettings, extractive};
use crate::clock::Clock;
use crate::db::Db;
use crate::egress::{Class, Egress, screening};
use crate::plugins::Reach;

pub struct Models {
    pub(super) db: Db,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) endpoint: Option<OpenAiModel>,
    pub(super) adapters: Option<Adapters>,
    pub(super) speech: Vec<Arc<Vendor>>,
    screening: Screening,
}

/// What the self-test of the detection of patient information gets wrong.
type Screening = fn() -> &'static [&'static str];

/// A model that an administrator may switch on.
pub(super) trait Endpoint: ChatModel {
    /// Stands for all that makes it what was switched on: change any of it and it is off again.
    fn id(&self) -> String;
    fn base_url(&self) -> String;
    fn health(&self) -> &Health;
}

pub enum Chosen {
    Extractive,
    Endpoint(Arc<dyn ChatModel>),
}

pub struct Selection {
    pub chosen: Chosen,
    pub info: ModelInfo,
    pub reason: String,
    /// 0 to 1: how sure it is that this choice will stand.
    pub confidence: f32,
    /// For the reader, when it is not what an administrator chose.
    pub notice: Option<String>,
}

impl Models {
    pub fn new(settings: Option<ModelSettings>, egress: Egress, db: Db, clock: Arc<dyn Clock>) -> Self {
        let endpoint = settings.map(|settings| OpenAiModel::new(settings, egress, clock.clone(), Patience::default()));
        Self {
            db,
            clock,
            endpoint,
            adapters: None,
            speech: Vec::new(),
            screening,
        }
    }

    /// With the models that plugins connect.
    pub fn with_adapters(self, reach: Reach, biogpt: bool) -> Self {
        Self {
            adapters: Some(Adapters::new(reach, biogpt)),
            ..self
        }
    }

    /// With another self-test than that of this build.
    pub fn with_screening(self, screening: Screening) -> Self {
        Self { screening, ..self }
    }

    /// Why nothing may go to a remote model, if so.
    pub(super) fn blocked(&self, local: bool) -> Option<String> {
        let failed = if local { &[] } else { (self.screening)() };
        let first = failed.first()?;
        Some(format!(
            "the self-test of the detection of patient information fails, {} of its cases, such as: {first}",
            failed.len()
        ))
    }

    /// The configured endpoint first, then those of plugins.
    pub(super) fn switchable(&self) -> Vec<Arc<dyn Endpoint>> {
        let configured = self
            .endpoint
            .iter()
            .cloned()
            .map(|one| Arc::new(one) as Arc<dyn Endpoint>);
        let adapters = self.adapters.iter().flat_map(Adapters::endpoints);
        configured.chain(adapters).collect()
    }

    async fn switched_on(&self) -> Result<Option<(Arc<dyn Endpoint>, Switch)>, sqlx::Error> {
        for endpoint in self.switchable() {
            let switch = store::switch(&self.db, &endpoint.id()).await?;
            if switch.enabled {
                return Ok(Some((endpoint, switch)));
            }
        }
        Ok(None)
    }

    /// As `new`, waiting for an answer as long as `patience` says.
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.endpoint = self.endpoint.map(|endpoint| endpoint.with_patience(patience));
        self
    }

    /// `class`: the highest of question, history, passages and tool results.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn route(&self, class: Class) -> Result<Selection, sqlx::Error> {
        let Some((endpoint, switch)) = self.switched_on().await? else {
            return Ok(match self.switchable().first() {
                None => built_in("no model endpoint is configured", None),
                Some(off) => built_in(&format!("the endpoint of {} is switched off", off.info().id), None),
            });
        };
        let info = endpoint.info();
        if class == Class::Phi && !info.local && switch.handling == PhiHandling::NeverPhi {
            let reason = format!("it may hold patient information, and {} is remote", info.id);
            return Ok(built_in(&reason, Some(notice(&reason))));
        }
        if let Some(reason) = self.blocked(info.local) {
            return Ok(built_in(&reason, Some(notice(&reason))));
        }
        let health = endpoint.health().ask(self.clock.now_ms());
        if health == Breaker::Open {
            let reason = format!("{} has failed several times and is given a pause", info.id);
            return Ok(built_in(&reason, Some(notice(&reason))));
        }
        let trying = health == Breaker::Trying;
        Ok(Selection {
            reason: if trying {
                "it is tried again after failures"
            } else {
                "an administrator switched it on"
            }
            .to_owned(),
            // The gate screens the whole request again and may still refuse one that is not plainly public.
            confidence: if trying {
                0.5
            } else if info.local || class == Class::Public {
                1.0
            } else {
                0.8
            },
            notice: None,
            chosen: Chosen::Endpoint(if info.local {
                endpoint
            } else {
                Arc::new(Released { endpoint, switch })
            }),
            info,
        })
    }

    /// Who would answer, to show it; asks nothing of a paused endpoint's one trial.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn shown(&self) -> Result<ModelInfo, sqlx::Error> {
        Ok(self
            .switched_on()
            .await?
            .map_or_else(extractive, |(endpoint, _)| endpoint.info()))
    }

    /// Endpoints that are switched on and have failed several times, by the name of their model.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn paused(&self) -> Result<Vec<String>, sqlx::Error> {
        let mut paused = Vec::new();
        for endpoint in self.switchable().into_iter().filter(|one| one.health().is_paused()) {
            if store::switch(&self.db, &endpoint.id()).await?.enabled {
                paused.push(endpoint.info().id);
            }
        }
        for vendor in self.speech.iter().filter(|one| one.health().is_paused()) {
            if store::switch(&self.db, &vendor.id()).await?.enabled {
                paused.push(vendor.title());
            }
        }
        Ok(paused)
    }

    /// The choice of no model at all.
    pub fn none(&self, reason: &str) -> Selection {
        built_in(reason, None)
    }

    /// The built-in answerer says that nothing was found; the chosen endpoint had nothing to write from.
    pub fn not_asked(&self, spared: &ModelInfo) -> Selection {
        built_in(
            &format!("no passage speaks to the question, so {} was not asked", spared.id),
            None,
        )
    }

    /// What answers after the chosen endpoint could not.
    pub fn fall_back(&self, failed: &ModelInfo, why: &str) -> Selection {
        let reason = format!("{} was not used: {why}", failed.id);
        built_in(&reason, Some(notice(&reason)))
    }
}

fn built_in(reason: &str, notice: Option<String>) -> Selection {
    Selection {
        chosen: Chosen::Extractive,
        info: extractive(),
        reason: reason.to_owned(),
        confidence: 1.0,
        notice,
    }
}

fn notice(reason: &str) -> String {
    format!("Answered on this server from the passages themselves, because {reason}.")
}
