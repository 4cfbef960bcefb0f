//! The Nextcloud that installed this app: its client behind the egress gate, what its administrator decided here, and
//! the pauses it asks for.

pub mod account;
pub mod counts;
pub mod look;
pub mod pause;
pub mod settings;
mod store;
mod transport;

pub use transport::PURPOSE;

use std::sync::Arc;

use anyhow::{Context, Result};
use nextcloud::Nextcloud;

use crate::clock::Clock;
use crate::config::Installed;
use crate::db::Db;
use crate::egress::{AllowedOrigin, Egress, Origin, PhiMode};

/// Where Nextcloud delivers file events.
pub const FILE_EVENTS: &str = "/hooks/file";
/// The Nextcloud version whose behaviour this release was made for; others are untested.
pub const TESTED: &str = "34";

pub struct Cloud {
    pub client: Nextcloud,
    pub pause: pause::Pause,
    pub present: look::Present,
    pub counts: counts::Remembered,
    accounts: account::Accounts,
    db: Db,
    clock: Arc<dyn Clock>,
}

impl Cloud {
    pub fn new(installed: &Installed, egress: Egress, db: Db, clock: Arc<dyn Clock>) -> Self {
        let gate = Arc::new(transport::Gate(egress));
        Self {
            client: Nextcloud::new(installed.address.clone(), installed.identity.clone(), gate),
            pause: pause::Pause::default(),
            present: look::Present::default(),
            counts: counts::Remembered::default(),
            accounts: account::Accounts::default(),
            db,
            clock,
        }
    }
}

/// Nextcloud's file id in the key of a document that is one of its files.
///
/// # Errors
/// The key holds none.
pub fn file_id(source_key: &str) -> Result<i64, sqlx::Error> {
    source_key
        .parse()
        .map_err(|_| sqlx::Error::Decode("a Nextcloud document without a file id".into()))
}

/// The gate's entry for Nextcloud: the operator's own system, which holds the patients' files anyway.
///
/// # Errors
/// The address is none.
pub fn origin(installed: &Installed) -> Result<AllowedOrigin> {
    Ok(AllowedOrigin {
        origin: Origin::parse(installed.address.as_str()).context("NEXTCLOUD_URL cannot be used")?,
        local: true,
        phi: PhiMode::Allowed,
    })
}
