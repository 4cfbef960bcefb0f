//! The way to Nextcloud, provided by the host: its egress gate.

use bytes::{Bytes, BytesMut};
use futures::TryStreamExt;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use http::{HeaderMap, Method, StatusCode};

/// One signed request.
pub struct Call {
    pub method: Method,
    pub url: String,
    /// Secret values are marked sensitive.
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// An answer whose body may be dropped before its end.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: BoxStream<'static, Result<Bytes, TransportError>>,
}

impl Reply {
    /// # Errors
    /// The connection broke.
    pub async fn bytes(self) -> Result<Bytes, TransportError> {
        let whole = self
            .body
            .try_fold(BytesMut::new(), |mut whole, part| async move {
                whole.extend_from_slice(&part);
                Ok(whole)
            })
            .await?;
        Ok(whole.freeze())
    }
}

/// Says what failed without naming paths or people.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct TransportError(pub String);

pub trait Transport: Send + Sync {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>>;
}
