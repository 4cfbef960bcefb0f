//! The one way out of the building: every outbound byte passes here, is screened, checked and logged before it leaves.
//!
//! `send` carries HTTP, `connect` carries everything else. Both refuse what is not on the allow-list, what resolves to
//! an address it must not reach, and patient information for a destination that must not see it. A row in `egress_log`
//! is written first; if it cannot be written, nothing is sent.

mod address;
mod client;
mod connect;
mod error;
mod log;
mod origin;
mod plugin;
mod receipt;
mod resolve;
mod response;
mod route;
mod screen;
mod search;
mod send;
mod store;
mod websocket;

use std::sync::Arc;
use std::time::Duration;

pub use client::request_builder;
pub use connect::{ConnectRequest, Connection};
pub use error::{EgressError, Refusal};
pub use origin::{AllowedOrigin, Origin, OriginKind, PhiMode};
pub use plugin::PluginOrigin;
pub use resolve::{Resolve, Resolving, SystemResolver};
pub use response::{EgressBody, EgressResponse};
pub use screen::screening;
pub use search::Search;
pub use send::{EgressRequest, Release};
pub use websocket::{Received, Socket, SocketError, SocketRequest};

use crate::clock::{Clock, Random};
use crate::db::Db;

/// How sensitive something is, in rising order. Unknown counts as the highest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Published for everyone, such as a guideline.
    Public,
    /// The organisation's own, about no patient.
    Internal,
    /// About a patient, or not known not to be.
    #[default]
    Phi,
}

impl Class {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Phi => "phi",
        }
    }
}

/// Sizes in bytes of the body alone. A request may ask for less than the gate's limits, never for more.
#[derive(Clone, Debug)]
pub struct Limits {
    pub request_bytes: usize,
    pub response_bytes: usize,
    pub connect: Duration,
    /// From sending until the response's head has arrived.
    pub first_byte: Duration,
    pub between_chunks: Duration,
    /// Redirects and the whole response included.
    pub total: Duration,
    pub redirects: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // Twenty times the longest prompt that fits a context of 16,000 tokens.
            request_bytes: 2 << 20,
            response_bytes: 16 << 20,
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(60),
            between_chunks: Duration::from_secs(30),
            total: Duration::from_secs(300),
            redirects: 5,
        }
    }
}

impl Limits {
    fn at_most(&self, wanted: Option<&Limits>) -> Limits {
        let Some(wanted) = wanted else { return self.clone() };
        Limits {
            request_bytes: self.request_bytes.min(wanted.request_bytes),
            response_bytes: self.response_bytes.min(wanted.response_bytes),
            connect: self.connect.min(wanted.connect),
            first_byte: self.first_byte.min(wanted.first_byte),
            between_chunks: self.between_chunks.min(wanted.between_chunks),
            total: self.total.min(wanted.total),
            redirects: self.redirects.min(wanted.redirects),
        }
    }
}

/// What may be reached. The default reaches nothing.
#[derive(Clone, Debug, Default)]
pub struct EgressSettings {
    pub allowed: Vec<AllowedOrigin>,
    /// Inside the building, and yet open to a plugin that was granted it, such as a model server.
    pub private_for_plugins: Vec<Origin>,
    pub limits: Limits,
}

/// The gate. Cloning is cheap and shares the connections and the log.
#[derive(Clone)]
pub struct Egress {
    inner: Arc<Inner>,
}

struct Inner {
    settings: EgressSettings,
    resolver: Arc<dyn Resolve>,
    clients: client::Clients,
    turns: plugin::Turns,
    log: log::Log,
    tls: websocket::Tls,
}

impl Egress {
    pub fn new(settings: EgressSettings, db: Db, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self::with_resolver(settings, db, clock, random, Arc::new(SystemResolver))
    }

    /// As `new`, with another source of addresses.
    pub fn with_resolver(
        settings: EgressSettings,
        db: Db,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        resolver: Arc<dyn Resolve>,
    ) -> Self {
        client::install_crypto_provider();
        let clients = client::Clients::new(settings.limits.connect);
        Self {
            inner: Arc::new(Inner {
                settings,
                resolver,
                clients,
                turns: plugin::Turns::default(),
                log: log::Log::new(db, clock, random),
                tls: websocket::Tls::default(),
            }),
        }
    }
}
