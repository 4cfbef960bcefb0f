//! Whether a plugin may send a request. The same check guards the host's egress gate and the author's tool.

use std::collections::BTreeMap;

use url::Url;

use crate::{Access, HttpRule, Method, Origin};

/// What the plugin is doing while it sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// A read-only tool, a source or a model adapter.
    Read,
    /// A write tool says what it would change.
    Prepare,
    /// A write tool carries out a plan that a person approved.
    Invoke,
}

/// Why a request is not sent. Texts name origin and path, never a query, which may hold what a person typed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the address is not one a plugin may use: {0}")]
    Address(&'static str),
    #[error("{origin} is not among the addresses this plugin may contact ({})", list(.allowed))]
    Origin { origin: String, allowed: Vec<String> },
    #[error("{method} is not allowed at {origin} (allowed: {})", list(.allowed))]
    Method {
        method: String,
        origin: String,
        allowed: Vec<String>,
    },
    #[error(
        "{method} {origin}{path} may change something, and the plugin may only read now; a POST that only reads is \
         declared under read-only-post"
    )]
    Writes {
        method: String,
        origin: String,
        path: String,
    },
}

fn list(allowed: &[String]) -> String {
    if allowed.is_empty() {
        "none".to_owned()
    } else {
        allowed.join(", ")
    }
}

impl HttpRule {
    /// The rule under which a request may be sent. `settings` holds the values IT entered, by key, for rules
    /// whose origin is a setting.
    ///
    /// Private addresses are not judged here: what a name resolves to is known only when it is resolved.
    ///
    /// # Errors
    /// [`Refusal`] in words for the plugin's author and for the log.
    pub fn check<'a>(
        access: &'a Access,
        settings: &BTreeMap<String, String>,
        method: &str,
        url: &str,
        phase: Phase,
    ) -> Result<&'a Self, Refusal> {
        let url = Url::parse(url).map_err(|_| Refusal::Address("it cannot be read"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Address(
                "it holds a user name or password; declare a credential",
            ));
        }
        if !url.has_host() {
            return Err(Refusal::Address("it names no host"));
        }
        let matched = access
            .http
            .iter()
            .find_map(|rule| Some((rule, rule.origin.base(&url, settings)?)));
        let Some((rule, base)) = matched else {
            return Err(Refusal::Origin {
                origin: url.origin().ascii_serialization(),
                allowed: access.http.iter().map(|rule| shown(&rule.origin, settings)).collect(),
            });
        };
        rule.admit(method, &url, &url.path()[base.len()..], phase)?;
        Ok(rule)
    }

    fn admit(&self, method: &str, url: &Url, path: &str, phase: Phase) -> Result<(), Refusal> {
        let declared = self.methods.iter().find(|one| one.as_str() == method);
        if method == Method::Post.as_str() && self.read_only_post.iter().any(|known| known == path) {
            return Ok(());
        }
        let origin = url.origin().ascii_serialization();
        match declared {
            Some(declared) if declared.is_safe() || phase == Phase::Invoke => Ok(()),
            Some(_) => Err(Refusal::Writes {
                method: method.to_owned(),
                origin,
                path: url.path().chars().take(200).collect(),
            }),
            None => Err(Refusal::Method {
                method: method.chars().take(20).collect(),
                origin,
                allowed: self.allowed(),
            }),
        }
    }

    fn allowed(&self) -> Vec<String> {
        let methods = self.methods.iter().map(|method| method.as_str().to_owned());
        methods
            .chain(self.read_only_post.iter().map(|path| format!("POST to {path}")))
            .collect()
    }
}

fn shown(origin: &Origin, settings: &BTreeMap<String, String>) -> String {
    match origin {
        Origin::Fixed(origin) => origin.clone(),
        Origin::Setting(key) => match settings.get(key).filter(|value| !value.is_empty()) {
            Some(address) => format!("{address}, from the setting {key}"),
            None => format!("the setting {key}, which is empty"),
        },
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::Manifest;

    fn access() -> Access {
        let text = r#"
schema = 1
id = "tickets"
version = "0.1.0"
world = "integration"
title = "Tickets"
purpose = "Files tickets."
licence = "MIT"
[[http]]
origin = "https://api.example.org"
methods = ["GET", "POST"]
read-only-post = ["/search"]
[[http]]
origin = "config:server"
read-only-post = ["/embed"]
[[config]]
key = "server"
title = "Address of the server"
"#;
        Access::clone(&Manifest::parse(text).unwrap().request())
    }

    fn check(method: &str, url: &str, phase: Phase) -> Result<(), String> {
        let settings = BTreeMap::from([("server".to_owned(), "http://models.internal/v1".to_owned())]);
        HttpRule::check(&access(), &settings, method, url, phase)
            .map(|_| ())
            .map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn only_declared_origins_are_reached() {
        assert!(check("GET", "https://api.example.org/a?b=c", Phase::Read).is_ok());
        for url in [
            "http://api.example.org/a",
            "https://api.example.org.evil.net/",
            "https://example.org/",
            "https://api.example.org:8443/",
            "http://127.0.0.1/",
            "https://models.internal/v1/embed",
        ] {
            let error = check("GET", url, Phase::Invoke).unwrap_err();
            assert!(
                error.contains("https://api.example.org, http://models.internal/v1"),
                "{error}"
            );
        }
        for url in [
            "https://user:pass@api.example.org/",
            "data:text/plain,x",
            "/relative",
            "https://",
        ] {
            assert!(
                check("GET", url, Phase::Invoke).unwrap_err().contains("address"),
                "{url}"
            );
        }
    }

    #[test]
    fn only_an_approved_plan_may_write() {
        let url = "https://api.example.org/tickets?text=secret";
        for phase in [Phase::Read, Phase::Prepare] {
            let error = check("POST", url, phase).unwrap_err();
            assert!(
                error.contains("POST https://api.example.org/tickets may change"),
                "{error}"
            );
            assert!(!error.contains("secret"));
            assert!(check("POST", "https://api.example.org/search", phase).is_ok());
        }
        assert!(check("POST", url, Phase::Invoke).is_ok());
        let error = check("DELETE", url, Phase::Invoke).unwrap_err();
        assert!(error.contains("(allowed: GET, POST, POST to /search)"), "{error}");
        assert!(check("get", url, Phase::Read).is_err());
    }

    #[test]
    fn an_undeclared_search_path_is_not_read_only() {
        for path in ["/search/", "/search/../tickets", "/SEARCH", "/searching"] {
            assert!(
                check("POST", &format!("https://api.example.org{path}"), Phase::Read).is_err(),
                "{path}"
            );
        }
    }

    #[test]
    fn an_entered_address_carries_its_base_path() {
        assert!(check("POST", "http://models.internal/v1/embed", Phase::Read).is_ok());
        assert!(check("POST", "http://models.internal/embed", Phase::Read).is_err());
        let unset = access();
        let url = "http://models.internal/v1";
        let refusal = HttpRule::check(&unset, &BTreeMap::new(), "GET", url, Phase::Read).unwrap_err();
        assert!(
            refusal.to_string().contains("the setting server, which is empty"),
            "{refusal}"
        );
    }
}
