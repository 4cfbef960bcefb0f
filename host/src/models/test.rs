//! Sends an endpoint a request about nobody and tells how it went, so that an administrator need not try it on a question.

use api_types::EndpointTest;
use futures::TryStreamExt;

use super::{ModelRequest, Models, SwitchError};
use crate::audit;
use crate::egress::{Class, Release};

const QUESTION: &str = "Write only the word: ready";

impl Models {
    /// Works for one that is off, too. Audited before it is sent. None when there is no such endpoint.
    ///
    /// # Errors
    /// It may not be used now, or the database cannot be read or written; nothing was sent then.
    pub async fn test(&self, id: &str, by: &str) -> Result<Option<EndpointTest>, SwitchError> {
        let Some(endpoint) = self.switchable().into_iter().find(|one| one.id() == id) else {
            return Ok(None);
        };
        if let Some(reason) = self.blocked(&endpoint.info()) {
            return Err(SwitchError::Blocked(reason));
        }
        let began = self.clock.now_ms();
        let event = audit::Event::new(by, "model.endpoint_tested", "model_endpoint", id);
        audit::record_alone(&self.db, began, &event).await?;
        let mut stream = endpoint.stream(ModelRequest {
            system: Some("You are asked whether you work.".to_owned()),
            history: Vec::new(),
            question: QUESTION.to_owned(),
            passages: Vec::new(),
            max_tokens: 16,
            class: Class::Public,
            english: true,
            answer_id: None,
            release: Release::default(),
        });
        let mut first_ms = None;
        let problem = loop {
            match stream.try_next().await {
                Ok(Some(_)) => first_ms = first_ms.or_else(|| Some(self.clock.now_ms() - began)),
                Ok(None) => break None,
                Err(error) => break Some(error.to_string()),
            }
        };
        Ok(Some(EndpointTest {
            total_ms: self.clock.now_ms() - began,
            first_ms,
            problem,
        }))
    }
}
