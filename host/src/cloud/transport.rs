//! Requests to Nextcloud go through the egress gate like all others.

use std::time::Duration;

use futures::future::BoxFuture;
use futures::{StreamExt, TryStreamExt};
use nextcloud::{Call, Reply, Transport, TransportError};

use crate::egress::{Class, Egress, EgressError, EgressRequest, Limits, OriginKind, Refusal, Release};

/// A file may be as large as an upload, and a slow disk behind Nextcloud may take its time.
const LIMITS: Limits = Limits {
    request_bytes: 1 << 20,
    response_bytes: 1 << 30,
    connect: Duration::from_secs(5),
    // Nextcloud calls back while a progress of 100 is pending.
    first_byte: Duration::from_secs(90),
    between_chunks: Duration::from_secs(30),
    total: Duration::from_secs(600),
    redirects: 0,
};

/// Under which requests to Nextcloud stand in the egress log.
pub const PURPOSE: &str = "nextcloud";

pub struct Gate(pub Egress);

impl Transport for Gate {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        Box::pin(async move {
            let request = EgressRequest {
                purpose: PURPOSE.to_owned(),
                origin: OriginKind::OperatorConfigured,
                // Paths and names may be a patient's; screening them would change nothing.
                class: Class::Phi,
                answer_id: None,
                method: call.method,
                url: call.url,
                headers: call.headers,
                body: call.body,
                published: Vec::new(),
                release: Release::default(),
                limits: Some(LIMITS),
            };
            let response = self
                .0
                .send(request)
                .await
                .map_err(|error| TransportError(said(&error)))?;
            Ok(Reply {
                status: response.status,
                headers: response.headers,
                body: response.body.map_err(|error| TransportError(error.to_string())).boxed(),
            })
        })
    }
}

/// The most common mistake of an installation has a name.
fn said(error: &EgressError) -> String {
    match error {
        EgressError::Refused(Refusal::TooManyRedirects(_)) => {
            "it redirects to another address; set the daemon's Nextcloud URL to that one".to_owned()
        }
        error => error.to_string(),
    }
}
