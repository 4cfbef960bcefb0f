//! Lists the endpoints and switches a configured one on or off.

use api_types::ModelEndpoint;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{ModelSettings, Models, built_in, store};
use crate::audit;

#[derive(Debug, thiserror::Error)]
pub enum SwitchError {
    #[error("It was not switched on: {0}.")]
    Blocked(String),
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
            let (id, info) = (endpoint.id(), endpoint.info());
            endpoints.push(ModelEndpoint {
                enabled: store::is_enabled(&self.db, &id).await?,
                id,
                title: info.id.clone(),
                base_url: Some(endpoint.base_url()),
                local: info.local,
                built_in: false,
                blocked: self.blocked(&info),
            });
        }
        Ok(endpoints)
    }

    /// Audited in the same transaction. None when there is no such endpoint that could be switched.
    ///
    /// # Errors
    /// It may not be used now, or the database cannot be written; nothing has changed then.
    pub async fn set_enabled(&self, id: &str, enabled: bool, by: &str) -> Result<Option<ModelEndpoint>, SwitchError> {
        let Some(endpoint) = self
            .endpoints()
            .await?
            .into_iter()
            .find(|one| one.id == id && !one.built_in)
        else {
            return Ok(None);
        };
        if let Some(reason) = endpoint.blocked.as_ref().filter(|_| enabled) {
            return Err(SwitchError::Blocked(reason.clone()));
        }
        let now = self.clock.now_ms();
        let mut tx = crate::db::begin(&self.db).await?;
        store::set_enabled(&mut tx, id, enabled, now, by).await?;
        let action = if enabled {
            "model.endpoint_on"
        } else {
            "model.endpoint_off"
        };
        let event = audit::Event::new(by, action, "model_endpoint", id).detail(json!({ "local": endpoint.local }));
        audit::record(&mut tx, now, &event).await?;
        tx.commit().await?;
        Ok(Some(ModelEndpoint { enabled, ..endpoint }))
    }
}
