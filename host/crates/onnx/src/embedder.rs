//! Sentence embeddings: all-MiniLM-L6-v2, mean pooling over the attention mask, unit length.
//!
//! Sentence-BERT, Reimers and Gurevych 2019 (arXiv:1908.10084); model card: sentence-transformers/all-MiniLM-L6-v2.

use std::path::Path;
use std::thread;

use rten::{Model, ModelOptions, NodeId, RunOptions, Value, ValueOrView};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;
use tokenizers::Tokenizer;

use crate::OnnxError;
use crate::dynamic::{self, Products};
use crate::files::{self, MODEL, MODEL_SHA256, TOKENIZER, TOKENIZER_SHA256};
use crate::threads::OneThread;

/// Word pieces the model was trained on, `[CLS]` and `[SEP]` included.
pub(crate) const MAX_PIECES: usize = 256;
/// `[CLS]` and `[SEP]`.
pub(crate) const SPECIAL_PIECES: usize = 2;
const CLS: i32 = 101;
const SEP: i32 = 102;
const PAD: i32 = 0;
/// Pieces (padding included) in one run: larger batches leave the processor's cache.
const BATCH_PIECES: usize = 256;
/// A text of this many pieces runs alone: company would not make it faster, and int8 products take their scale from
/// all they see, so that only alone its vector is always the same.
const ALONE: usize = 96;
/// Batches that are run side by side for somebody who waits.
const MOST_AT_ONCE: usize = 4;

/// A loaded model. Calls may run at the same time; each is pure CPU work and blocks its thread.
pub struct Embedder {
    pub(crate) tokenizer: Tokenizer,
    model: Model,
    inputs: [NodeId; 3],
    output: NodeId,
}

/// Texts, by their places, that are run together, and the pieces of the longest.
type Batch<'a> = (&'a [usize], usize);

impl Embedder {
    pub const DIMENSIONS: usize = 384;
    /// Stored beside each vector, so that a change of model is noticed.
    pub const MODEL_ID: &'static str = "all-MiniLM-L6-v2-int8";

    /// Each batch is run by one thread: the most passages per CPU second (two threads give about 15 % less). Products
    /// run on int8 where the processor gains by it.
    ///
    /// # Errors
    /// A file is missing, has another hash than the pinned one, or cannot be parsed.
    pub fn load(model_dir: &Path) -> Result<Self, OnnxError> {
        Self::load_with(model_dir, Products::here())
    }

    /// As [`Embedder::load`], with products made that way.
    ///
    /// # Errors
    /// As [`Embedder::load`].
    pub fn load_with(model_dir: &Path, products: Products) -> Result<Self, OnnxError> {
        let broken = |name: &str, reason: String| OnnxError::Load {
            path: model_dir.join(name),
            reason,
        };
        let mut model = files::read(model_dir, MODEL, MODEL_SHA256)?;
        if products != Products::Floats {
            let narrow = products == Products::NarrowBytes;
            let (rewritten, count) = dynamic::rewrite(&model, narrow).map_err(|e| broken(MODEL, e.to_string()))?;
            if count == 0 {
                return Err(broken(MODEL, "it has no product with int8 weights".into()));
            }
            model = rewritten;
        }
        let model = ModelOptions::with_all_ops()
            .prepack_weights(true)
            .load(model)
            .map_err(|e| broken(MODEL, e.to_string()))?;
        let node = |name: &str| model.node_id(name).map_err(|e| broken(MODEL, e.to_string()));
        let inputs = [node("input_ids")?, node("attention_mask")?, node("token_type_ids")?];
        let output = node("last_hidden_state")?;

        let tokenizer = files::read(model_dir, TOKENIZER, TOKENIZER_SHA256)?;
        let mut tokenizer = Tokenizer::from_bytes(tokenizer).map_err(|e| broken(TOKENIZER, e.to_string()))?;
        // The file asks for 128 pieces and padding to 128; windows and batches are cut here instead.
        tokenizer
            .with_truncation(None)
            .map_err(|e| broken(TOKENIZER, e.to_string()))?;
        tokenizer.with_padding(None);
        Ok(Self {
            tokenizer,
            model,
            inputs,
            output,
        })
    }

    /// One unit vector of [`Embedder::DIMENSIONS`] per text, in the order given.
    ///
    /// A text above 256 pieces is cut there: cut it with [`Embedder::windows`] first to keep its tail.
    ///
    /// # Errors
    /// The tokenizer or the model failed.
    pub fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, OnnxError> {
        self.embed_by(texts, 1)
    }

