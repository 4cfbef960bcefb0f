//! AppAPI's signature: one shared secret in a header, both ways. It has no time and no nonce, so whoever reaches the
//! port with the secret is any user: the host listens on loopback or a unix socket only.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use crate::ActingUser;

pub(crate) const AUTHORIZATION: HeaderName = HeaderName::from_static("authorization-app-api");
const APP_ID: HeaderName = HeaderName::from_static("ex-app-id");
const APP_VERSION: HeaderName = HeaderName::from_static("ex-app-version");
const AA_VERSION: HeaderName = HeaderName::from_static("aa-version");
/// Only requests that came through HaRP carry it.
const HARP_KEY: HeaderName = HeaderName::from_static("harp-shared-key");

/// What AppAPI gave this app at its installation.
#[derive(Clone)]
pub struct AppIdentity {
    pub id: String,
    pub version: String,
    pub secret: SecretString,
}

/// Why a request is not taken for one of Nextcloud's. Says nothing of the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSigned {
    #[error("the AppAPI headers are missing")]
    Missing,
    #[error("the AppAPI headers are of another app")]
    OtherApp,
    #[error("the AppAPI secret is wrong")]
    Secret,
}

/// A request that Nextcloud signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    acting: Option<ActingUser>,
    /// The app version that Nextcloud has on record.
    pub version: String,
    /// It came through HaRP.
    pub harp: bool,
}

impl Signed {
    /// The user who called; none when Nextcloud itself did.
    pub fn acting(&self) -> Option<&ActingUser> {
        self.acting.as_ref()
    }
}

impl AppIdentity {
    /// Checks app id and secret (in constant time) of an incoming request. The user id ends at the first colon.
    ///
    /// # Errors
    /// [`NotSigned`]: the request is not Nextcloud's.
    pub fn verify(&self, headers: &HeaderMap) -> Result<Signed, NotSigned> {
        let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let (Some(authorization), Some(id), Some(version)) = (text(&AUTHORIZATION), text(&APP_ID), text(&APP_VERSION))
        else {
            return Err(NotSigned::Missing);
        };
        if id != self.id {
            return Err(NotSigned::OtherApp);
        }
        let decoded = STANDARD.decode(authorization).map_err(|_| NotSigned::Secret)?;
        let colon = decoded.iter().position(|byte| *byte == b':').ok_or(NotSigned::Secret)?;
        let (user, secret) = (&decoded[..colon], &decoded[colon + 1..]);
        let ours = self.secret.expose_secret().as_bytes();
        if ours.is_empty() || !bool::from(secret.ct_eq(ours)) {
            return Err(NotSigned::Secret);
        }
        let user = std::str::from_utf8(user).map_err(|_| NotSigned::Secret)?;
        Ok(Signed {
            acting: ActingUser::new(user),
            version: version.to_owned(),
            harp: headers.contains_key(HARP_KEY) || text(&AA_VERSION) == Some("32"),
        })
    }

    /// The headers of a request in the name of `acting`, or of the app itself.
    pub(crate) fn sign(&self, acting: Option<&ActingUser>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let user = acting.map_or("", ActingUser::uid);
        let joined = STANDARD.encode(format!("{user}:{}", self.secret.expose_secret()));
        for (name, value, secret) in [
            (APP_ID, self.id.as_str(), false),
            (APP_VERSION, self.version.as_str(), false),
            (AUTHORIZATION, joined.as_str(), true),
        ] {
            if let Ok(mut value) = HeaderValue::from_str(value) {
                value.set_sensitive(secret);
                headers.insert(name, value);
            }
        }
        headers.insert("ocs-apirequest", HeaderValue::from_static("true"));
        headers
    }

    /// Takes out of a request what must reach no handler and no log: the signature, and the browser's own Nextcloud
    /// session and password, which both of Nextcloud's proxies hand on.
    pub fn strip(headers: &mut HeaderMap) {
        for name in [
            AUTHORIZATION,
            HARP_KEY,
            http::header::COOKIE,
            http::header::AUTHORIZATION,
        ] {
            headers.remove(name);
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn identity() -> AppIdentity {
        AppIdentity {
            id: "voiceassist".into(),
            version: "0.1.0".into(),
            secret: "s3:cr:et".into(),
        }
    }

    #[test]
    fn what_is_signed_here_is_recognised_here() {
        let user = ActingUser::new("anna").unwrap();
        let headers = identity().sign(Some(&user));
        assert_eq!(identity().verify(&headers).unwrap().acting(), Some(&user));
        assert_eq!(identity().verify(&identity().sign(None)).unwrap().acting(), None);
    }

    #[test]
    fn another_secret_another_app_and_no_headers_are_refused() {
        let mut other = identity();
        other.secret = "s3:cr:ex".into();
        assert_eq!(identity().verify(&other.sign(None)), Err(NotSigned::Secret));
        other = identity();
        other.id = "other".into();
        assert_eq!(identity().verify(&other.sign(None)), Err(NotSigned::OtherApp));
        assert_eq!(identity().verify(&HeaderMap::new()), Err(NotSigned::Missing));
        let mut unset = identity();
        unset.secret = "".into();
        assert_eq!(unset.verify(&unset.sign(None)), Err(NotSigned::Secret));
    }

    #[test]
    fn cookies_and_passwords_do_not_come_in() {
        let mut headers = identity().sign(None);
        headers.insert("cookie", HeaderValue::from_static("oc_sessionPassphrase=x"));
        headers.insert("authorization", HeaderValue::from_static("Basic x"));
        headers.insert("harp-shared-key", HeaderValue::from_static("x"));
        AppIdentity::strip(&mut headers);
        let left: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        assert_eq!(left, ["ex-app-id", "ex-app-version", "ocs-apirequest"]);
    }
}
