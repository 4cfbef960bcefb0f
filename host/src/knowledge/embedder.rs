//! The embedding model, loaded when first needed and let go when nobody has needed it for a while.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use onnx::Embedder;
use tokio::sync::Mutex;

use super::KnowledgeError;

pub struct LazyEmbedder {
    folder: PathBuf,
    loaded: RwLock<Option<Arc<Embedder>>>,
    used: AtomicBool,
    /// Two first users load it once.
    loading: Mutex<()>,
}

impl LazyEmbedder {
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            loaded: RwLock::default(),
            used: AtomicBool::new(false),
            loading: Mutex::default(),
        }
    }

    /// Loads the model unless it is loaded.
    ///
    /// # Errors
    /// A model file is missing or wrong.
    pub async fn get(&self) -> Result<Arc<Embedder>, KnowledgeError> {
        self.used.store(true, Ordering::Relaxed);
        if let Some(embedder) = self.current() {
            return Ok(embedder);
        }
        let _only_one = self.loading.lock().await;
        if let Some(embedder) = self.current() {
            return Ok(embedder);
        }
        let folder = self.folder.clone();
        let embedder = tokio::task::spawn_blocking(move || Embedder::load(&folder))
            .await
            .map_err(KnowledgeError::Stopped)?
            .map_err(KnowledgeError::Model)?;
        let embedder = Arc::new(embedder);
        *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&embedder));
        Ok(embedder)
    }

    /// Lets the model go if it was not used since the last call; work under way keeps it until it is done.
    pub fn release_if_idle(&self) {
        if !self.used.swap(false, Ordering::Relaxed) {
            *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    /// Which of the model's files is not there, unless it is loaded.
    pub fn missing(&self) -> Option<PathBuf> {
        if self.current().is_some() {
            return None;
        }
        [onnx::MODEL, onnx::TOKENIZER]
            .iter()
            .map(|name| self.folder.join(name))
            .find(|path| !path.is_file())
    }

    /// The model, if it is loaded.
    pub fn at_hand(&self) -> Option<Arc<Embedder>> {
        self.used.store(true, Ordering::Relaxed);
        self.current()
    }

    fn current(&self) -> Option<Arc<Embedder>> {
        self.loaded.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
