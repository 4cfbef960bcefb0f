//! Vectors of passages and questions, computed off the async threads.

use std::ops::Range;
use std::sync::Arc;

use onnx::{Embedder, OnnxError};

use super::KnowledgeError;

/// A passage to embed, with what stands before it, see [`retrieval::chunk::context`].
pub struct Work {
    pub context: String,
    pub text: String,
}

/// Unit vectors of each passage, one a window of at most 256 word pieces; each window is read after its context.
///
/// # Errors
/// The model failed.
pub fn passages(embedder: &Embedder, work: &[Work]) -> Result<Vec<Vec<Vec<f32>>>, OnnxError> {
    let windows: Vec<Vec<String>> = work.iter().map(|work| windows(embedder, work)).collect();
    let texts: Vec<&str> = windows.iter().flatten().map(String::as_str).collect();
    let mut vectors = embedder.embed(&texts)?.into_iter();
    Ok(windows
        .iter()
        .map(|windows| vectors.by_ref().take(windows.len()).collect())
        .collect())
}

/// The texts that stand for a passage in dense search.
pub fn windows(embedder: &Embedder, work: &Work) -> Vec<String> {
    let whole = |range: Range<usize>| format!("{}{}", work.context, &work.text[range]);
    embedder
        .windows_after(&work.context, &work.text)
        .into_iter()
        .map(whole)
        .collect()
}

pub(super) async fn off_thread<T: Send + 'static>(
    embedder: Arc<Embedder>,
    work: impl FnOnce(&Embedder) -> Result<T, OnnxError> + Send + 'static,
) -> Result<T, KnowledgeError> {
    tokio::task::spawn_blocking(move || work(&embedder))
        .await
        .map_err(KnowledgeError::Stopped)?
        .map_err(KnowledgeError::Model)
}
