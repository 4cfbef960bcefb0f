//! Lists the endpoints and switches a configured one: on or off, and what it is given of patient information.

use api_types::{Agreement, EndpointKind, ModelEndpoint, PhiHandling, SwitchEndpoint};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::store::{self, Switch};
use super::{ModelSettings, Models, built_in};
use crate::audit;

#[derive(Debug, thiserror::Error)]
pub enum SwitchError {
    #[error("It was not changed: {0}.")]
    Blocked(String),
    #[error(
        "A model may see patient information under an agreement only: name where it is on file, in at most 200 characters \
         and without names of persons, and its day."
    )]
    NoAgreement,
    #[error(
        "Sound cannot be redacted: a voice vendor is either allowed patient information under an agreement, or never used."
    )]
    NotForSound,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl ModelSettings {
    /// Stands for address, model and locality together: change one and the endpoint is off again.
    pub(super) fn id(&self) -> String {
        let text = format!("{}\n{}\n{}", self.base_url, self.name, self.is_local);
        format!("openai-{}", &hex::encode(Sha256::digest(text))[..12])
    }
}

/// Why a vendor that is switched on is not used.
pub(super) const NOT_ALLOWED: &str =
    "sound counts as patient information, so it is used only once that is allowed under an agreement";

/// An endpoint as far as it is switched.
struct Known {
    id: String,
    title: String,
    base_url: String,
    local: bool,
    kind: EndpointKind,
}

impl Models {
    /// Those that write answers first.
    fn known(&self) -> Vec<Known> {
        let writing = self.switchable().into_iter().map(|endpoint| {
            let info = endpoint.info();
            Known {
                id: endpoint.id(),
                title: info.id,
                base_url: endpoint.base_url(),
                local: info.local,
                kind: EndpointKind::Answers,
            }
        });
        let speech = self.speech.iter().map(|vendor| Known {
            id: vendor.id(),
            title: vendor.title(),
            base_url: vendor.base_url(),
            local: false,
            kind: vendor.kind(),
        });
        writing.chain(speech).collect()
    }

    /// The built-in answerer first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn endpoints(&self) -> Result<Vec<ModelEndpoint>, sqlx::Error> {
        let mut endpoints = vec![built_in()];
        for known in self.known() {
            let switch = store::switch(&self.db, &known.id).await?;
            endpoints.push(self.listed(known, switch));
        }
        Ok(endpoints)
    }

    /// Who switched an endpoint last, by name, and when; none when nobody has.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn switched_by(&self, id: &str) -> Result<Option<(String, i64)>, sqlx::Error> {
        store::switched_by(&self.db, id).await
    }

    fn listed(&self, known: Known, switch: Switch) -> ModelEndpoint {
        let is_speech = known.kind != EndpointKind::Answers;
        let not_allowed = is_speech && switch.enabled && switch.handling != PhiHandling::PhiAllowed;
        let blocked = self.blocked(known.local);
        ModelEndpoint {
            id: known.id,
            title: known.title,
            kind: known.kind,
            base_url: Some(known.base_url),
            local: known.local,
            enabled: switch.enabled,
            built_in: false,
            blocked: blocked.or_else(|| not_allowed.then(|| NOT_ALLOWED.to_owned())),
            phi_handling: switch.handling,
            agreement: switch.agreement,
        }
    }

    /// Audited in the same transaction, with what was before. None when there is no such endpoint that could be switched.
    ///
    /// # Errors
    /// It may not be used now, an agreement is missing, or the database cannot be written; nothing has changed then.
    pub async fn switch(
        &self,
        id: &str,
        wanted: &SwitchEndpoint,
        by: &str,
    ) -> Result<Option<ModelEndpoint>, SwitchError> {
        let Some(known) = self.known().into_iter().find(|one| one.id == id) else {
            return Ok(None);
        };
        let before = store::switch(&self.db, id).await?;
        let after = Switch {
            enabled: wanted.enabled,
            handling: wanted.phi_handling.unwrap_or(before.handling),
            agreement: wanted.agreement.clone().or_else(|| before.agreement.clone()),
        };
        if after.handling == PhiHandling::PhiAllowed && !after.agreement.as_ref().is_some_and(is_complete) {
            return Err(SwitchError::NoAgreement);
        }
        if after.handling == PhiHandling::RedactAndRestore && known.kind != EndpointKind::Answers {
            return Err(SwitchError::NotForSound);
        }
        let wider = after.enabled || after.handling != PhiHandling::NeverPhi;
        if let Some(reason) = self.blocked(known.local).filter(|_| wider) {
            return Err(SwitchError::Blocked(reason));
        }
        let now = self.clock.now_ms();
        let mut tx = crate::db::begin(&self.db).await?;
        store::set_switch(&mut tx, id, &after, now, by).await?;
        let action = match (before.enabled, after.enabled) {
            (false, true) => "model.endpoint_on",
            (true, false) => "model.endpoint_off",
            (true, true) | (false, false) => "model.endpoint_changed",
        };
        let detail = json!({ "local": known.local, "before": recorded(&before), "after": recorded(&after) });
        let event = audit::Event::new(by, action, "model_endpoint", id).detail(detail);
        audit::record(&mut tx, now, &event).await?;
        tx.commit().await?;
        Ok(Some(self.listed(known, after)))
    }
}

/// A day that exists and words to find it by. They stand on receipts and in the audit, so they tell of nobody.
fn is_complete(agreement: &Agreement) -> bool {
    let named = phi::classify(&agreement.reference) < phi::Class::Phi
        && (1..=200).contains(&agreement.reference.trim().chars().count());
    named && agreement.agreed_on.len() == 10 && agreement.agreed_on.parse::<chrono::NaiveDate>().is_ok()
}

fn recorded(switch: &Switch) -> serde_json::Value {
    json!({
        "enabled": switch.enabled,
        "phi_handling": switch.handling,
        "agreement": switch.agreement,
    })
}
