//! Vectors of public texts by an embedding adapter: a plugin that is asked for nothing else and reaches only what it was
//! granted.

use std::sync::Arc;

use plugin_package::World;
use sandbox::{CallError, Matrix, Purpose};
use sha2::{Digest, Sha256};

use crate::plugins::{Loaded, OnBehalf, Reach, Real};

/// The bundled adapter of text-embeddings servers; made for PubMedBERT.
const PUBMEDBERT: &str = "text-embeddings";

/// Vectors of one model in one revision; those of another cannot be compared with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Space {
    pub id: String,
    /// The server's name of its model.
    pub model: String,
}

/// The first embedding adapter that runs and was granted an address.
pub struct EmbeddingAdapter {
    reach: Reach,
    pubmedbert: bool,
}

impl EmbeddingAdapter {
    pub fn new(reach: Reach, pubmedbert: bool) -> Self {
        Self { reach, pubmedbert }
    }

    /// Whether there is one.
    pub fn is_there(&self) -> bool {
        self.loaded().is_some()
    }

    /// The space of its server's model; none while no adapter runs.
    ///
    /// # Errors
    /// The server cannot be asked.
    pub async fn space(&self) -> Result<Option<Space>, CallError> {
        let Some(loaded) = self.loaded() else { return Ok(None) };
        let listing = loaded.plugin().models(self.outside(&loaded, OnBehalf::default()));
        let models = self.timed(&loaded, "models", listing).await?;
        let model = models.into_iter().find(|model| model.capabilities.embedding);
        Ok(model.map(|model| {
            let place = format!("{}\n{:?}\n{}", model.id, model.dimensions, model.extras);
            Space {
                id: hex::encode(Sha256::digest(place))[..16].to_owned(),
                model: model.id,
            }
        }))
    }

    /// Unit vectors of published texts, in their order.
    ///
    /// # Errors
    /// The server failed, or the egress gate found what no published text holds.
    pub async fn documents(&self, space: &Space, texts: Vec<String>) -> Result<Vec<Vec<f32>>, CallError> {
        let on_behalf = OnBehalf::default().publishing(texts.clone());
        self.embed(space, texts, Purpose::Document, on_behalf).await
    }

    /// The unit vector of a question without patient information, shown on the receipt of `answer`.
    ///
    /// # Errors
    /// As [`EmbeddingAdapter::documents`].
    pub async fn question(&self, space: &Space, question: &str, answer: &str) -> Result<Vec<f32>, CallError> {
        let on_behalf = OnBehalf::default().answering(answer, &Default::default());
        let texts = vec![question.to_owned()];
        let mut rows = self.embed(space, texts, Purpose::Query, on_behalf).await?;
        Ok(rows.pop().unwrap_or_default())
    }

    async fn embed(
        &self,
        space: &Space,
        texts: Vec<String>,
        purpose: Purpose,
        on_behalf: OnBehalf,
    ) -> Result<Vec<Vec<f32>>, CallError> {
        let loaded = self
            .loaded()
            .ok_or(CallError::World(sandbox::World::EmbeddingAdapter))?;
        let outside = self.outside(&loaded, on_behalf);
        let embedding = loaded.plugin().embed(outside, &space.model, texts, purpose);
        let Matrix { dimensions, values } = self.timed(&loaded, "embed", embedding).await?;
        let width = usize::try_from(dimensions).unwrap_or(0).max(1);
        Ok(values.chunks_exact(width).map(<[f32]>::to_vec).collect())
    }

    async fn timed<T>(
        &self,
        loaded: &Loaded,
        part: &str,
        call: impl Future<Output = Result<T, CallError>>,
    ) -> Result<T, CallError> {
        self.reach.plugins.calls().timed(loaded.part(part), call).await
    }

    fn outside(&self, loaded: &Arc<Loaded>, on_behalf: OnBehalf) -> Arc<Real> {
        Arc::new(Real::new(self.reach.clone(), loaded, on_behalf))
    }

    fn loaded(&self) -> Option<Arc<Loaded>> {
        self.reach.plugins.running().into_iter().find(|loaded| {
            let access = loaded.access();
            let allowed = loaded.id() != PUBMEDBERT || self.pubmedbert;
            access.world == World::EmbeddingAdapter && !access.http.is_empty() && allowed
        })
    }
}
