//! A Nextcloud 34 that lives in one process: files and permissions, AppAPI, OCS, WebDAV, webhooks, both proxies and a
//! few pages for browsers. What it answers follows the measured notes `nextcloud.md` and `permissions.md`, and what a real
//! server was seen to do in `docs/REAL-NEXTCLOUD.md`, named by section.

mod app;
mod auth;
mod build;
mod call;
mod client;
mod control;
mod dav;
mod dav_read;
mod dav_search;
mod dav_write;
mod dav_xml;
mod faults;
mod files_web;
mod harp;
mod lifecycle;
mod log;
mod look;
mod ocs;
mod ocs_app;
mod ocs_files;
mod page;
mod proxy;
mod rules;
mod server;
mod sharing;
mod state;
mod theme;
mod tree;
mod view;
mod web_app;
mod web_files;
mod webhooks;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Body;
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use app::{Access, AppSpec, Registered, Route};
pub use faults::Down;
pub use lifecycle::LifecycleError;
pub use log::LogEntry;
pub use rules::{Client, Condition, Rule};
pub use sharing::{Share, With};
pub use state::{ExternalMode, Notification};
pub use webhooks::{Delivered, Delivery};

use state::State;

/// The running double. Clones are the same one; the server ends with the last of them.
#[derive(Clone)]
pub struct Nextcloud {
    inner: Arc<Inner>,
    /// `None` within the server itself.
    _server: Option<Arc<Server>>,
}

struct Server(JoinHandle<()>);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.abort();
    }
}

struct Inner {
    state: Mutex<State>,
    client: HttpClient<HttpConnector, Body>,
    address: SocketAddr,
    requests: AtomicU64,
}

impl Inner {
    fn request_number(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::SeqCst)
    }
}

fn locked(inner: &Inner) -> MutexGuard<'_, State> {
    inner.state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Nextcloud {
    /// Listens at a free port; there is no user yet, and the app is registered but not enabled.
    ///
    /// # Errors
    /// No port of 127.0.0.1 can be had.
    pub async fn start(app: AppSpec) -> std::io::Result<Self> {
        Self::start_at(0, app).await
    }

    /// As `start`, at a given port.
    ///
    /// # Errors
    /// The port is taken.
    pub async fn start_at(port: u16, app: AppSpec) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let inner = Arc::new(Inner {
            state: Mutex::new(State::new(app::App::new(app))),
            client: HttpClient::builder(TokioExecutor::new()).build_http(),
            address: listener.local_addr()?,
            requests: AtomicU64::new(1),
        });
        let server = tokio::spawn(server::accept(listener, inner.clone()));
        Ok(Self {
            inner,
            _server: Some(Arc::new(Server(server))),
        })
    }

    /// Such as `http://127.0.0.1:4711`; for `NEXTCLOUD_URL`.
    pub fn url(&self) -> String {
        format!("http://{}", self.inner.address)
    }

    fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let mut state = locked(&self.inner);
        let result = change(&mut state);
        state.settle();
        result
    }
}
