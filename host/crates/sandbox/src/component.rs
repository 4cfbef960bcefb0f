//! A component before it is inspected.

/// The bytes of a component and their BLAKE3 digest, which names its machine code in the cache.
pub struct Component {
    pub(crate) bytes: Vec<u8>,
    pub(crate) digest: blake3::Hash,
}

impl Component {
    /// For bytes that have been hashed already. `digest` must be theirs: under that of another component, its machine
    /// code would run.
    #[must_use]
    pub fn hashed(bytes: Vec<u8>, digest: blake3::Hash) -> Self {
        Self { bytes, digest }
    }
}

impl From<Vec<u8>> for Component {
    fn from(bytes: Vec<u8>) -> Self {
        let digest = blake3::hash(&bytes);
        Self { bytes, digest }
    }
}
