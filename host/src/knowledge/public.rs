//! Public passages in a second vector space, that of an embedding adapter. Users' files never enter it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use retrieval::exact::{Match, Passage};
use sandbox::{CallError, ErrorKind};

use super::index::{InMemory, IndexQuery, PassageIndex};
use super::mode::CANDIDATES;
use super::search::SearchRequest;
use super::{KnowledgeError, store};
use crate::db::{self, Db};
use crate::egress::screening;
use crate::models::{EmbeddingAdapter, Space};
use crate::vault::Vault;

/// Passages embedded at a time; their vectors are committed together.
const BATCH: usize = 32;
/// An answer does not wait longer for the question's vector.
const PATIENCE: Duration = Duration::from_secs(3);
const UNREACHED: &str =
    "Public sources were searched without the embedding adapter: its server did not answer. The answer may miss some.";

/// A question in the second space.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicVector {
    space: Space,
    vector: Vec<f32>,
}

impl PublicVector {
    /// The model that made it.
    pub fn model(&self) -> &str {
        &self.space.model
    }
}

pub struct PublicSpace {
    adapter: EmbeddingAdapter,
    db: Db,
    vault: Vault,
    public_folders: Vec<PathBuf>,
    index: InMemory,
    held: RwLock<Held>,
}

/// What the index holds: versions by document, all in one space.
#[derive(Default)]
struct Held {
    space: Option<Space>,
    versions: BTreeMap<String, String>,
}

impl PublicSpace {
    pub fn new(adapter: EmbeddingAdapter, db: Db, vault: Vault, public_folders: Vec<PathBuf>) -> Self {
        Self {
            adapter,
            db,
            vault,
            public_folders,
            index: InMemory::default(),
            held: RwLock::default(),
        }
    }

    /// Makes the space hold every public document as it is now. What was embedded stays when it is cut off.
    ///
    /// # Errors
    /// Of the database, or the adapter's server does not answer.
    pub async fn fill(&self) -> Result<(), KnowledgeError> {
        let space = self.adapter.space().await.map_err(KnowledgeError::Adapter)?;
        if self.read(|held| held.space != space) {
            self.index.wipe().await?;
            if let Some(space) = &space {
                store::adapter::forget_others(&self.db, &space.id).await?;
            }
            let held = Held {
                space: space.clone(),
                ..Held::default()
            };
            self.write(|own| *own = held);
        }
        let Some(space) = space else { return Ok(()) };
        let documents = store::adapter::documents(&self.db, &self.public_folders).await?;
        for gone in self.read(|held| {
            let known = held.versions.keys();
            known
                .filter(|id| !documents.contains_key(*id))
                .cloned()
                .collect::<Vec<_>>()
        }) {
            self.forget(&gone).await?;
        }
        for (document, version) in documents {
            if self.read(|held| held.versions.get(&document) != Some(&version)) {
                self.embed(&space, &version).await?;
                self.take_in(&space, document, version).await?;
            }
        }
        Ok(())
    }

    /// A document that changed or went leaves; [`PublicSpace::fill`] brings back what is still public.
    ///
    /// # Errors
    /// Of the index.
    pub async fn forget(&self, document: &str) -> Result<(), KnowledgeError> {
        self.write(|held| held.versions.remove(document));
        Ok(self.index.remove_document(document.to_owned()).await?)
    }

    /// # Errors
    /// Of the index.
    pub async fn set_readers(&self, document: &str, readers: Vec<String>) -> Result<(), KnowledgeError> {
        Ok(self.index.set_readers(document.to_owned(), readers).await?)
    }

