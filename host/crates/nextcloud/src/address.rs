//! Where Nextcloud is.

use url::Url;

/// Nextcloud's own address without `/index.php` and without a slash at the end, as in `https://cloud.example/nextcloud`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// Normalises what AppAPI or an operator wrote: a trailing `/`, `/index.php` or `/index.php/` is dropped.
    /// `None` when it is not an http or https URL, or carries a user name, query or fragment.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text.trim()).ok()?;
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.has_host();
        if !plain || !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        let mut base = url.as_str().trim_end_matches('/');
        base = base.strip_suffix("/index.php").unwrap_or(base).trim_end_matches('/');
        Some(Self(base.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host and port, as in `cloud.example:8443`.
    pub fn authority(&self) -> &str {
        let after_scheme = self.0.split_once("://").map_or("", |(_, rest)| rest);
        after_scheme.split('/').next().unwrap_or_default()
    }

    /// The path under which Nextcloud lives, empty or as in `/nextcloud`.
    pub fn webroot(&self) -> &str {
        let after_scheme = self.0.split_once("://").map_or("", |(_, rest)| rest);
        after_scheme.find('/').map_or("", |at| &after_scheme[at..])
    }

    /// The full URL of `path`, which begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_it_is_one_address() {
        for text in [
            "https://cloud.example/nc",
            "https://cloud.example/nc/",
            "https://cloud.example/nc/index.php",
            " https://cloud.example/nc/index.php/ ",
        ] {
            let address = Address::parse(text);
            assert_eq!(
                address.as_ref().map(Address::as_str),
                Some("https://cloud.example/nc"),
                "{text}"
            );
            assert_eq!(address.as_ref().map(Address::authority), Some("cloud.example"));
            assert_eq!(address.map(|a| a.webroot().to_owned()).as_deref(), Some("/nc"));
        }
        let root = Address::parse("http://nginx/index.php");
        assert_eq!(root.as_ref().map(Address::webroot), Some(""));
        assert_eq!(
            root.map(|a| a.url("/status.php")).as_deref(),
            Some("http://nginx/status.php")
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "cloud.example", "ftp://x/", "https://u:p@x/", "https://x/?a=b"] {
            assert_eq!(Address::parse(text), None, "{text}");
        }
    }
}
