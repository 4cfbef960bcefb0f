//! What the host knows: passages with their vectors in SQL, an index over them, and the search.

pub mod embed;
mod embedder;
pub mod index;
pub mod language;
pub mod loading;
pub mod mode;
pub mod public;
pub mod search;
mod store;

use std::path::PathBuf;
use std::sync::Arc;

use onnx::{Embedder, OnnxError};
use retrieval::chunk::{Chunk, context};
use retrieval::exact::Passage;
use retrieval::terms;

use crate::config::Config;
use crate::db::{self, Db};
use crate::models::EmbeddingAdapter;
use crate::vault::Vault;
use embed::Work;
use index::{InMemory, IndexError, PassageIndex};
use loading::Loading;
use public::PublicSpace;
pub use store::{Coverage, DocumentFile, sealed_vector, title_at};

/// Stored beside each vector; vectors of another model are computed anew by `voiceassist reindex`.
pub const EMBEDDING_MODEL: &str = Embedder::MODEL_ID;
/// Folder of the embedding model in the cache folder.
pub const MODEL_FOLDER: &str = "models/all-MiniLM-L6-v2";

#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    #[error("{0}")]
    Model(OnnxError),
    #[error("the computation was stopped: {0}")]
    Stopped(tokio::task::JoinError),
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error("the embedding adapter failed: {0}")]
    Adapter(sandbox::CallError),
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}

pub struct Knowledge {
    db: Db,
    vault: Vault,
    embedder: embedder::LazyEmbedder,
    index: Arc<dyn PassageIndex>,
    public_folders: Vec<PathBuf>,
    /// None when no plugins can run.
    public_space: Option<Arc<PublicSpace>>,
    loading: Arc<Loading>,
}

impl Knowledge {
    /// Fills the index with every document's current version, counting in `loading`. Standing alone the embedding model is loaded at once, so that
    /// what is missing is said at the start; an installation loads it when it is first needed and works by words without.
    ///
    /// # Errors
    /// Standing alone, a model file is missing or wrong; or the database cannot be read.
    pub async fn open(config: &Config, db: Db, vault: Vault, loading: Arc<Loading>) -> Result<Self, KnowledgeError> {
        let knowledge = Self::empty(config, db, vault, loading);
        if config.installed.is_none() {
            knowledge.embedder.get().await?;
        }
        knowledge.fill().await?;
        Ok(knowledge)
    }

