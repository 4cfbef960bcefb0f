//! The HTTP clients behind the gate. Each is tied to one origin and the addresses that were checked for it.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;

use url::Host;

use super::error::EgressError;
use super::origin::Origin;

/// More origins than a hospital configures; beyond it idle connections are given up.
const KEPT: usize = 64;
const IDLE: Duration = Duration::from_secs(30);

/// A pooled connection is used again only while the name still resolves to the addresses it was checked for.
pub(super) struct Clients {
    connect: Duration,
    kept: Mutex<HashMap<(Origin, Vec<IpAddr>), reqwest::Client>>,
}

impl Clients {
    pub(super) fn new(connect: Duration) -> Self {
        Self {
            connect,
            kept: Mutex::new(HashMap::new()),
        }
    }

    pub(super) fn pinned(&self, origin: &Origin, addresses: &[IpAddr]) -> Result<reqwest::Client, EgressError> {
        let key = (origin.clone(), addresses.to_vec());
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = kept.get(&key) {
            return Ok(client.clone());
        }
        let mut builder = plain()
            .connect_timeout(self.connect)
            .pool_idle_timeout(IDLE)
            .user_agent(concat!("VoiceAssist/", env!("CARGO_PKG_VERSION")));
        if let Host::Domain(name) = &origin.host {
            let pinned: Vec<SocketAddr> = addresses.iter().map(|ip| SocketAddr::new(*ip, origin.port)).collect();
            builder = builder.resolve_to_addrs(name, &pinned);
        }
        if !origin.is_tls() {
            // A machine without root certificates must still reach a local model over http.
            builder = builder.tls_certs_only([]);
        }
        let client = builder
            .build()
            .map_err(|_| EgressError::Setup("no root certificates found for https"))?;
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key, client.clone());
        Ok(client)
    }
}

/// Follows no redirect, uses no proxy from the environment and never repeats a request by itself: the gate decides.
fn plain() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
}

/// A client for libraries that need one to build requests. It cannot connect: its proxy is port 0.
///
/// # Errors
/// TLS cannot be set up.
pub fn request_builder() -> Result<reqwest::Client, EgressError> {
    install_crypto_provider();
    let nowhere = reqwest::Proxy::all("http://0.0.0.0:0").map_err(|_| EgressError::Setup("no proxy"))?;
    plain()
        .proxy(nowhere)
        .tls_certs_only([])
        .build()
        .map_err(|_| EgressError::Setup("no TLS"))
}

pub(super) fn install_crypto_provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if rustls::crypto::ring::default_provider().install_default().is_err() {
            tracing::debug!("a TLS provider was already installed");
        }
    });
}
