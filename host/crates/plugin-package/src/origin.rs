//! Where a plugin may send requests: one scheme, host and port, or the address IT enters for it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// `https://HOST` or `https://HOST:PORT`, without a path; or `config:KEY`, the address in that setting.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Origin {
    /// As browsers write it: lower case, without the default port.
    Fixed(String),
    /// Key of a `[[config]]` entry whose value is an http or https address, perhaps with a base path.
    Setting(String),
}

impl Origin {
    /// Whether an address belongs to this origin. `settings` holds what IT entered, by key.
    #[must_use]
    pub fn covers(&self, url: &Url, settings: &BTreeMap<String, String>) -> bool {
        self.base(url, settings).is_some()
    }

    /// The place in a request's address where a path of the manifest starts, when the address belongs to this
    /// origin: empty for a fixed one, the base path for a setting's.
    pub(crate) fn base(&self, url: &Url, settings: &BTreeMap<String, String>) -> Option<String> {
        match self {
            Self::Fixed(origin) => (url.origin().ascii_serialization() == *origin).then(String::new),
            Self::Setting(key) => {
                let entered = Url::parse(settings.get(key)?).ok()?;
                let web = matches!(entered.scheme(), "http" | "https");
                let base = entered.path().trim_end_matches('/').to_owned();
                let below = url.path() == base || url.path().starts_with(&format!("{base}/"));
                (web && entered.origin() == url.origin() && below).then_some(base)
            }
        }
    }

    /// For sentences: the host with a port that is not the default, or nothing for a setting.
    pub(crate) fn host(&self) -> Option<&str> {
        match self {
            Self::Fixed(origin) => Some(origin.strip_prefix("https://").unwrap_or(origin)),
            Self::Setting(_) => None,
        }
    }
}

impl TryFrom<String> for Origin {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if let Some(key) = text.strip_prefix("config:") {
            return Ok(Self::Setting(key.to_owned()));
        }
        let wrong = || {
            format!(
                "\"{text}\" is no origin: write https://HOST or https://HOST:PORT, without path or wildcard, or \
                 config:KEY for an address that IT enters"
            )
        };
        let url = Url::parse(&text).map_err(|_| wrong())?;
        let named = matches!(url.host(), Some(Host::Domain(name)) if name.contains('.') && !name.contains('*'));
        let bare = url.path() == "/"
            && !text.ends_with('/')
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if url.scheme() != "https" || !named || !bare {
            return Err(wrong());
        }
        Ok(Self::Fixed(url.origin().ascii_serialization()))
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        origin.to_string()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(origin) => to.write_str(origin),
            Self::Setting(key) => write!(to, "config:{key}"),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_named_https_host_and_nothing_else() {
        let parse = |text: &str| Origin::try_from(text.to_owned());
        assert_eq!(
            parse("https://API.Example.org:443").unwrap().to_string(),
            "https://api.example.org"
        );
        assert_eq!(
            parse("https://example.org:8443").unwrap().host(),
            Some("example.org:8443")
        );
        for wrong in [
            "http://example.org",
            "https://example.org/",
            "https://example.org/path",
            "https://*.example.org",
            "https://*",
            "*",
            "https://user@example.org",
            "https://127.0.0.1",
            "https://[::1]",
            "https://localhost",
            "https://example.org?x=1",
            "example.org",
        ] {
            let error = parse(wrong).unwrap_err();
            assert!(error.contains(wrong) && error.contains("https://HOST"), "{error}");
        }
    }

    #[test]
    fn an_entered_address_is_matched_with_its_base_path() {
        let origin = Origin::try_from("config:endpoint".to_owned()).unwrap();
        let settings = BTreeMap::from([("endpoint".to_owned(), "http://tei.internal:8080/v1/".to_owned())]);
        let base = |url: &str| origin.base(&Url::parse(url).unwrap(), &settings);
        assert_eq!(base("http://tei.internal:8080/v1/embeddings").unwrap(), "/v1");
        assert_eq!(base("http://tei.internal:8080/v10/embeddings"), None);
        assert_eq!(base("http://tei.internal:8080/admin"), None);
        assert_eq!(base("http://tei.internal:8081/v1/embeddings"), None);
        assert_eq!(base("https://tei.internal:8080/v1/embeddings"), None);
        assert_eq!(origin.base(&Url::parse("http://a.b/").unwrap(), &BTreeMap::new()), None);
    }
}