    /// With an index of its own over a database that it does not write to.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn open_to_read(config: &Config, db: Db, vault: Vault) -> Result<Self, KnowledgeError> {
        let knowledge = Self::empty(config, db, vault, Arc::default());
        knowledge.take_all_in().await?;
        Ok(knowledge)
    }

    fn empty(config: &Config, db: Db, vault: Vault, loading: Arc<Loading>) -> Self {
        Self {
            db,
            vault,
            embedder: embedder::LazyEmbedder::new(config.cache_dir.join(MODEL_FOLDER)),
            index: Arc::new(InMemory::default()),
            public_folders: config.public_folders.clone(),
            public_space: None,
            loading,
        }
    }

    /// With a second vector space for public passages, made by a plugin.
    pub fn with_adapter(self, adapter: EmbeddingAdapter) -> Self {
        let space = PublicSpace::new(
            adapter,
            self.db.clone(),
            self.vault.clone(),
            self.public_folders.clone(),
        );
        Self {
            public_space: Some(Arc::new(space)),
            ..self
        }
    }

    pub fn public_space(&self) -> Option<Arc<PublicSpace>> {
        self.public_space.clone()
    }

    /// The embedding model, loaded now if need be.
    ///
    /// # Errors
    /// A model file is missing or wrong.
    pub async fn embedder(&self) -> Result<Arc<Embedder>, KnowledgeError> {
        self.embedder.get().await
    }

    /// What is missing of the model and how to get it; none when it is there.
    pub fn missing_model(&self) -> Option<String> {
        let path = self.embedder.missing()?;
        Some(format!(
            "The embedding model is not there ({}). Unpack the models bundle into the cache folder.",
            path.display()
        ))
    }

    /// Lets the model go when nobody has used it since the last call.
    pub fn release_if_idle(&self) {
        self.embedder.release_if_idle();
    }

    /// Unit vectors of passages, one a window; none for a language that dense search does not support, nor while the model
    /// is missing: [`Knowledge::complete`] adds them when it has come.
    ///
    /// # Errors
    /// The model failed.
    pub async fn embed_passages(
        &self,
        title: Option<&str>,
        language: Option<&str>,
        chunks: &[Chunk],
    ) -> Result<Vec<Vec<Vec<f32>>>, KnowledgeError> {
        if language.is_some_and(|language| language != language::ENGLISH) || self.missing_model().is_some() {
            return Ok(vec![Vec::new(); chunks.len()]);
        }
        let work: Vec<Work> = chunks
            .iter()
            .map(|chunk| Work {
                context: context(title, chunk.heading.as_deref()),
                text: chunk.text.clone(),
            })
            .collect();
        embed::off_thread(self.embedder().await?, move |embedder| embed::passages(embedder, &work)).await
    }

    /// Makes the index hold what SQL holds of one document, or nothing when it is gone or not ready.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn index_document(&self, document: &str) -> Result<(), KnowledgeError> {
        self.take_in(document).await.map(|_| ())
    }

    /// Returns how many passages the document has.
    async fn take_in(&self, document: &str) -> Result<usize, KnowledgeError> {
        if let Some(space) = &self.public_space {
            space.forget(document).await?;
        }
        let Some(stored) = store::document(&self.db, &self.vault, document).await? else {
            self.index.remove_document(document.to_owned()).await?;
            return Ok(0);
        };
        let count = stored.passages.len();
        let passages = off_thread(move || stored.passages.into_iter().map(indexed).collect()).await?;
        self.index.upsert(document.to_owned(), stored.readers, passages).await?;
        Ok(count)
    }

    /// As [`Knowledge::index_document`] when only the readers have changed.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn index_readers(&self, document: &str) -> Result<(), KnowledgeError> {
        let readers = store::readers(&self.db, document).await?;
        if let Some(space) = &self.public_space {
            space.set_readers(document, readers.clone()).await?;
        }
        Ok(self.index.set_readers(document.to_owned(), readers).await?)
    }

    /// Computes vectors that are missing or of another model, then fills the index anew. Returns its documents.
    ///
    /// Each document is committed by itself: a rebuild that was cut off goes on where it stopped.
    ///
    /// # Errors
    /// Of the database or the model.
    pub async fn rebuild(&self) -> Result<usize, KnowledgeError> {
        for document in store::documents_without_vectors(&self.db, EMBEDDING_MODEL).await? {
            self.add_vectors(&document).await?;
        }
        self.fill().await
    }

    /// Computes the vectors of what was read while the model was missing, and makes the index hold them.
    ///
    /// # Errors
    /// Of the database or the model.
    pub async fn complete(&self) -> Result<(), KnowledgeError> {
        if self.missing_model().is_some() {
            return Ok(());
        }
        for document in store::documents_without_vectors(&self.db, EMBEDDING_MODEL).await? {
            self.add_vectors(&document).await?;
            self.index_document(&document).await?;
        }
        Ok(())
    }

    async fn add_vectors(&self, document: &str) -> Result<(), KnowledgeError> {
        let passages = store::passages_without_vectors(&self.db, &self.vault, document, EMBEDDING_MODEL).await?;
        let (ids, work): (Vec<String>, Vec<Work>) = passages.into_iter().unzip();
        let embedder = self.embedder().await?;
        let vectors = embed::off_thread(embedder, move |embedder| embed::passages(embedder, &work)).await?;
        let mut tx = db::begin(&self.db).await?;
        for (id, vectors) in ids.iter().zip(vectors) {
            store::replace_vectors(&mut tx, &self.vault, id, EMBEDDING_MODEL, &vectors).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// What a search by these readers covers beside Nextcloud's files; only of these documents, or of all when none is named.
    ///
    /// # Errors
    /// Of the database.
    pub async fn coverage(&self, readers: &[String], documents: &[String]) -> Result<Coverage, sqlx::Error> {
        store::coverage(&self.db, readers, documents).await
    }

    /// Texts of passages that have one of the readers, at most so many.
    ///
    /// # Errors
    /// Of the database.
    pub async fn texts(&self, readers: &[String], most: i64) -> Result<Vec<String>, sqlx::Error> {
        store::texts(&self.db, &self.vault, readers, most).await
    }

    /// Those of `documents` that these readers have, with the Nextcloud files that they are.
    ///
    /// # Errors
    /// Of the database.
    pub async fn files(&self, readers: &[String], documents: &[String]) -> Result<Vec<DocumentFile>, sqlx::Error> {
        store::files(&self.db, readers, documents).await
    }

    /// Nextcloud files of these readers that are still being read, newest first.
    ///
    /// # Errors
    /// Of the database.
    pub async fn waiting_files(
        &self,
        readers: &[String],
        documents: &[String],
        limit: usize,
    ) -> Result<Vec<i64>, sqlx::Error> {
        store::waiting_files(&self.db, readers, documents, limit).await
    }

    async fn fill(&self) -> Result<usize, KnowledgeError> {
        let documents = self.take_all_in().await?;
        // Also those whose indexing job was cut off or given up by an earlier process.
        store::mark_indexed(&self.db).await?;
        Ok(documents)
    }

    async fn take_all_in(&self) -> Result<usize, KnowledgeError> {
        self.index.wipe().await?;
        let documents = store::documents(&self.db).await?;
        self.loading.begin(store::passages(&self.db).await?);
        for document in &documents {
            let passages = self.take_in(document).await?;
            self.loading.add(passages as u64);
        }
        Ok(documents.len())
    }
}

fn indexed(stored: store::Stored) -> Passage {
    let context = context(stored.title.as_deref(), stored.heading.as_deref());
    Passage {
        id: stored.id,
        terms: terms::passage_weights(&context, &stored.text),
        vectors: stored.vectors,
    }
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, KnowledgeError> {
    tokio::task::spawn_blocking(work).await.map_err(KnowledgeError::Stopped)
}
