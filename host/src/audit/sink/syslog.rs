//! RFC 5424 messages: one datagram each to a local socket, or counted octets (RFC 6587) over TCP through the way out.

use std::path::Path;
use std::time::Duration;

use audit_chain::Line;
use chrono::{DateTime, SecondsFormat};
use futures::FutureExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixDatagram;

use crate::audit::settings::Target;
use crate::egress::{ConnectRequest, Connection, Egress};

/// Facility 13 (log audit), severity 6 (informational).
const PRIORITY: u8 = 13 * 8 + 6;
const PATIENCE: Duration = Duration::from_secs(5);
/// In the allow-list and in the log of what left.
pub const SCHEME: &str = "syslog";

pub enum Channel {
    Socket(UnixDatagram),
    Tcp(Box<Connection>),
}

impl Channel {
    pub async fn open(target: &Target, egress: &Egress) -> Result<Self, String> {
        match target {
            Target::SyslogTcp { host, port } => {
                let request = ConnectRequest {
                    purpose: "audit",
                    scheme: SCHEME,
                    host,
                    port: *port,
                    answer_id: None,
                    agreement: None,
                };
                let connection = egress.connect(request).await;
                let connection = connection.map_err(|error| format!("{target} cannot be reached: {error}"))?;
                Ok(Self::Tcp(Box::new(connection)))
            }
            Target::SyslogSocket(path) | Target::File(path) => socket(path).map(Self::Socket),
        }
    }

    /// A collector never answers: whatever can be read is the end of the connection.
    pub fn is_open(&mut self) -> bool {
        match self {
            Self::Socket(socket) => socket.peer_addr().is_ok(),
            Self::Tcp(connection) => connection.read(&mut [0]).now_or_never().is_none(),
        }
    }

    pub async fn send(&mut self, lines: &[Line]) -> Result<(), String> {
        let mut messages = Vec::new();
        for line in lines {
            messages.push(message(line)?);
        }
        let sending = async {
            match self {
                Self::Socket(socket) => {
                    for message in messages {
                        socket.send(message.as_bytes()).await?;
                    }
                }
                Self::Tcp(connection) => {
                    let framed: String = messages
                        .iter()
                        .map(|message| format!("{} {message}", message.len()))
                        .collect();
                    connection.write_all(framed.as_bytes()).await?;
                    connection.flush().await?;
                }
            }
            std::io::Result::Ok(())
        };
        match tokio::time::timeout(PATIENCE, sending).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(format!("the collector took no more: {error}")),
            Err(_) => Err("the collector does not read".to_owned()),
        }
    }
}

fn socket(path: &Path) -> Result<UnixDatagram, String> {
    let opened = UnixDatagram::unbound().and_then(|socket| socket.connect(path).map(|()| socket));
    opened.map_err(|error| format!("{} cannot be reached: {error}", path.display()))
}

fn message(line: &Line) -> Result<String, String> {
    let (at, kind) = match line {
        Line::Row(row) => (row.entry.at_ms, "entry"),
        Line::Checkpoint(checkpoint) => (checkpoint.at_ms, "checkpoint"),
    };
    let at = DateTime::from_timestamp_millis(at).unwrap_or_default();
    let at = at.to_rfc3339_opts(SecondsFormat::Millis, true);
    let json = line.write().map_err(|error| error.to_string())?;
    Ok(format!("<{PRIORITY}>1 {at} - voiceassist - {kind} - {json}"))
}
