//! Why something did not leave, or did not come back. The texts are ours alone: no URL, body or driver text is in them.

use std::time::Duration;

/// The gate's own decision; nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the address cannot be read as a URL")]
    NotAUrl,
    #[error("only http and https are carried, not {0}")]
    Scheme(String),
    #[error("a URL must not carry a user name or password")]
    Userinfo,
    #[error("{0} is not on the allow-list")]
    NotAllowed(String),
    #[error("{destination} is {kind}")]
    Address { destination: String, kind: &'static str },
    #[error("{0} was redirected from https to http")]
    Downgrade(String),
    #[error("more than {0} redirects")]
    TooManyRedirects(usize),
    /// A rule of the plugin's manifest, or what was not granted.
    #[error("{0}")]
    Plugin(String),
    #[error("the plugin sends more often than its manifest says")]
    TooFast,
    #[error("the request is larger than {limit} bytes")]
    RequestTooLarge { limit: usize },
    /// The destination is remote and must never see patient information.
    #[error("it may hold patient information, and {destination} is remote and not cleared for it")]
    Phi { destination: String },
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum EgressError {
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    #[error("nothing was sent because the egress log cannot be written")]
    LogUnavailable,
    #[error("failed before sending: the name could not be resolved")]
    NameNotResolved,
    #[error("failed before sending: could not connect")]
    NotConnected,
    #[error("failed before sending: {0}")]
    Setup(&'static str),
    #[error("failed: no {what} within {} ms", .after.as_millis())]
    Timeout { what: &'static str, after: Duration },
    #[error("failed: the response is larger than {limit} bytes")]
    ResponseTooLarge { limit: usize },
    #[error("failed: the connection broke")]
    Broken,
}

impl EgressError {
    /// The request never reached the other side.
    pub(super) fn nothing_left(&self) -> bool {
        !matches!(
            self,
            Self::Timeout { .. } | Self::ResponseTooLarge { .. } | Self::Broken
        )
    }
}
