//! Opens a connection that is not HTTP (SMTP, IMAP, Redis, SQL, gRPC) under the same checks and into the same log.

use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::error::EgressError;
use super::log::{Entry, Ticket};
use super::origin::Origin;
use super::response::within;
use super::route::Way;
use super::{Class, Egress};

pub struct ConnectRequest<'a> {
    pub purpose: &'a str,
    /// Names the protocol in the allow-list and the log, such as `smtp`.
    pub scheme: &'a str,
    pub host: &'a str,
    pub port: u16,
    pub answer_id: Option<&'a str>,
    /// The agreement under which the destination may see patient information, as it is shown on receipts.
    pub agreement: Option<&'a str>,
}

impl Egress {
    /// The gate cannot read such a stream, so it counts as patient information: the destination must be local or
    /// cleared for it.
    ///
    /// # Errors
    /// As `send`.
    pub async fn connect(&self, request: ConnectRequest<'_>) -> Result<Connection, EgressError> {
        let entry = |destination: String, remote: bool| Entry {
            purpose: request.purpose,
            destination,
            remote,
            bytes_out: 0,
            class: Class::Phi,
            answer_id: request.answer_id,
            body_sha256: None,
            target: "",
            replaced: 0,
            agreement: request.agreement,
        };
        let log = &self.inner.log;
        let origin = match Origin::tcp(request.scheme, request.host, request.port) {
            Ok(origin) => origin,
            Err(refusal) => return Err(log.refused(entry("unreadable".to_owned(), true), refusal.into()).await),
        };
        let way = Way {
            agreed: request.agreement.is_some(),
            ..Way::default()
        };
        let route = match self.route(&origin, self.configured(&origin), Class::Phi, way).await {
            Ok(route) => route,
            Err(no) => return Err(log.refused(entry(origin.to_string(), no.remote), no.error).await),
        };
        let ticket = log.open(entry(origin.to_string(), route.remote)).await?;
        let addresses: Vec<SocketAddr> = route
            .addresses
            .iter()
            .map(|ip| SocketAddr::new(*ip, origin.port))
            .collect();
        let patience = self.inner.settings.limits.connect;
        let deadline = Instant::now() + patience;
        match within(
            patience,
            deadline,
            "connection",
            TcpStream::connect(addresses.as_slice()),
        )
        .await
        {
            Ok(Ok(stream)) => {
                // Messages are small, and none waits for the one before to be acknowledged. Without it they only take longer.
                let _ = stream.set_nodelay(true);
                Ok(Connection {
                    stream,
                    ticket,
                    remote: route.remote,
                })
            }
            Ok(Err(_)) | Err(_) => {
                ticket.failed(&EgressError::NotConnected);
                Err(EgressError::NotConnected)
            }
        }
    }
}

/// A TCP stream whose bytes are counted; its row is completed when it is dropped.
pub struct Connection {
    stream: TcpStream,
    ticket: Ticket,
    /// It leaves the building.
    pub remote: bool,
}

impl Connection {
    /// Its row of the log.
    pub fn row(&self) -> &str {
        self.ticket.id()
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        self.ticket.bytes_in += buf.filled().len() - before;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<std::io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, buf))?;
        self.ticket.bytes_out += written;
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
