//! Whose packages are installed, and which never again. Both come from IT, without a network.

use std::fmt;

use semver::{Version, VersionReq};
use serde::Deserialize;

use crate::{Package, Publisher, digits};

/// What a package is judged by.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    pub publishers: Vec<Publisher>,
    pub revoked: Revocations,
}

/// The offline revocation list, a TOML file:
///
/// ```toml
/// [[key]]
/// key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
/// reason = "the laptop was stolen"
///
/// [[digest]]      # of a whole package or of its component, as `vaplug verify` shows them
/// digest = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
/// reason = "wrong factor for women"
///
/// [[version]]
/// id = "pubmed"
/// versions = ">=0.2.0, <0.2.3"
/// reason = "sends the query twice"
/// ```
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Revocations {
    #[serde(rename = "key")]
    pub keys: Vec<RevokedKey>,
    #[serde(rename = "digest")]
    pub digests: Vec<RevokedDigest>,
    #[serde(rename = "version")]
    pub versions: Vec<RevokedVersions>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokedKey {
    #[serde(deserialize_with = "digits::read")]
    pub key: [u8; 32],
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokedDigest {
    #[serde(deserialize_with = "digits::read")]
    pub digest: [u8; 32],
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokedVersions {
    pub id: String,
    /// Cargo's requirement syntax; `*` is every version.
    pub versions: VersionReq,
    pub reason: String,
}

/// What of a package is revoked, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Revoked {
    pub what: String,
    pub reason: String,
}

impl fmt::Display for Revoked {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{} is revoked: {}", self.what, self.reason)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the revocation list cannot be read: {0}")]
pub struct RevocationsError(String);

impl Revocations {
    /// # Errors
    /// With the line that is wrong. A list with a fault is no list: half of it would let something through.
    pub fn parse(text: &str) -> Result<Self, RevocationsError> {
        toml::from_str(text).map_err(|error| RevocationsError(error.to_string()))
    }

    /// # Errors
    /// When the package's key, its digests or its version is on the list. Also asked of what is installed already.
    pub fn check(&self, package: &Package) -> Result<(), Revoked> {
        let revoked = |what: String, reason: &str| {
            Err(Revoked {
                what,
                reason: reason.to_owned(),
            })
        };
        if let Some(found) = self.keys.iter().find(|one| one.key == package.publisher.key) {
            return revoked(
                format!("the key of its publisher {}", package.publisher.name),
                &found.reason,
            );
        }
        let listed = |digest: &str| self.digests.iter().find(|one| hex::encode(one.digest) == digest);
        let component = package.component_digest.to_hex();
        if let Some(found) = listed(&package.digest).or_else(|| listed(&component)) {
            return revoked("this very package".into(), &found.reason);
        }
        let (id, version) = (&package.manifest.id, &package.manifest.version);
        if let Some(found) = self.versions.iter().find(|one| one.id == *id && one.covers(version)) {
            return revoked(format!("{id} {version}"), &found.reason);
        }
        Ok(())
    }
}

impl RevokedVersions {
    /// A requirement leaves out pre-releases that it does not name; here they are covered like the release
    /// they lead to.
    fn covers(&self, version: &Version) -> bool {
        let release = Version::new(version.major, version.minor, version.patch);
        self.versions.matches(version) || self.versions.matches(&release)
    }
}
