//! Who signs: a name and an ed25519 key (RFC 8032).

use std::fmt;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::Deserialize;

use crate::archive::SIGNATURE;
use crate::{PackageError, digits};

/// Keeps these signatures apart from anything else the key might sign.
pub const DOMAIN: &[u8] = b"voiceassist plugin package 1\n";

/// A publisher as IT pins it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publisher {
    /// Lower-kebab, at most 64 bytes.
    pub name: String,
    /// ed25519 public key; 64 hexadecimal digits in text.
    #[serde(deserialize_with = "digits::read")]
    pub key: [u8; 32],
}

/// A publisher with the secret key.
pub struct Signer {
    publisher: Publisher,
    key: SigningKey,
}

/// Why a name or a key is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublisherError {
    #[error("a publisher's name has 1 to 64 lower-case letters, digits and hyphens, not \"{0}\"")]
    Name(String),
    #[error("a public key has 64 hexadecimal digits and is a point of the curve")]
    Key,
    #[error("a publisher's file has name = \"...\" and key = \"...\": {0}")]
    File(String),
    #[error("a key file has publisher = \"...\" and secret = \"...\" with 64 hexadecimal digits")]
    Secret,
}

impl Publisher {
    /// # Errors
    /// When the name is not lower-kebab or the key is no ed25519 key in hexadecimal digits. Spaces and colons
    /// between the digits are allowed.
    pub fn new(name: &str, key: &str) -> Result<Self, PublisherError> {
        let digits: String = key.chars().filter(|c| !c.is_whitespace() && *c != ':').collect();
        let mut bytes = [0; 32];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| PublisherError::Key)?;
        Self {
            name: name.to_owned(),
            key: bytes,
        }
        .checked()
    }

    fn checked(self) -> Result<Self, PublisherError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.name.is_empty() || self.name.len() > 64 || !self.name.chars().all(plain) {
            let shown = self.name.chars().take(80).flat_map(char::escape_default).collect();
            return Err(PublisherError::Name(shown));
        }
        match VerifyingKey::from_bytes(&self.key) {
            Ok(key) if !key.is_weak() => Ok(self),
            _ => Err(PublisherError::Key),
        }
    }

    /// Reads `name` and `key` from TOML.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn parse(text: &str) -> Result<Self, PublisherError> {
        let read: Self = toml::from_str(text).map_err(|error| PublisherError::File(error.message().to_owned()))?;
        read.checked()
    }

    #[must_use]
    pub fn to_toml(&self) -> String {
        format!("name = \"{}\"\nkey = \"{}\"\n", self.name, hex::encode(self.key))
    }
}

/// Short enough to read out on the telephone: 128 bits of BLAKE3 of the public key, in groups of four.
#[must_use]
pub fn fingerprint(key: &[u8; 32]) -> String {
    let digits = blake3::hash(key).to_hex();
    let groups = digits.as_bytes()[..32].chunks(4);
    groups.map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    publisher: String,
    #[serde(deserialize_with = "digits::read")]
    secret: [u8; 32],
}

impl Signer {
    /// `secret` are 32 random bytes.
    ///
    /// # Errors
    /// When the name is not lower-kebab.
    pub fn new(name: &str, secret: &[u8; 32]) -> Result<Self, PublisherError> {
        let key = SigningKey::from_bytes(secret);
        let publisher = Publisher {
            name: name.to_owned(),
            key: key.verifying_key().to_bytes(),
        };
        Ok(Self {
            publisher: publisher.checked()?,
            key,
        })
    }

    /// Reads a key file. What is wrong is not quoted: it may be the secret.
    ///
    /// # Errors
    /// When it is not one.
    pub fn parse(text: &str) -> Result<Self, PublisherError> {
        let file: KeyFile = toml::from_str(text).map_err(|_| PublisherError::Secret)?;
        Self::new(&file.publisher, &file.secret)
    }