    /// The vector of a question that holds no patient information; none without an adapter or public passages.
    ///
    /// # Errors
    /// What to tell the reader.
    pub async fn question(&self, question: &str, answer: &str) -> Result<Option<PublicVector>, &'static str> {
        let space = self.read(|held| held.space.clone().filter(|_| !held.versions.is_empty()));
        let Some(space) = space.filter(|_| self.adapter.is_there() && screening().is_empty()) else {
            return Ok(None);
        };
        let asking = self.adapter.question(&space, question, answer);
        match tokio::time::timeout(PATIENCE, asking).await {
            Ok(Ok(vector)) => Ok(Some(PublicVector { space, vector })),
            // The gate saw more in it than the host did: the question stays in the building.
            Ok(Err(error)) if is_refused(&error) => Ok(None),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the embedding adapter failed");
                Err(UNREACHED)
            }
            Err(_) => Err(UNREACHED),
        }
    }

    /// The nearest public passages within the request's scope, with their cosines in this space.
    ///
    /// # Errors
    /// Of the index.
    pub async fn near(&self, asked: &PublicVector, request: &SearchRequest) -> Result<Vec<Match>, KnowledgeError> {
        if self.read(|held| held.space.as_ref() != Some(&asked.space)) {
            return Ok(Vec::new());
        }
        let query = IndexQuery {
            terms: Vec::new(),
            vector: Some(asked.vector.clone()),
            readers: request.readers.clone(),
            documents: request.documents.clone(),
            without: request.without.clone(),
            limit: CANDIDATES.max(request.limit),
        };
        Ok(self.index.search(query).await?)
    }

    async fn embed(&self, space: &Space, version: &str) -> Result<(), KnowledgeError> {
        let waiting = store::adapter::without_vectors(&self.db, &self.vault, version, &space.id).await?;
        for batch in waiting.chunks(BATCH) {
            let texts = || batch.iter().map(|(_, text)| text.clone()).collect();
            let vectors = match self.adapter.documents(space, texts()).await {
                Ok(vectors) => vectors,
                Err(error) if is_refused(&error) => self.one_by_one(space, batch).await?,
                Err(error) => return Err(KnowledgeError::Adapter(error)),
            };
            let mut tx = db::begin(&self.db).await?;
            for ((passage, _), vector) in batch.iter().zip(&vectors) {
                store::adapter::keep(&mut tx, passage, &space.id, vector).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }

    /// A passage that may not leave has no vector here; it is found as before.
    async fn one_by_one(&self, space: &Space, batch: &[(String, String)]) -> Result<Vec<Vec<f32>>, KnowledgeError> {
        let mut vectors = Vec::with_capacity(batch.len());
        for (_, text) in batch {
            vectors.push(match self.adapter.documents(space, vec![text.clone()]).await {
                Ok(rows) => rows.into_iter().next().unwrap_or_default(),
                Err(error) if is_refused(&error) => Vec::new(),
                Err(error) => return Err(KnowledgeError::Adapter(error)),
            });
        }
        Ok(vectors)
    }

    async fn take_in(&self, space: &Space, document: String, version: String) -> Result<(), KnowledgeError> {
        let vectors = store::adapter::vectors(&self.db, &version, &space.id).await?;
        let readers = store::readers(&self.db, &document).await?;
        let passages = vectors.into_iter().map(|(id, vector)| Passage {
            id,
            terms: Vec::new(),
            vectors: vec![vector],
        });
        self.index.upsert(document.clone(), readers, passages.collect()).await?;
        self.write(|held| held.versions.insert(document, version));
        Ok(())
    }

    fn read<T>(&self, look: impl FnOnce(&Held) -> T) -> T {
        look(&self.held.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, change: impl FnOnce(&mut Held) -> T) -> T {
        change(&mut self.held.write().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Fills the space now and again, until the task is dropped.
pub async fn forever(space: Arc<PublicSpace>) {
    const EVERY: Duration = Duration::from_secs(20);
    loop {
        if let Err(error) = space.fill().await {
            tracing::warn!(%error, "public passages wait for the embedding adapter");
        }
        tokio::time::sleep(EVERY).await;
    }
}

fn is_refused(error: &CallError) -> bool {
    matches!(error, CallError::Plugin(refusal) if refusal.kind == ErrorKind::Denied)
}
