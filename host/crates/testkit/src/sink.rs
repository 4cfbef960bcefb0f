//! A server that records each request byte for byte and answers with scripted bytes, waits and breaks.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Part of an answer. After the last one the connection is closed.
#[derive(Clone, Debug)]
pub enum Step {
    Send(Vec<u8>),
    Wait(Duration),
    /// Sends nothing more and keeps the connection open.
    Hang,
}

impl Step {
    /// A whole response that closes the connection.
    pub fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Vec<Step> {
        let mut text = format!(
            "HTTP/1.1 {status} Scripted\r\ncontent-length: {}\r\nconnection: close\r\n",
            body.len()
        );
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        vec![Step::Send(format!("{text}\r\n{body}").into_bytes())]
    }

    pub fn redirect(status: u16, to: &str) -> Vec<Step> {
        Self::response(status, &[("location", to)], "")
    }
}

#[derive(Clone, Debug)]
pub struct RawRequest {
    /// Request line and headers as they came.
    pub head: String,
    pub body: Vec<u8>,
}

impl RawRequest {
    /// The request line, such as `POST /v1/x HTTP/1.1`.
    pub fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

type Respond = dyn Fn(&RawRequest) -> Vec<Step> + Send + Sync;

pub struct SinkServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    respond: Box<Respond>,
    requests: Mutex<Vec<RawRequest>>,
    connections: AtomicUsize,
}

impl SinkServer {
    /// # Errors
    /// No port of 127.0.0.1 can be had.
    pub async fn start(respond: impl Fn(&RawRequest) -> Vec<Step> + Send + Sync + 'static) -> std::io::Result<Self> {
        Self::listen("127.0.0.1", respond).await
    }

    /// On every address of this machine; for tests in a network namespace of their own.
    ///
    /// # Errors
    /// As `start`.
    pub async fn everywhere(
        respond: impl Fn(&RawRequest) -> Vec<Step> + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        Self::listen("0.0.0.0", respond).await
    }

    async fn listen(
        ip: &str,
        respond: impl Fn(&RawRequest) -> Vec<Step> + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind((ip, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            respond: Box::new(respond),
            requests: Mutex::default(),
            connections: AtomicUsize::new(0),
        });
        let server = tokio::spawn(accept(listener, shared.clone()));
        Ok(Self {
            address,
            shared,
            server,
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Such as `http://127.0.0.1:4711`, without a final slash; not for `everywhere`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn requests(&self) -> Vec<RawRequest> {
        self.shared
            .requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Connections ever accepted, whether or not a request came.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

impl Drop for SinkServer {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        shared.connections.fetch_add(1, Ordering::SeqCst);
        let shared = shared.clone();
        tokio::spawn(async move {
            // A client that goes away is part of what is tested.
            let _client_gone = serve(stream, &shared).await;
        });
    }
}

async fn serve(mut stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let Some(request) = read(&mut stream).await? else {
        return Ok(());
    };
    let steps = (shared.respond)(&request);
    shared
        .requests
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(request);
    for step in steps {
        match step {
            Step::Send(bytes) => {
                stream.write_all(&bytes).await?;
                stream.flush().await?;
            }
            Step::Wait(time) => tokio::time::sleep(time).await,
            Step::Hang => std::future::pending().await,
        }
    }
    stream.shutdown().await
}

/// One request with a content length, or without body.
async fn read(stream: &mut TcpStream) -> std::io::Result<Option<RawRequest>> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    };
    let body = bytes.split_off(end + 4);
    let mut request = RawRequest {
        head: String::from_utf8_lossy(&bytes).trim_end().to_owned(),
        body,
    };
    let length = request
        .header("content-length")
        .and_then(|value| value.parse().ok())
        .unwrap_or(0);
    while request.body.len() < length {
        if stream.read_buf(&mut request.body).await? == 0 {
            break;
        }
    }
    Ok(Some(request))
}
