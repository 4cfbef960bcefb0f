//! What the doubles of services with a WebSocket share: their server, their query and how a connection ends.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Why a connection ends.
pub(crate) enum End {
    /// The client closed it.
    Gone,
    /// The line breaks.
    Broken,
    Close(u16, &'static str),
}

/// Ends with the value.
pub(crate) struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// # Errors
    /// No port of 127.0.0.1 can be had.
    pub async fn start(router: Router) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        let task = tokio::spawn(async move {
            // It runs until the double is dropped; a failure shows in the test as a refused connection.
            let _ended = axum::serve(listener, router).await;
        });
        Ok(Self { address, task })
    }

    pub fn url(&self) -> String {
        format!("ws://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Pairs of a query, in order.
pub(crate) fn pairs(query: Option<String>) -> Vec<(String, String)> {
    url::form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .into_owned()
        .collect()
}

/// The first value of a parameter.
pub(crate) fn value<'a>(query: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut found = query.iter().filter(|(key, _)| key == name);
    found.next().map(|(_, value)| value.as_str())
}

/// A client that has gone needs no reason. Whatever it still sends is taken until it has closed, too.
pub(crate) async fn close(socket: &mut WebSocket, code: u16, reason: &'static str) {
    let reason = reason.into();
    if socket
        .send(Message::Close(Some(CloseFrame { code, reason })))
        .await
        .is_ok()
    {
        let closing = async { while let Some(Ok(_)) = socket.recv().await {} };
        let _ended = timeout(Duration::from_secs(1), closing).await;
    }
}
