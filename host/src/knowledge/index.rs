//! The search index: a copy of ids, hashed terms and vectors that can be rebuilt from SQL at any time.
//!
//! The one place behind which another index, such as a Qdrant server, can stand. Whoever implements it applies the
//! scope inside the search, so that a passage outside it is neither returned nor takes the place of one within.

use std::sync::{Arc, PoisonError, RwLock};

use futures::future::BoxFuture;
use retrieval::exact::{ExactIndex, Match, Passage, Query, Scope};

#[derive(Debug, thiserror::Error)]
#[error("the search index failed: {0}")]
pub struct IndexError(pub String);

/// What one search asks for; owned, because it moves to a thread of its own.
#[derive(Clone, Debug, Default)]
pub struct IndexQuery {
    pub terms: Vec<(u32, f32)>,
    pub vector: Option<Vec<f32>>,
    pub readers: Vec<String>,
    /// Only in these documents; empty for all.
    pub documents: Vec<String>,
    /// In none of these, which count in nothing.
    pub without: Vec<String>,
    /// Best passages taken from each of the two rankings.
    pub limit: usize,
}

pub trait PassageIndex: Send + Sync {
    /// Puts a document's passages in the place of what was there, at once.
    fn upsert(
        &self,
        document: String,
        readers: Vec<String>,
        passages: Vec<Passage>,
    ) -> BoxFuture<'_, Result<(), IndexError>>;

    fn remove_document(&self, document: String) -> BoxFuture<'_, Result<(), IndexError>>;

    /// Changes who reads a document; nothing when it is not there.
    fn set_readers(&self, document: String, readers: Vec<String>) -> BoxFuture<'_, Result<(), IndexError>>;

    /// The best passages by words and the best by meaning, each with both scores.
    fn search(&self, query: IndexQuery) -> BoxFuture<'_, Result<Vec<Match>, IndexError>>;

    fn wipe(&self) -> BoxFuture<'_, Result<(), IndexError>>;
}

/// The embedded index: exact search in memory, filled from SQL at start.
///
/// It cannot lag behind a crash. A job takes a deleted document out of it shortly after the rows have gone; until then
/// the rows decide what is shown. 20,000 passages take about 60 MB.
#[derive(Default)]
pub struct InMemory {
    index: Arc<RwLock<ExactIndex>>,
}

impl InMemory {
    /// Runs off the async threads: a search computes for some milliseconds.
    fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&RwLock<ExactIndex>) -> T + Send + 'static,
    ) -> BoxFuture<'_, Result<T, IndexError>> {
        let index = Arc::clone(&self.index);
        Box::pin(async move {
            tokio::task::spawn_blocking(move || work(&index))
                .await
                .map_err(|error| IndexError(error.to_string()))
        })
    }

    fn change(&self, work: impl FnOnce(&mut ExactIndex) + Send + 'static) -> BoxFuture<'_, Result<(), IndexError>> {
        self.run(|index| work(&mut index.write().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl PassageIndex for InMemory {
    fn upsert(
        &self,
        document: String,
        readers: Vec<String>,
        passages: Vec<Passage>,
    ) -> BoxFuture<'_, Result<(), IndexError>> {
        self.change(move |index| index.replace(&document, &readers, passages))
    }

    fn remove_document(&self, document: String) -> BoxFuture<'_, Result<(), IndexError>> {
        self.change(move |index| index.remove(&document))
    }

    fn set_readers(&self, document: String, readers: Vec<String>) -> BoxFuture<'_, Result<(), IndexError>> {
        self.change(move |index| index.set_readers(&document, &readers))
    }

    fn search(&self, query: IndexQuery) -> BoxFuture<'_, Result<Vec<Match>, IndexError>> {
        self.run(move |index| {
            let asked = Query {
                terms: &query.terms,
                vector: query.vector.as_deref(),
            };
            let scope = Scope {
                readers: &query.readers,
                documents: &query.documents,
                without: &query.without,
            };
            index
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .search(&asked, &scope, query.limit)
        })
    }

    fn wipe(&self) -> BoxFuture<'_, Result<(), IndexError>> {
        self.change(ExactIndex::clear)
    }
}
