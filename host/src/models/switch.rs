//! Lists the endpoints and switches a configured one: on or off, and what it is given of patient information.

use api_types::{Agreement, ModelEndpoint, PhiHandling, SwitchEndpoint};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::route::Endpoint;
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

impl Models {
    /// The built-in answerer first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn endpoints(&self) -> Result<Vec<ModelEndpoint>, sqlx::Error> {
        let mut endpoints = vec![built_in()];
        for endpoint in self.switchable() {
            let switch = store::switch(&self.db, &endpoint.id()).await?;
            endpoints.push(self.listed(endpoint.as_ref(), switch));
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

    fn listed(&self, endpoint: &dyn Endpoint, switch: Switch) -> ModelEndpoint {
        let info = endpoint.info();
        ModelEndpoint {
            id: endpoint.id(),
            title: info.id.clone(),
            base_url: Some(endpoint.base_url()),
            local: info.local,
            enabled: switch.enabled,
            built_in: false,
            blocked: self.blocked(&info),
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
        let Some(endpoint) = self.switchable().into_iter().find(|one| one.id() == id) else {
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
        let info = endpoint.info();
        let wider = after.enabled || after.handling != PhiHandling::NeverPhi;
        if let Some(reason) = self.blocked(&info).filter(|_| wider) {
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
        let detail = json!({ "local": info.local, "before": recorded(&before), "after": recorded(&after) });
        let event = audit::Event::new(by, action, "model_endpoint", id).detail(detail);
        audit::record(&mut tx, now, &event).await?;
        tx.commit().await?;
        Ok(Some(self.listed(endpoint.as_ref(), after)))
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
