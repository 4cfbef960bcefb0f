//! Origins (scheme, host, port) and the allow-list made of them.

use std::fmt;
use std::sync::Arc;

use url::{Host, Url};

use super::error::Refusal;
use super::plugin::PluginOrigin;

/// Who chose the destination.
#[derive(Clone)]
pub enum OriginKind {
    /// Written by the operator into the configuration; may lie inside the private network.
    OperatorConfigured,
    /// Granted to a plugin; inside the private network only where the operator's configuration says so.
    Plugin(Arc<PluginOrigin>),
}

/// Whether a remote destination may see patient information.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PhiMode {
    #[default]
    Never,
    /// The operator vouches for it, for instance by a contract.
    Allowed,
}

#[derive(Clone, Debug)]
pub struct AllowedOrigin {
    pub origin: Origin,
    /// The operator says that it runs in the building. Believed only if its address is loopback or private.
    pub local: bool,
    pub phi: PhiMode,
}

/// Scheme, host and port; shown without a default port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    pub(super) scheme: String,
    pub(super) host: Host<String>,
    pub(super) port: u16,
}

impl Origin {
    /// # Errors
    /// `url` cannot be read, is neither http nor https, or carries a user name.
    pub fn parse(url: &str) -> Result<Self, Refusal> {
        Self::of(&Url::parse(url).map_err(|_| Refusal::NotAUrl)?)
    }

    /// The host as the URL standard reads it, so `http://2130706433` and `http://0x7f.1` are 127.0.0.1.
    pub(super) fn of(url: &Url) -> Result<Self, Refusal> {
        Self::with_scheme(url, ["http", "https"])
    }

    /// An origin that is not HTTP, such as `smtp`, `mail.hospital.example`, 587.
    ///
    /// # Errors
    /// `host` is no host name or address, or `port` is 0.
    pub fn tcp(scheme: &str, host: &str, port: u16) -> Result<Self, Refusal> {
        let host = match host.parse() {
            Ok(address) => Host::Ipv6(address),
            Err(_) => Host::parse(host).map_err(|_| Refusal::NotAUrl)?,
        };
        Self::service(scheme, host, port)
    }

    /// That of a WebSocket, such as `wss://api.example/v1`.
    ///
    /// # Errors
    /// It is neither ws nor wss, has no host, or carries a user name.
    pub fn socket(url: &Url) -> Result<Self, Refusal> {
        Self::with_scheme(url, ["ws", "wss"])
    }

    fn with_scheme(url: &Url, schemes: [&str; 2]) -> Result<Self, Refusal> {
        if !schemes.contains(&url.scheme()) {
            return Err(Refusal::Scheme(url.scheme().chars().take(20).collect()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Userinfo);
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(Refusal::NotAUrl);
        };
        Self::service(url.scheme(), host.to_owned(), port)
    }

    fn service(scheme: &str, host: Host<String>, port: u16) -> Result<Self, Refusal> {
        if port == 0 {
            return Err(Refusal::NotAUrl);
        }
        Ok(Self {
            scheme: scheme.to_owned(),
            host,
            port,
        })
    }

    pub(super) fn is_tls(&self) -> bool {
        self.scheme == "https"
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.host)?;
        match (self.scheme.as_str(), self.port) {
            ("http" | "ws", 80) | ("https" | "wss", 443) => Ok(()),
            (_, port) => write!(f, ":{port}"),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn disguised_hosts_are_read_as_what_they_are() {
        for text in [
            "http://2130706433/",
            "http://0177.0.0.1/",
            "http://0x7f.1/",
            "http://127.1/",
            "http://①②⑦.0.0.1/",
        ] {
            assert_eq!(Origin::parse(text).unwrap().to_string(), "http://127.0.0.1", "{text}");
        }
        assert_eq!(
            Origin::parse("http://EXAMPLE.org:80/a?b#c").unwrap().to_string(),
            "http://example.org"
        );
        assert_eq!(
            Origin::parse("https://[::1]:8443/").unwrap().to_string(),
            "https://[::1]:8443"
        );
    }

    #[test]
    fn a_socket_is_ws_or_wss_without_a_user_name() {
        let of = |text: &str| Origin::socket(&Url::parse(text).unwrap());
        assert_eq!(of("wss://api.example/v1?a=b").unwrap().to_string(), "wss://api.example");
        assert_eq!(of("ws://127.0.0.1:81").unwrap().to_string(), "ws://127.0.0.1:81");
        assert_eq!(of("https://api.example"), Err(Refusal::Scheme("https".into())));
        assert_eq!(of("wss://me@api.example"), Err(Refusal::Userinfo));
    }

    #[test]
    fn userinfo_other_schemes_and_port_zero_are_refused() {
        assert_eq!(
            Origin::parse("http://api.example@evil.example/"),
            Err(Refusal::Userinfo)
        );
        assert_eq!(Origin::parse("http://:secret@api.example/"), Err(Refusal::Userinfo));
        assert_eq!(Origin::parse("file:///etc/passwd"), Err(Refusal::Scheme("file".into())));
        assert_eq!(Origin::parse("gopher://x/"), Err(Refusal::Scheme("gopher".into())));
        assert_eq!(Origin::parse("http://example.org:0/"), Err(Refusal::NotAUrl));
        assert_eq!(Origin::parse("//example.org"), Err(Refusal::NotAUrl));
    }

    #[test]
    fn a_service_takes_names_and_addresses() {
        assert_eq!(
            Origin::tcp("smtp", "Mail.Example", 587).unwrap().to_string(),
            "smtp://mail.example:587"
        );
        assert_eq!(
            Origin::tcp("redis", "::1", 6379).unwrap().to_string(),
            "redis://[::1]:6379"
        );
        assert!(Origin::tcp("smtp", "user@mail", 25).is_err());
    }
}
