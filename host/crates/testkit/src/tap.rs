//! A tap on the line to a server: passes every byte on, both ways, and keeps what went in.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::RawRequest;

pub struct Tap {
    address: SocketAddr,
    lines: Arc<Mutex<Vec<Vec<u8>>>>,
    server: JoinHandle<()>,
}

impl Tap {
    /// Before the server at `origin`, such as `http://127.0.0.1:4711`.
    ///
    /// # Errors
    /// No port of 127.0.0.1 can be had.
    pub async fn before(origin: &str) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let lines = Arc::new(Mutex::new(Vec::new()));
        let server = tokio::spawn(accept(
            listener,
            origin.trim_start_matches("http://").to_owned(),
            Arc::clone(&lines),
        ));
        Ok(Self { address, lines, server })
    }

    /// Stands for the server's own.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every byte that arrived, a connection each.
    pub fn lines(&self) -> Vec<Vec<u8>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What arrived, request by request.
    pub fn requests(&self) -> Vec<RawRequest> {
        self.lines().iter().flat_map(|line| requests(line)).collect()
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn accept(listener: TcpListener, to: String, lines: Arc<Mutex<Vec<Vec<u8>>>>) {
    while let Ok((client, _)) = listener.accept().await {
        let (to, lines) = (to.clone(), Arc::clone(&lines));
        tokio::spawn(async move {
            // A side that goes away ends the line, as it would without a tap.
            let _gone = pass_on(client, &to, &lines).await;
        });
    }
}

async fn pass_on(client: TcpStream, to: &str, lines: &Mutex<Vec<Vec<u8>>>) -> std::io::Result<()> {
    let server = TcpStream::connect(to).await?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let number = {
        let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push(Vec::new());
        lines.len() - 1
    };
    let there = async {
        let mut chunk = vec![0; 16 << 10];
        loop {
            let count = from_client.read(&mut chunk).await?;
            if count == 0 {
                return to_server.shutdown().await;
            }
            lines.lock().unwrap_or_else(PoisonError::into_inner)[number].extend_from_slice(&chunk[..count]);
            to_server.write_all(&chunk[..count]).await?;
        }
    };
    let back = async {
        tokio::io::copy(&mut from_server, &mut to_client).await?;
        to_client.shutdown().await
    };
    tokio::select! {
        ended = there => ended,
        ended = back => ended,
    }
}

/// Requests with a content length or without a body, one after the other.
fn requests(line: &[u8]) -> Vec<RawRequest> {
    let mut requests = Vec::new();
    let mut rest = line;
    while let Some(end) = rest.windows(4).position(|window| window == b"\r\n\r\n") {
        let mut request = RawRequest {
            head: String::from_utf8_lossy(&rest[..end]).into_owned(),
            body: Vec::new(),
        };
        rest = &rest[end + 4..];
        let length = request.header("content-length").and_then(|value| value.parse().ok());
        let (body, after) = rest.split_at(length.unwrap_or(0).min(rest.len()));
        request.body = body.to_vec();
        requests.push(request);
        rest = after;
    }
    requests
}
