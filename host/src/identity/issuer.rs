//! Who the OIDC provider of `NEXTCLOUD_OIDC_ISSUER` says it is (OpenID Connect Discovery 1.0, section 4).
//!
//! Nextcloud's provider app answers below a path and names an issuer without one: what counts is what discovery says, and
//! that all of it is of the configured origin. Signing in through it will begin here.

use axum::http::{HeaderMap, Method};
use serde::Deserialize;
use url::Url;

use crate::egress::{
    AllowedOrigin, Class, Egress, EgressError, EgressRequest, Limits, Origin, OriginKind, PhiMode, Refusal, Release,
};

const WELL_KNOWN: &str = "/.well-known/openid-configuration";
/// Where Nextcloud answers without a rewrite rule, and its provider app by itself.
const IN_NEXTCLOUD: [&str; 2] = [
    "/index.php/.well-known/openid-configuration",
    "/index.php/apps/oidc/openid-configuration",
];
const LARGEST: usize = 64 * 1024;

/// The provider's own statement, all of one origin.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Issuer {
    /// The `iss` that its tokens carry, letter for letter.
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub jwks_uri: String,
    #[serde(default)]
    pub userinfo_endpoint: Option<String>,
    /// Methods of RFC 7636 (PKCE) that it takes.
    #[serde(default)]
    pub code_challenge_methods_supported: Vec<String>,
    /// The address that said so.
    #[serde(skip)]
    pub discovered_at: String,
}

#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    #[error("{address} does not answer: {reason}")]
    Unreachable { address: String, reason: String },
    #[error("{address} answers HTTP {status}")]
    Status { address: String, status: u16 },
    #[error("{address} answers something that is no discovery document: {reason}")]
    Unreadable { address: String, reason: String },
    #[error("{name} is {value}, which is not of {origin}")]
    Foreign {
        name: &'static str,
        value: String,
        origin: String,
    },
}

/// The gate's entry for the provider.
///
/// # Errors
/// The URL carries a user name.
pub fn allowed_origin(configured: &Url) -> Result<AllowedOrigin, Refusal> {
    Ok(AllowedOrigin {
        origin: Origin::parse(configured.as_str())?,
        local: true,
        phi: PhiMode::Never,
    })
}

/// The addresses that are asked, in order; never empty.
pub fn addresses(configured: &Url) -> Vec<String> {
    let base = configured.as_str().trim_end_matches('/');
    if base.ends_with("openid-configuration") {
        return vec![base.to_owned()];
    }
    let mut all = vec![format!("{base}{WELL_KNOWN}")];
    let root = base.split_once("/index.php").map_or(base, |(root, _)| root);
    all.extend(IN_NEXTCLOUD.iter().map(|path| format!("{root}{path}")));
    all.dedup();
    all
}

/// Asks the configured provider who it is.
///
/// # Errors
/// What the last address said that was of any use; see [`IssuerError`].
pub async fn discover(egress: &Egress, configured: &Url) -> Result<Issuer, IssuerError> {
    let mut failure = None;
    for address in addresses(configured) {
        match ask(egress, &address).await {
            Ok(found) => return of_one_origin(found, configured),
            // The most telling of the failures is kept: an answer says more than none.
            Err(error) => match (&failure, &error) {
                (None, _) | (Some(IssuerError::Unreachable { .. }), _) => failure = Some(error),
                (Some(IssuerError::Status { .. }), IssuerError::Unreadable { .. }) => failure = Some(error),
                _ => {}
            },
        }
    }
    Err(failure.unwrap_or(IssuerError::Unreachable {
        address: configured.to_string(),
        reason: "there is nothing to ask".to_owned(),
    }))
}

async fn ask(egress: &Egress, address: &str) -> Result<Issuer, IssuerError> {
    let unreachable = |error: EgressError| IssuerError::Unreachable {
        address: address.to_owned(),
        reason: error.to_string(),
    };
    let request = EgressRequest {
        purpose: "oidc".to_owned(),
        origin: OriginKind::OperatorConfigured,
        class: Class::Public,
        answer_id: None,
        method: Method::GET,
        url: address.to_owned(),
        headers: HeaderMap::new(),
        body: bytes::Bytes::new(),
        published: Vec::new(),
        release: Release::default(),
        limits: Some(Limits {
            response_bytes: LARGEST,
            first_byte: std::time::Duration::from_secs(5),
            total: std::time::Duration::from_secs(10),
            ..Limits::default()
        }),
    };
    let response = egress.send(request).await.map_err(unreachable)?;
    if !response.status.is_success() {
        return Err(IssuerError::Status {
            address: address.to_owned(),
            status: response.status.as_u16(),
        });
    }
    let body = response.bytes().await.map_err(unreachable)?;
    let mut found: Issuer = serde_json::from_slice(&body).map_err(|error| IssuerError::Unreadable {
        address: address.to_owned(),
        reason: error.to_string(),
    })?;
    address.clone_into(&mut found.discovered_at);
    Ok(found)
}

/// Tokens and keys must come from where the operator said: a document that points elsewhere is not believed.
fn of_one_origin(found: Issuer, configured: &Url) -> Result<Issuer, IssuerError> {
    let parts = [
        ("issuer", Some(&found.issuer)),
        ("authorization_endpoint", Some(&found.authorization_endpoint)),
        ("token_endpoint", Some(&found.token_endpoint)),
        ("jwks_uri", Some(&found.jwks_uri)),
        ("userinfo_endpoint", found.userinfo_endpoint.as_ref()),
    ];
    for (name, value) in parts {
        let Some(value) = value else { continue };
        let same = Url::parse(value).is_ok_and(|url| url.origin() == configured.origin());
        if !same {
            return Err(IssuerError::Foreign {
                name,
                value: value.clone(),
                origin: configured.origin().ascii_serialization(),
            });
        }
    }
    Ok(found)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn nextclouds_own_places_are_asked_too() {
        let of = |text: &str| addresses(&Url::parse(text).unwrap());
        assert_eq!(
            of("https://cloud.example/index.php/apps/oidc"),
            [
                "https://cloud.example/index.php/apps/oidc/.well-known/openid-configuration",
                "https://cloud.example/index.php/.well-known/openid-configuration",
                "https://cloud.example/index.php/apps/oidc/openid-configuration",
            ]
        );
        let exact = "https://cloud.example/index.php/apps/oidc/openid-configuration";
        assert_eq!(of(exact), [exact]);
    }

    #[test]
    fn a_document_that_points_elsewhere_is_not_believed() {
        let configured = Url::parse("https://cloud.example/apps/oidc").unwrap();
        let found = |token: &str| Issuer {
            issuer: "https://cloud.example".to_owned(),
            authorization_endpoint: "https://cloud.example/a".to_owned(),
            token_endpoint: token.to_owned(),
            jwks_uri: "https://cloud.example/j".to_owned(),
            userinfo_endpoint: None,
            code_challenge_methods_supported: Vec::new(),
            discovered_at: String::new(),
        };
        let fine = of_one_origin(found("https://cloud.example/t"), &configured).unwrap();
        assert_eq!(fine.issuer, "https://cloud.example", "without the variable's path");
        for elsewhere in ["https://cloud.example.evil/t", "http://cloud.example/t", "/t"] {
            assert!(of_one_origin(found(elsewhere), &configured).is_err(), "{elsewhere}");
        }
    }
}
