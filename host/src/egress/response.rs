//! A response on its way in: counted, limited in size and time, and entered in the log when it ends.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use http::{HeaderMap, StatusCode};
use tokio::time::Instant;

use super::Limits;
use super::error::EgressError;
use super::log::Ticket;

pub type EgressBody = BoxStream<'static, Result<Bytes, EgressError>>;

/// Dropping the body ends the connection.
pub struct EgressResponse {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: EgressBody,
    /// It came from outside the building.
    pub remote: bool,
}

impl EgressResponse {
    /// The whole body, within the limits of the request.
    ///
    /// # Errors
    /// The body is too large, too slow or breaks off.
    pub async fn bytes(self) -> Result<Bytes, EgressError> {
        let mut chunks = self.body;
        let mut whole = BytesMut::new();
        while let Some(chunk) = chunks.try_next().await? {
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.freeze())
    }
}

struct Reading {
    response: reqwest::Response,
    ticket: Ticket,
    limits: Limits,
    deadline: Instant,
}

pub(super) fn body(response: reqwest::Response, ticket: Ticket, limits: Limits, deadline: Instant) -> EgressBody {
    let reading = Reading {
        response,
        ticket,
        limits,
        deadline,
    };
    futures::stream::unfold(Some(reading), |reading| async {
        let mut reading = reading?;
        match reading.next().await {
            Ok(Some(chunk)) => Some((Ok(chunk), Some(reading))),
            Ok(None) => {
                reading.ticket.sent();
                None
            }
            Err(error) => {
                reading.ticket.failed(&error);
                Some((Err(error), None))
            }
        }
    })
    .boxed()
}

impl Reading {
    async fn next(&mut self) -> Result<Option<Bytes>, EgressError> {
        let chunk = within(
            self.limits.between_chunks,
            self.deadline,
            "more data",
            self.response.chunk(),
        )
        .await?
        .map_err(|_| EgressError::Broken)?;
        let Some(chunk) = chunk else { return Ok(None) };
        self.ticket.bytes_in += chunk.len();
        if self.ticket.bytes_in > self.limits.response_bytes {
            return Err(EgressError::ResponseTooLarge {
                limit: self.limits.response_bytes,
            });
        }
        Ok(Some(chunk))
    }
}

/// Waits for `step` at most `patience`, and never past `deadline`.
pub(super) async fn within<T>(
    patience: Duration,
    deadline: Instant,
    what: &'static str,
    step: impl Future<Output = T>,
) -> Result<T, EgressError> {
    let left = deadline.saturating_duration_since(Instant::now());
    let after = patience.min(left);
    tokio::time::timeout(after, step)
        .await
        .map_err(|_| EgressError::Timeout { what, after })
}