    /// As [`Embedder::embed`], and the same vectors, for somebody who waits: up to four processors take part.
    ///
    /// # Errors
    /// As [`Embedder::embed`].
    pub fn embed_soon(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, OnnxError> {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        self.embed_by(texts, processors.min(MOST_AT_ONCE))
    }

    fn embed_by(&self, texts: &[&str], most: usize) -> Result<Vec<Vec<f32>>, OnnxError> {
        let pieces = texts
            .iter()
            .map(|text| self.pieces(text))
            .collect::<Result<Vec<_>, _>>()?;
        let order = by_length(&pieces);
        let batches = batches(&pieces, &order);
        let share = |at: usize, threads: usize| {
            let thread = OneThread::take();
            let mine = batches.iter().skip(at).step_by(threads);
            let vectors = mine.map(|batch| self.vectors(&pieces, batch, &thread));
            vectors.collect::<Result<Vec<_>, _>>()
        };
        let threads = most.min(batches.len());
        let shares = thread::scope(|scope| {
            let share = &share;
            let others: Vec<_> = (1..threads).map(|at| scope.spawn(move || share(at, threads))).collect();
            let first = share(0, threads.max(1));
            let others = others.into_iter().map(|other| {
                let stopped = |_| OnnxError::Run("a thread stopped".into());
                other.join().map_err(stopped).flatten()
            });
            std::iter::once(first).chain(others).collect::<Result<Vec<_>, _>>()
        })?;
        let mut vectors = vec![Vec::new(); texts.len()];
        for (index, vector) in shares.into_iter().flatten().flatten() {
            vectors[index] = vector;
        }
        Ok(vectors)
    }

    /// Runs the model over a batch, and makes one unit vector of each text's states.
    fn vectors(
        &self,
        pieces: &[Vec<i32>],
        (batch, width): &Batch<'_>,
        by: &OneThread,
    ) -> Result<Vec<(usize, Vec<f32>)>, OnnxError> {
        let states = self.states(pieces, batch, *width, by)?;
        let rows = batch.iter().enumerate().map(|(row, &index)| {
            let start = row * width * Self::DIMENSIONS;
            let own = &states[start..start + pieces[index].len() * Self::DIMENSIONS];
            (index, pool(own))
        });
        Ok(rows.collect())
    }

    fn pieces(&self, text: &str) -> Result<Vec<i32>, OnnxError> {
        let encoding = self
            .tokenizer
            .encode_fast(text, false)
            .map_err(|e| OnnxError::Tokenize(e.to_string()))?;
        let ids = encoding
            .get_ids()
            .iter()
            .take(MAX_PIECES - SPECIAL_PIECES)
            .map(|&id| id as i32);
        Ok(std::iter::once(CLS).chain(ids).chain(std::iter::once(SEP)).collect())
    }

    fn states(
        &self,
        pieces: &[Vec<i32>],
        batch: &[usize],
        width: usize,
        by: &OneThread,
    ) -> Result<Vec<f32>, OnnxError> {
        let fill = |value: &dyn Fn(&[i32], usize) -> i32| {
            let data: Vec<i32> = batch
                .iter()
                .flat_map(|&i| (0..width).map(move |p| (i, p)))
                .map(|(i, p)| value(&pieces[i], p))
                .collect();
            ValueOrView::from(NdTensor::from_data([batch.len(), width], data))
        };
        let inputs = vec![
            (self.inputs[0], fill(&|ids, p| ids.get(p).copied().unwrap_or(PAD))),
            (self.inputs[1], fill(&|ids, p| i32::from(p < ids.len()))),
            (self.inputs[2], fill(&|_, _| 0)),
        ];
        let options = RunOptions::default().with_thread_pool(Some(by.pool()));
        let failed = |e: String| OnnxError::Run(e);
        let [output] = self
            .model
            .run_n(inputs, [self.output], Some(options))
            .map_err(|e| failed(e.to_string()))?;
        let Value::FloatTensor(states) = output else {
            return Err(failed("the output is not of 32-bit floats".into()));
        };
        if states.shape() != [batch.len(), width, Self::DIMENSIONS] {
            return Err(failed(format!("the output has shape {:?}", states.shape())));
        }
        Ok(states.into_data())
    }
}

/// Equal lengths together: padding is the cost of a mixed batch.
fn by_length(pieces: &[Vec<i32>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..pieces.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(pieces[i].len()));
    order
}

fn batches<'a>(pieces: &[Vec<i32>], order: &'a [usize]) -> Vec<Batch<'a>> {
    let (mut rest, mut batches) = (order, Vec::new());
    while let Some(&first) = rest.first() {
        let width = pieces[first].len();
        let size = if width >= ALONE { 1 } else { BATCH_PIECES / width };
        let (batch, tail) = rest.split_at(size.clamp(1, rest.len()));
        batches.push((batch, width));
        rest = tail;
    }
    batches
}

/// Mean of the token states, scaled to unit length.
fn pool(states: &[f32]) -> Vec<f32> {
    let mut sum = vec![0.0f32; Embedder::DIMENSIONS];
    for row in states.chunks_exact(Embedder::DIMENSIONS) {
        for (total, value) in sum.iter_mut().zip(row) {
            *total += value;
        }
    }
    let length = sum.iter().map(|v| v * v).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    for value in &mut sum {
        *value /= length;
    }
    sum
}
