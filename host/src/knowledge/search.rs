//! Finds the passages that a question may be answered from, within what its reader may see.

use std::sync::Arc;

use onnx::Embedder;
use retrieval::fuse::fuse;
use retrieval::terms;
use tokio::task::JoinHandle;

use super::index::IndexQuery;
use super::mode::{CANDIDATES, Mode};
use super::public::PublicVector;
use super::{Knowledge, KnowledgeError, embed, language, store};

const WORDS_ONLY: &str =
    "Searched by words only: the model for searching by meaning is not installed. An administrator can add it.";

#[derive(Clone, Debug)]
pub struct SearchRequest {
    pub question: String,
    /// Names of the readers the caller counts as; without any nothing is found.
    pub readers: Vec<String>,
    /// Only in these documents; empty for all.
    pub documents: Vec<String>,
    /// In none of these, which count in nothing: as if they did not exist.
    pub without: Vec<String>,
    /// The question in the space of the embedding adapter, where public passages are looked for, too.
    pub public: Option<PublicVector>,
    /// The question's vector, where it is known already.
    pub vector: Option<Vec<f32>>,
    /// Most passages returned.
    pub limit: usize,
}

/// A question's vector, worked out while other things are done.
pub struct Ahead {
    question: String,
    /// None while no model is loaded.
    work: Option<JoinHandle<Result<Vec<f32>, KnowledgeError>>>,
}

impl Ahead {
    /// None when another question is searched for in the end, or the model is not loaded or failed.
    pub async fn of(self, question: &str) -> Option<Vec<f32>> {
        match self.work {
            Some(work) if self.question == question => work.await.ok()?.ok(),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    pub passage_id: String,
    pub document_id: String,
    pub document_title: String,
    pub heading: Option<String>,
    pub text: String,
    pub page: u32,
    pub has_pages: bool,
    /// ISO 639-3 code.
    pub language: Option<String>,
    /// `none`, `possible` or `phi`.
    pub phi_class: String,
    /// Published: of the sample shelf or of a folder that is marked public. Anything else is PHI for a remote model.
    pub public: bool,
    /// ISO 8601, possibly partial.
    pub source_date: Option<String>,
    pub source_owner: Option<String>,
    pub watermark: Option<String>,
    /// A Nextcloud file: its id, and the ETag of the content that was read.
    pub file: Option<(i64, Option<String>)>,
    /// Where the reader's browser must confirm that it may read the file, if anywhere.
    pub browser_check: Option<String>,
    /// Fused, 0 to 1; comparable within one search only.
    pub score: f32,
    pub bm25: f32,
    /// Cosine; none where dense search does not apply.
    pub dense: Option<f32>,
}

#[derive(Clone, Debug, Default)]
pub struct SearchResult {
    /// Best first.
    pub hits: Vec<Hit>,
    /// The words that were looked for.
    pub searched_for: Vec<String>,
    /// What the reader should know about this search.
    pub notices: Vec<String>,
}

impl Knowledge {
    /// Searches by words and meaning; a question in another language than English by words only, with a notice.
    ///
    /// # Errors
    /// The model, the index or the database failed.
    pub async fn search(&self, request: &SearchRequest) -> Result<SearchResult, KnowledgeError> {
        self.search_by(request, Mode::Hybrid).await
    }

    /// As [`Knowledge::search`], by the given ranking.
    ///
    /// # Errors
    /// The model, the index or the database failed.
    pub async fn search_by(&self, request: &SearchRequest, mode: Mode) -> Result<SearchResult, KnowledgeError> {
        let other = language::other_than_english(&request.question);
        let mut result = SearchResult {
            searched_for: terms::searched_words(&request.question),
            ..SearchResult::default()
        };
        if let Some(code) = other {
            result.notices.push(format!(
                "The question seems to be in {}. It was searched by its words only; search by meaning works in English.",
                language::name(code)
            ));
        }
        let vector = match mode.by_meaning(&request.question) {
            true if request.vector.is_some() => request.vector.clone(),
            true if self.missing_model().is_none() => Some(self.question_vector(&request.question).await?),
            true => {
                result.notices.push(WORDS_ONLY.to_owned());
                None
            }
            false => None,
        };
        let query = IndexQuery {
            terms: mode.terms(&request.question),
            vector,
            readers: request.readers.clone(),
            documents: request.documents.clone(),
            without: request.without.clone(),
            limit: CANDIDATES.max(request.limit),
        };
        let beside = match (&self.public_space, &request.public) {
            (Some(space), Some(asked)) if mode != Mode::Bm25 => space.near(asked, request).await?,
            _ => Vec::new(),
        };
        let ranked = fuse(self.index.search(query).await?, &beside);
        let best: Vec<_> = ranked.into_iter().take(request.limit).collect();
        let ids: Vec<String> = best.iter().map(|fused| fused.id.clone()).collect();
        let mut stored = store::hits(&self.db, &self.vault, &ids, &request.readers, &self.public_folders).await?;
        result.hits = best
            .into_iter()
            .filter_map(|fused| {
                stored.remove(&fused.id).map(|hit| Hit {
                    score: fused.score,
                    bm25: fused.bm25,
                    dense: fused.dense,
                    ..hit
                })
            })
            .collect();
        Ok(result)
    }

    /// Begins to work out the vector of a question that is probably searched for.
    pub fn ahead(&self, question: &str) -> Ahead {
        let embedder = self.embedder.at_hand().filter(|_| Mode::Hybrid.by_meaning(question));
        Ahead {
            work: embedder.map(|embedder| tokio::spawn(vector_of(embedder, question.to_owned()))),
            question: question.to_owned(),
        }
    }

    async fn question_vector(&self, question: &str) -> Result<Vec<f32>, KnowledgeError> {
        vector_of(self.embedder().await?, question.to_owned()).await
    }
}

async fn vector_of(embedder: Arc<Embedder>, question: String) -> Result<Vec<f32>, KnowledgeError> {
    let mut vectors = embed::off_thread(embedder, move |embedder| embedder.embed(&[&question])).await?;
    Ok(vectors.pop().unwrap_or_default())
}

impl SearchResult {
    /// What the reader should know of the languages of the passages that are left.
    pub fn note_languages(&mut self) {
        let mut codes = self.hits.iter().filter_map(|hit| hit.language.as_deref());
        if let Some(code) = codes.find(|&code| code != language::ENGLISH) {
            let language = language::name(code);
            self.notices.push(format!(
                "Some passages found are in {language}; they were matched by words only."
            ));
        }
    }
}
