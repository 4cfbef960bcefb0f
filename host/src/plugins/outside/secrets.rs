//! Secrets of plugins. They are added to requests or sign for them; no plugin reads one.

use plugin_package::Credential;
use ring::{hmac, rand::SystemRandom, rsa, signature};
use sandbox::{ErrorKind, PluginError, Readiness, Signature};
use secrecy::{ExposeSecret, SecretString};

use super::{Reach, refused};
use crate::plugins::registry::Loaded;
use crate::plugins::store::values;

/// Those that were granted and entered.
pub async fn of(reach: &Reach, loaded: &Loaded) -> Result<Vec<(Credential, SecretString)>, sqlx::Error> {
    let mut secrets = Vec::new();
    for credential in &loaded.access().credentials {
        if let Some(secret) = values::secret(&reach.db, &reach.vault, loaded.id(), &credential.handle).await? {
            secrets.push((credential.clone(), SecretString::from(secret)));
        }
    }
    Ok(secrets)
}

pub async fn readiness(reach: &Reach, loaded: &Loaded, handle: &str) -> Readiness {
    if loaded.access().credential(handle).is_none() {
        return Readiness::Unknown;
    }
    match values::secret(&reach.db, &reach.vault, loaded.id(), handle).await {
        Ok(Some(_)) => Readiness::Ready,
        Ok(None) | Err(_) => Readiness::Missing,
    }
}

/// HMAC takes the secret's bytes; ed25519 and RSA take a PKCS#8 key in hex.
pub async fn sign(
    reach: &Reach,
    loaded: &Loaded,
    handle: &str,
    algorithm: Signature,
    payload: &[u8],
) -> Result<Vec<u8>, PluginError> {
    if loaded.access().credential(handle).is_none() {
        return Err(refused(ErrorKind::Denied, "this credential was not granted"));
    }
    let secret = values::secret(&reach.db, &reach.vault, loaded.id(), handle)
        .await
        .ok()
        .flatten();
    let Some(secret) = secret.map(SecretString::from) else {
        return Err(refused(ErrorKind::AuthRequired, "this credential was not entered"));
    };
    signed(secret.expose_secret(), algorithm, payload)
        .ok_or_else(|| refused(ErrorKind::AuthRequired, "this credential is no key for that signature"))
}

fn signed(secret: &str, algorithm: Signature, payload: &[u8]) -> Option<Vec<u8>> {
    let mac = |algorithm| {
        let key = hmac::Key::new(algorithm, secret.as_bytes());
        Some(hmac::sign(&key, payload).as_ref().to_vec())
    };
    let pkcs8 = || hex::decode(secret.trim()).ok();
    match algorithm {
        Signature::HmacSha256 => mac(hmac::HMAC_SHA256),
        Signature::HmacSha1 => mac(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
        Signature::Ed25519 => {
            let key = signature::Ed25519KeyPair::from_pkcs8_maybe_unchecked(&pkcs8()?).ok()?;
            Some(key.sign(payload).as_ref().to_vec())
        }
        Signature::RsaPkcs1Sha256 => {
            let key = rsa::KeyPair::from_pkcs8(&pkcs8()?).ok()?;
            let mut signed = vec![0; key.public().modulus_len()];
            key.sign(&signature::RSA_PKCS1_SHA256, &SystemRandom::new(), payload, &mut signed)
                .ok()?;
            Some(signed)
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn hmac_agrees_with_rfc_4231_case_2() {
        let signed = signed("Jefe", Signature::HmacSha256, b"what do ya want for nothing?").unwrap();
        assert_eq!(
            hex::encode(signed),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn a_secret_that_is_no_key_signs_nothing() {
        assert_eq!(signed("no key", Signature::Ed25519, b"x"), None);
        assert_eq!(signed("00ff", Signature::RsaPkcs1Sha256, b"x"), None);
    }
}