    /// The key file, to be readable by its owner only.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let secret = hex::encode(self.key.to_bytes());
        format!("publisher = \"{}\"\nsecret = \"{secret}\"\n", self.publisher.name)
    }

    #[must_use]
    pub fn publisher(&self) -> &Publisher {
        &self.publisher
    }

    pub(crate) fn sign(&self, message: &[u8]) -> SignatureFile {
        SignatureFile {
            publisher: self.publisher.clone(),
            signature: self.key.sign(message).to_bytes(),
        }
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Signer")
            .field("publisher", &self.publisher)
            .finish_non_exhaustive()
    }
}

/// `signature.toml`.
pub(crate) struct SignatureFile {
    pub publisher: Publisher,
    signature: [u8; 64],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignatureTable {
    publisher: String,
    key: String,
    #[serde(deserialize_with = "digits::read")]
    signature: [u8; 64],
}

impl SignatureFile {
    pub fn parse(text: &str) -> Result<Self, PackageError> {
        let wrong = |reason: String| PackageError::Part {
            part: SIGNATURE,
            reason,
        };
        let table: SignatureTable = toml::from_str(text).map_err(|error| wrong(error.message().to_owned()))?;
        Ok(Self {
            publisher: Publisher::new(&table.publisher, &table.key).map_err(|error| wrong(error.to_string()))?,
            signature: table.signature,
        })
    }

    pub fn to_toml(&self) -> String {
        let Publisher { name, key } = &self.publisher;
        let (key, signature) = (hex::encode(key), hex::encode(self.signature));
        format!("publisher = \"{name}\"\nkey = \"{key}\"\nsignature = \"{signature}\"\n")
    }

    pub fn fits(&self, message: &[u8]) -> bool {
        let signature = Signature::from_bytes(&self.signature);
        // Strict: a signature that other verifiers would not take is not taken here either.
        VerifyingKey::from_bytes(&self.publisher.key).is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// RFC 8032, 7.1, test 1: the secret key and its public key.
    const SECRET: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    const PUBLIC: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

    #[test]
    fn the_public_key_of_a_known_secret_is_the_published_one() {
        let text = format!("publisher = \"clinic\"\nsecret = \"{SECRET}\"\n");
        let signer = Signer::parse(&text).unwrap();
        assert_eq!(hex::encode(signer.publisher().key), PUBLIC);
        assert_eq!(signer.to_toml(), text);
        assert_eq!(
            Publisher::parse(&signer.publisher().to_toml()).unwrap(),
            *signer.publisher()
        );
    }

    #[test]
    fn a_secret_is_never_printed() {
        let text = format!("publisher = \"clinic\"\nsecret = \"{SECRET}\"\n");
        let printed = format!("{:?}", Signer::parse(&text).unwrap());
        assert!(printed.contains("clinic") && !printed.contains(&SECRET[..8]));
        let error = Signer::parse(&text.replace("secret", "sekret"))
            .unwrap_err()
            .to_string();
        assert!(!error.contains(&SECRET[..8]), "{error}");
    }

    #[test]
    fn a_wrong_name_or_key_is_refused() {
        assert!(Publisher::new("clinic", &PUBLIC.to_uppercase()).is_ok());
        assert!(Publisher::new("clinic", &format!("{} {}", &PUBLIC[..32], &PUBLIC[32..])).is_ok());
        assert_eq!(
            Publisher::new("Clinic", PUBLIC),
            Err(PublisherError::Name("Clinic".into()))
        );
        assert_eq!(Publisher::new("clinic", &PUBLIC[2..]), Err(PublisherError::Key));
        // The identity point: a signature for it says nothing.
        let weak = format!("01{}", "00".repeat(31));
        assert_eq!(Publisher::new("clinic", &weak), Err(PublisherError::Key));
    }

    #[test]
    fn a_fingerprint_is_eight_groups_and_differs_between_keys() {
        let one = fingerprint(&[1; 32]);
        assert_eq!(one.split(' ').count(), 8);
        assert!(one.split(' ').all(|group| group.len() == 4));
        assert_ne!(one, fingerprint(&[2; 32]));
    }
}
