//! Errors by what the host does about them.

use crate::{Error, ErrorKind};

/// An error with the provider's short code, such as `batch-too-large`.
#[must_use]
pub fn fault(kind: ErrorKind, code: &str, message: impl Into<String>) -> Error {
    Error {
        kind,
        code: (!code.is_empty()).then(|| code.into()),
        message: message.into(),
        retry_after_ms: None,
    }
}

/// The named thing does not exist, or not for this user.
#[must_use]
pub fn not_found(message: impl Into<String>) -> Error {
    fault(ErrorKind::NotFound, "", message)
}

/// A grant, or the remote service, forbids it.
#[must_use]
pub fn denied(message: impl Into<String>) -> Error {
    fault(ErrorKind::Denied, "", message)
}

/// Something changed since `prepare`; the host prepares again.
#[must_use]
pub fn conflict(message: impl Into<String>) -> Error {
    fault(ErrorKind::Conflict, "", message)
}

/// The remote service failed or answered with what cannot be read; retrying may help.
#[must_use]
pub fn unavailable(code: &str, message: impl Into<String>) -> Error {
    fault(ErrorKind::Unavailable, code, message)
}

/// The plugin does not offer this.
#[must_use]
pub fn unsupported(message: impl Into<String>) -> Error {
    fault(ErrorKind::Unsupported, "", message)
}

/// A bug in the plugin.
#[must_use]
pub fn internal(message: impl Into<String>) -> Error {
    fault(ErrorKind::Internal, "", message)
}

/// Come back after `retry_after_ms`.
#[must_use]
pub fn rate_limited(retry_after_ms: u64, message: impl Into<String>) -> Error {
    Error {
        retry_after_ms: Some(u32::try_from(retry_after_ms).unwrap_or(u32::MAX)),
        ..fault(ErrorKind::RateLimited, "", message)
    }
}
