//! What can go wrong on the way to Nextcloud.

use std::time::Duration;

use crate::transport::TransportError;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NextcloudError {
    /// Not reached, or the answer broke off.
    #[error("Nextcloud could not be reached: {0}")]
    Unreachable(String),
    /// 429 or 503: come back later.
    #[error("Nextcloud asked for a pause (HTTP {status})")]
    Busy { status: u16, retry_after: Option<Duration> },
    /// The signature was not accepted, or the user is unknown or disabled.
    #[error("Nextcloud refused this app or user (HTTP {0})")]
    Refused(u16),
    #[error("Nextcloud does not have it")]
    NotFound,
    #[error("Nextcloud answered HTTP {status}{}", meta.map(|code| format!(" with OCS status {code}")).unwrap_or_default())]
    Status { status: u16, meta: Option<i64> },
    #[error("Nextcloud's answer cannot be read: {0}")]
    Unreadable(&'static str),
}

impl NextcloudError {
    /// Asking again later can help.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Busy { .. } => true,
            Self::Status { status, .. } => *status >= 500,
            Self::Refused(_) | Self::NotFound | Self::Unreadable(_) => false,
        }
    }
}

impl From<TransportError> for NextcloudError {
    fn from(error: TransportError) -> Self {
        Self::Unreachable(error.0)
    }
}
