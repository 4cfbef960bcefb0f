//! Sends an endpoint a request about nobody and tells how it went, so that an administrator need not try it on a question.

use api_types::EndpointTest;
use futures::TryStreamExt;

use super::switch::NOT_ALLOWED;
use super::{AllowedVendor, ModelRequest, Models, SwitchError};
use crate::audit;
use crate::egress::{Class, Release};

const QUESTION: &str = "Write only the word: ready";

impl Models {
    /// The speech vendor of an endpoint that is to be tested; audited. None when it is none.
    ///
    /// # Errors
    /// It may not be used now, or the database cannot be read or written.
    pub async fn begin_speech_test(&self, id: &str, by: &str) -> Result<Option<AllowedVendor>, SwitchError> {
        let Some(vendor) = self.vendor_to_try(id).await? else {
            return Ok(None);
        };
        let vendor = vendor.ok_or_else(|| SwitchError::Blocked(NOT_ALLOWED.to_owned()))?;
        self.note_test(id, by, self.clock.now_ms()).await?;
        Ok(Some(vendor))
    }

    async fn note_test(&self, id: &str, by: &str, now: i64) -> Result<(), sqlx::Error> {
        let event = audit::Event::new(by, "model.endpoint_tested", "model_endpoint", id);
        audit::record_alone(&self.db, now, &event).await
    }

    /// Works for one that is off, too. Audited before it is sent. None when there is no such endpoint.
    ///
    /// # Errors
    /// It may not be used now, or the database cannot be read or written; nothing was sent then.
    pub async fn test(&self, id: &str, by: &str) -> Result<Option<EndpointTest>, SwitchError> {
        let Some(endpoint) = self.switchable().into_iter().find(|one| one.id() == id) else {
            return Ok(None);
        };
        if let Some(reason) = self.blocked(endpoint.info().local) {
            return Err(SwitchError::Blocked(reason));
        }
        let began = self.clock.now_ms();
        self.note_test(id, by, began).await?;
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
