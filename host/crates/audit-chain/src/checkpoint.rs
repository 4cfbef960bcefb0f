//! Signed checkpoints: whoever can write to the database can compute the whole chain anew, but cannot sign its head.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Hash, Head, digits};

/// Keeps these signatures apart from every other that the key could make.
const DOMAIN: &[u8] = b"voiceassist/audit-chain/checkpoint/v1\0";

/// A signature over the head of the chain at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// 1 for the first checkpoint, then without gaps.
    pub number: u64,
    /// The entry that was the last.
    pub sequence: u64,
    /// That entry's hash.
    #[serde(with = "digits")]
    pub hash: Hash,
    pub at_ms: i64,
    /// See [`PublicKey::id`].
    pub key_id: String,
    #[serde(with = "digits")]
    pub signature: [u8; 64],
}

impl Checkpoint {
    /// What is signed: domain, then number, sequence and time as big-endian 64-bit numbers, the hash, the key's id.
    fn message(&self) -> Vec<u8> {
        let mut out = DOMAIN.to_vec();
        out.extend_from_slice(&self.number.to_be_bytes());
        out.extend_from_slice(&self.sequence.to_be_bytes());
        out.extend_from_slice(&self.at_ms.to_be_bytes());
        out.extend_from_slice(&self.hash);
        out.extend_from_slice(self.key_id.as_bytes());
        out
    }
}

/// The private half of a key. It has no text form.
pub struct Signer(SigningKey);

impl Signer {
    #[must_use]
    pub fn new(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    #[must_use]
    pub fn sign(&self, number: u64, head: &Head, at_ms: i64) -> Checkpoint {
        let mut checkpoint = Checkpoint {
            number,
            sequence: head.sequence,
            hash: head.hash,
            at_ms,
            key_id: self.public().id(),
            signature: [0; 64],
        };
        checkpoint.signature = self.0.sign(&checkpoint.message()).to_bytes();
        checkpoint
    }
}

/// Written as 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// The first 8 bytes of the key's SHA-256, in hexadecimal digits.
    #[must_use]
    pub fn id(&self) -> String {
        hex::encode(&Sha256::digest(self.0.as_bytes())[..8])
    }

    /// Whether this key made the signature.
    #[must_use]
    pub fn signed(&self, checkpoint: &Checkpoint) -> bool {
        let signature = Signature::from_bytes(&checkpoint.signature);
        self.0.verify_strict(&checkpoint.message(), &signature).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0.as_bytes()))
    }
}

impl FromStr for PublicKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "a public key is 64 hexadecimal digits";
        let bytes = digits::read(&text.trim().to_lowercase()).ok_or(FORM)?;
        VerifyingKey::from_bytes(&bytes).map(Self).map_err(|_| FORM)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_fields_and_its_key_alone() -> Result<(), &'static str> {
        let signer = Signer::new(&[7; 32]);
        let made = signer.sign(
            3,
            &Head {
                sequence: 9,
                hash: [1; 32],
            },
            5,
        );
        assert!(signer.public().signed(&made));
        assert!(!Signer::new(&[8; 32]).public().signed(&made));
        for other in [
            Checkpoint {
                number: 4,
                ..made.clone()
            },
            Checkpoint {
                sequence: 8,
                ..made.clone()
            },
            Checkpoint {
                hash: [2; 32],
                ..made.clone()
            },
            Checkpoint {
                at_ms: 6,
                ..made.clone()
            },
            Checkpoint {
                key_id: "0".into(),
                ..made.clone()
            },
        ] {
            assert!(!signer.public().signed(&other));
        }
        assert_eq!(signer.public().to_string().parse::<PublicKey>()?, signer.public());
        Ok(())
    }
}
