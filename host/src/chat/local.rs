//! The local embedding model as the pure crate sees it.

use std::sync::Arc;

use onnx::Embedder;
use retrieval::extractive::Similarity;

pub struct Local(pub Option<Arc<Embedder>>);

impl Similarity for Local {
    fn embed(&self, texts: &[&str]) -> Option<Vec<Vec<f32>>> {
        self.0.as_ref()?.embed_soon(texts).ok()
    }
}
