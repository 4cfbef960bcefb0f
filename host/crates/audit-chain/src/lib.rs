//! Audit entries, their canonical encoding, the hash chain over them and signed checkpoints of its head.
//!
//! Pure: no clock, no storage. The host takes sequence and previous hash inside the transaction that
//! writes the row; this crate says what the row's hash must be and whether a stored chain still holds: by itself, against
//! the signatures, and against a second copy.

mod checkpoint;
mod copy;
mod digits;
mod encode;
mod head;
mod line;
mod verify;

pub use checkpoint::{Checkpoint, PublicKey, Signer};
pub use copy::SecondCopy;
pub use digits::read as read_digits;
pub use encode::{ENCODING_VERSION, encode};
pub use head::Head;
pub use line::{Line, Row};
pub use verify::{FirstBad, Holds, Verifier, What, follow};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// The "previous hash" of the entry with sequence 1. Any fixed value does; this one is readable in a hex dump.
pub const GENESIS: Hash = *b"voiceassist:audit-chain:genesis1";

/// Keeps these digests apart from every other SHA-256 in the product (file addresses, chunk ids).
const DOMAIN: &[u8] = b"voiceassist/audit-chain/entry/v1\0";

/// One audit row. The caller keeps it free of content: ids or keyed hashes, never text of a patient.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// 1 for the first entry, then without gaps.
    pub sequence: u64,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub at_ms: i64,
    pub actor: String,
    pub action: String,
    pub resource_type: String,
    pub resource_id: String,
    pub outcome: String,
    /// JSON as stored, byte for byte: it is hashed as text, so that no JSON library's key order or
    /// number format can change a hash.
    pub detail_json: String,
}

/// Shows which entry, not whom it is about: actor, resource and detail stay out of logs.
impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry")
            .field("sequence", &self.sequence)
            .field("at_ms", &self.at_ms)
            .field("action", &self.action)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

/// SHA-256 over domain, previous hash and [`encode`]d entry: the value to store with the entry.
#[must_use]
pub fn hash(previous: &Hash, entry: &Entry) -> Hash {
    let mut digest = Sha256::new();
    digest.update(DOMAIN);
    digest.update(previous);
    digest.update(encode(entry));
    digest.finalize().into()
}
