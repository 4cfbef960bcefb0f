//! Vendors that hear and speak in place of this server. It does the same itself as soon as one fails, and the user is told.
//!
//! Each stretch that is heard and each answer that is spoken has a connection of its own: none is open while nobody
//! speaks, and what left the building for an answer is known to the byte.

mod deepgram;
mod elevenlabs;
mod trial;

use std::sync::Arc;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::mpsc;
use tokio::time::Instant;

pub use deepgram::Stretch;
pub use elevenlabs::{Context, KEEP_ALIVE, Piece, RATE};
pub use trial::try_out;

use super::input::{Input, Worked};
use crate::app::App;
use crate::egress::{EgressError, SocketError};
use crate::models::{AllowedVendor, Stage, VendorUse};

/// What a piece of speech needs to leave the building.
#[derive(Clone)]
pub struct Outside {
    pub app: Arc<App>,
    pub tell: mpsc::Sender<Input>,
}

/// Why this server does it itself. The texts are ours: what a vendor wrote is not in them.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    #[error("it has failed several times and is given a pause")]
    Paused,
    #[error("it did not answer in time")]
    Slow,
    #[error("it closed the connection (code {0:?})")]
    Closed(Option<u16>),
    #[error("what it sent cannot be read")]
    Unreadable,
    #[error("it reported an error")]
    Reported,
    #[error(transparent)]
    Socket(#[from] SocketError),
    #[error("its key cannot be sent")]
    Key,
}

impl Trouble {
    /// The vendor is to blame, or the way to it.
    fn counts_against_vendor(&self) -> bool {
        !matches!(
            self,
            Self::Paused
                | Self::Key
                | Self::Socket(SocketError::Egress(
                    EgressError::Refused(_) | EgressError::LogUnavailable | EgressError::Setup(_)
                ))
        )
    }
}

impl Outside {
    /// The vendor that does a stage of this turn; none when it is this server.
    async fn vendor(&self, stage: Stage, turn: u32) -> Option<AllowedVendor> {
        match self.app.models.speech(stage).await {
            Ok(VendorUse::Allowed(vendor)) => Some(vendor),
            Ok(VendorUse::Paused) => {
                self.fell(stage, turn, None, &Trouble::Paused).await;
                None
            }
            Ok(VendorUse::None) => None,
            Err(error) => {
                tracing::error!(%error, "whether a vendor may be used could not be read");
                None
            }
        }
    }

    /// From here on this server does it itself, and says so.
    pub async fn fell(&self, stage: Stage, turn: u32, vendor: Option<&AllowedVendor>, trouble: &Trouble) {
        tracing::warn!(?stage, %trouble, "a speech vendor was not used");
        if let Some(vendor) = vendor.filter(|_| trouble.counts_against_vendor()) {
            vendor.failed();
        }
        // A session that has ended tells nobody.
        let _ = self.tell.send(Input::Worked(Worked::Fell { stage, turn })).await;
    }

    /// A connection is open on which something is sent for a turn.
    async fn sent(&self, turn: u32, row: &str) {
        let row = row.to_owned();
        let _ = self.tell.send(Input::Worked(Worked::Sent { turn, row })).await;
    }
}

/// A header with a secret.
fn secret(name: HeaderName, scheme: &str, key: &SecretString) -> Result<HeaderMap, Trouble> {
    let mut value = HeaderValue::from_str(&format!("{scheme}{}", key.expose_secret())).map_err(|_| Trouble::Key)?;
    value.set_sensitive(true);
    Ok(HeaderMap::from_iter([(name, value)]))
}

/// Never, where no end is set.
async fn until(end: Option<Instant>) {
    match end {
        Some(end) => tokio::time::sleep_until(end).await,
        None => std::future::pending().await,
    }
}
