//! Opens a WebSocket under the same checks and into the same log as any connection. What passes over it is not screened:
//! it counts as patient information.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::{SinkExt, StreamExt};
use http::HeaderMap;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::ConfigVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use url::Url;

use super::connect::{ConnectRequest, Connection};
use super::origin::Origin;
use super::{Egress, EgressError};

/// A message of a second of sound as text has less than 100 kB.
const MESSAGE: usize = 4 << 20;
/// The other side does not read any more.
const SENDING: Duration = Duration::from_secs(5);

pub struct SocketRequest<'a> {
    pub purpose: &'a str,
    /// ws or wss, with path and query.
    pub url: &'a Url,
    pub headers: HeaderMap,
    pub answer_id: Option<&'a str>,
    /// The agreement under which the destination may see patient information.
    pub agreement: &'a str,
}

#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    #[error(transparent)]
    Egress(#[from] EgressError),
    #[error("it answers with status {0}")]
    Status(u16),
    #[error("it does not speak the protocol")]
    Handshake,
    #[error("the connection broke")]
    Broken,
}

/// What came over it.
#[derive(Debug)]
pub enum Received {
    Text(String),
    Binary(Bytes),
    /// The last thing; with the other side's code and reason where it gave them.
    Closed(Option<(u16, String)>),
}

/// An open WebSocket; its row of the log is completed when it is dropped.
pub struct Socket {
    stream: WebSocketStream<Line>,
    row: String,
}

impl Egress {
    /// # Errors
    /// As `connect`; or the other side refused, or did not answer as a WebSocket.
    pub async fn websocket(&self, request: SocketRequest<'_>) -> Result<Socket, SocketError> {
        let origin = Origin::socket(request.url).map_err(EgressError::from)?;
        let host = origin.host.to_string();
        let connection = self
            .connect(ConnectRequest {
                purpose: request.purpose,
                scheme: &origin.scheme,
                host: host.trim_matches(['[', ']']),
                port: origin.port,
                answer_id: request.answer_id,
                agreement: Some(request.agreement),
            })
            .await?;
        let row = connection.row().to_owned();
        let limit = self.inner.settings.limits.connect;
        let opening = open(&self.inner.tls, connection, &origin, request);
        match tokio::time::timeout(limit, opening).await {
            Ok(stream) => Ok(Socket { stream: stream?, row }),
            Err(_) => Err(EgressError::Timeout {
                what: "handshake",
                after: limit,
            }
            .into()),
        }
    }
}

/// Made once: reading the root certificates takes some milliseconds.
#[derive(Default)]
pub(super) struct Tls(OnceLock<Arc<rustls::ClientConfig>>);

impl Tls {
    fn config(&self) -> Result<Arc<rustls::ClientConfig>, EgressError> {
        if let Some(config) = self.0.get() {
            return Ok(Arc::clone(config));
        }
        let config = rustls::ClientConfig::with_platform_verifier()
            .map_err(|_| EgressError::Setup("no root certificates found for wss"))?;
        Ok(Arc::clone(self.0.get_or_init(|| Arc::new(config))))
    }

    async fn seal(&self, connection: Connection, origin: &Origin) -> Result<TlsStream<Connection>, SocketError> {
        let host = origin.host.to_string();
        let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())
            .map_err(|_| EgressError::Setup("the name is none that a certificate can have"))?;
        let connecting = TlsConnector::from(self.config()?).connect(name, connection);
        connecting.await.map_err(|_| EgressError::NotConnected.into())
    }
}

async fn open(
    tls: &Tls,
    connection: Connection,
    origin: &Origin,
    request: SocketRequest<'_>,
) -> Result<WebSocketStream<Line>, SocketError> {
    let line = match origin.scheme.as_str() {
        "wss" => Line::Sealed(Box::new(tls.seal(connection, origin).await?)),
        _ => Line::Plain(connection),
    };
    let mut upgrade = request
        .url
        .as_str()
        .into_client_request()
        .map_err(|_| SocketError::Handshake)?;
    upgrade.headers_mut().extend(request.headers);
    let limits = WebSocketConfig::default()
        .max_message_size(Some(MESSAGE))
        .max_frame_size(Some(MESSAGE));
    match client_async_with_config(upgrade, line, Some(limits)).await {
        Ok((stream, _)) => Ok(stream),
        Err(Error::Http(response)) => Err(SocketError::Status(response.status().as_u16())),
        Err(Error::Io(_)) => Err(SocketError::Broken),
        Err(_) => Err(SocketError::Handshake),
    }
}

impl Socket {
    /// Its row of the log.
    pub fn row(&self) -> &str {
        &self.row
    }

    /// # Errors
    /// The connection broke, or the other side does not read.
    pub async fn text(&mut self, text: String) -> Result<(), SocketError> {
        self.send(Message::Text(text.into())).await
    }

    /// # Errors
    /// As [`Socket::text`].
    pub async fn binary(&mut self, bytes: Vec<u8>) -> Result<(), SocketError> {
        self.send(Message::Binary(bytes.into())).await
    }

    async fn send(&mut self, message: Message) -> Result<(), SocketError> {
        match tokio::time::timeout(SENDING, self.stream.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(SocketError::Broken),
        }
    }

    /// What comes next; nothing is lost when it is no longer waited for.
    pub async fn next(&mut self) -> Received {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => return Received::Text(text.as_str().to_owned()),
                Some(Ok(Message::Binary(bytes))) => return Received::Binary(bytes),
                Some(Ok(Message::Close(frame))) => {
                    let reason = frame.map(|frame| (frame.code.into(), frame.reason.as_str().to_owned()));
                    return Received::Closed(reason);
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Received::Closed(None),
            }
        }
    }
}

/// As it is, or under TLS. What is counted are the bytes on the wire.
enum Line {
    Plain(Connection),
    Sealed(Box<TlsStream<Connection>>),
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        match &mut *self {
            Self::Plain(line) => Pin::new(line).poll_read(cx, buf),
            Self::Sealed(line) => Pin::new(line).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<std::io::Result<usize>> {
        match &mut *self {
            Self::Plain(line) => Pin::new(line).poll_write(cx, buf),
            Self::Sealed(line) => Pin::new(line).poll_write(cx, buf),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match &mut *self {
            Self::Plain(line) => Pin::new(line).poll_flush(cx),
            Self::Sealed(line) => Pin::new(line).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match &mut *self {
            Self::Plain(line) => Pin::new(line).poll_shutdown(cx),
            Self::Sealed(line) => Pin::new(line).poll_shutdown(cx),
        }
    }
}
