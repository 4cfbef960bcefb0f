//! Vocabulary of every world, checked on its way in.

use crate::{CallError, PluginError, ceiling::Ceiling, types};

pub use super::imports::bindings::voiceassist::plugin::types as wit;

type Checked<T> = Result<T, CallError>;

pub(super) fn quantity(given: wit::Quantity, ceiling: &Ceiling) -> Checked<types::Quantity> {
    Ok(types::Quantity {
        value: ceiling.finite(given.value)?,
        unit: ceiling.text(given.unit)?,
    })
}

pub(super) fn codings(codings: Vec<wit::Coding>, ceiling: &Ceiling) -> Checked<Vec<types::Coding>> {
    ceiling.list(codings, |coding| {
        Ok(types::Coding {
            system: ceiling.text(coding.system)?,
            code: ceiling.text(coding.code)?,
            display: ceiling.optional(coding.display)?,
        })
    })
}

pub(super) fn citation(given: wit::Citation, ceiling: &Ceiling) -> Checked<types::Citation> {
    Ok(types::Citation {
        id: ceiling.text(given.id)?,
        title: ceiling.text(given.title)?,
        publisher: ceiling.optional(given.publisher)?,
        authors: ceiling.texts(given.authors)?,
        published: ceiling.optional(given.published)?,
        url: ceiling.optional(given.url)?,
        doi: ceiling.optional(given.doi)?,
        pmid: ceiling.optional(given.pmid)?,
        locator: ceiling.optional(given.locator)?,
        license: ceiling.optional(given.license)?,
    })
}

pub(super) fn severity(severity: wit::Severity) -> types::Severity {
    match severity {
        wit::Severity::Info => types::Severity::Info,
        wit::Severity::Low => types::Severity::Low,
        wit::Severity::Moderate => types::Severity::Moderate,
        wit::Severity::High => types::Severity::High,
        wit::Severity::Critical => types::Severity::Critical,
    }
}

/// Longest message of a plugin's own refusal, in bytes.
const MESSAGE_BYTES: usize = 4 << 10;

/// What a plugin refuses itself.
pub(super) fn refusal(error: wit::Error) -> CallError {
    CallError::Plugin(error_from(error))
}

fn error_from(error: wit::Error) -> PluginError {
    let kind = match error.kind {
        wit::ErrorKind::InvalidInput => types::ErrorKind::InvalidInput,
        wit::ErrorKind::NotFound => types::ErrorKind::NotFound,
        wit::ErrorKind::AuthRequired => types::ErrorKind::AuthRequired,
        wit::ErrorKind::Denied => types::ErrorKind::Denied,
        wit::ErrorKind::Conflict => types::ErrorKind::Conflict,
        wit::ErrorKind::RateLimited => types::ErrorKind::RateLimited,
        wit::ErrorKind::Unavailable => types::ErrorKind::Unavailable,
        wit::ErrorKind::Unsupported => types::ErrorKind::Unsupported,
        wit::ErrorKind::Internal => types::ErrorKind::Internal,
    };
    let mut message = error.message;
    message.truncate(message.floor_char_boundary(MESSAGE_BYTES));
    let code = error.code.filter(|code| code.len() <= 64);
    PluginError {
        kind,
        code,
        message,
        retry_after_ms: error.retry_after_ms,
    }
}

/// What an import answers.
pub(super) fn error_to(error: PluginError) -> wit::Error {
    let kind = match error.kind {
        types::ErrorKind::InvalidInput => wit::ErrorKind::InvalidInput,
        types::ErrorKind::NotFound => wit::ErrorKind::NotFound,
        types::ErrorKind::AuthRequired => wit::ErrorKind::AuthRequired,
        types::ErrorKind::Denied => wit::ErrorKind::Denied,
        types::ErrorKind::Conflict => wit::ErrorKind::Conflict,
        types::ErrorKind::RateLimited => wit::ErrorKind::RateLimited,
        types::ErrorKind::Unavailable => wit::ErrorKind::Unavailable,
        types::ErrorKind::Unsupported => wit::ErrorKind::Unsupported,
        types::ErrorKind::Internal => wit::ErrorKind::Internal,
    };
    wit::Error {
        kind,
        code: error.code,
        message: error.message,
        retry_after_ms: error.retry_after_ms,
    }
}
