//! Passages in memory, searched exactly: BM25 over hashed terms and cosine over vectors, within a reader's scope.
//!
//! Holds ids, hashed terms and vectors, no text. Scores count only passages in scope: what other readers have changes
//! neither the order nor the scores of what one reader finds. A removed document leaves nothing behind.

mod codes;

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use codes::Codes;

/// Passages taken from the first look in 8 bits for each that is wanted; these are then scored exactly.
const FIRST_LOOK: usize = 3;

/// A passage as the index keeps it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Passage {
    pub id: String,
    /// Weights by term, see [`crate::terms::passage_weights`].
    pub terms: Vec<(u32, f32)>,
    /// Unit vectors, one a window; empty for a language that dense search does not support.
    pub vectors: Vec<Vec<f32>>,
}

/// What a search may see: documents with one of the readers, of these only `documents` unless that is empty, and none of
/// `without`: they count in nothing, as if they did not exist.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    pub readers: &'a [String],
    pub documents: &'a [String],
    pub without: &'a [String],
}

#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// Weights by term, see [`crate::terms::query_weights`].
    pub terms: &'a [(u32, f32)],
    /// Unit vector; none searches by words only.
    pub vector: Option<&'a [f32]>,
}

/// A found passage. Both scores are exact, whichever of them found it.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    pub id: String,
    /// 0 when it shares no term with the query.
    pub bm25: f32,
    /// Cosine of its best window; none without a vector on either side.
    pub dense: Option<f32>,
}

#[derive(Debug, Default)]
pub struct ExactIndex {
    /// Interned names of readers.
    readers: HashMap<String, u32>,
    names: HashMap<String, u32>,
    documents: Vec<Document>,
    free_documents: Vec<u32>,
    slots: Vec<Slot>,
    free_slots: Vec<u32>,
    /// Slot and weight of each passage that has the term.
    postings: HashMap<u32, Vec<(u32, f32)>>,
    codes: Codes,
}

#[derive(Debug, Default)]
struct Document {
    readers: Vec<u32>,
    slots: Vec<u32>,
}

/// What is in scope.
struct Visible {
    slots: Vec<bool>,
    count: usize,
}

#[derive(Debug, Default)]
struct Slot {
    id: String,
    terms: Vec<u32>,
    vectors: Vec<Vec<f32>>,
}

impl Slot {
    /// Cosine of the best window; none without one.
    fn cosine(&self, vector: &[f32]) -> Option<f32> {
        self.vectors
            .iter()
            .map(|window| dot(vector, window))
            .max_by(f32::total_cmp)
    }
}

impl ExactIndex {
    /// Puts a document in the place of what it held before.
    pub fn replace(&mut self, document: &str, readers: &[String], passages: Vec<Passage>) {
        self.remove(document);
        let at = self.free_documents.pop().unwrap_or_else(|| {
            self.documents.push(Document::default());
            number(self.documents.len() - 1)
        });
        self.names.insert(document.to_owned(), at);
        let slots = passages.into_iter().map(|passage| self.add(passage)).collect();
        self.documents[at as usize] = Document {
            readers: self.interned(readers),
            slots,
        };
    }

    pub fn remove(&mut self, document: &str) {
        let Some(at) = self.names.remove(document) else { return };
        let gone = std::mem::take(&mut self.documents[at as usize]);
        let mut terms = BTreeSet::new();
        for &slot in &gone.slots {
            terms.extend(std::mem::take(&mut self.slots[slot as usize]).terms);
        }
        let slots: BTreeSet<u32> = gone.slots.into_iter().collect();
        for term in terms {
            if let Some(postings) = self.postings.get_mut(&term) {
                postings.retain(|(slot, _)| !slots.contains(slot));
                if postings.is_empty() {
                    self.postings.remove(&term);
                }
            }
        }
        self.codes.remove(&slots);
        self.free_slots.extend(slots);
        self.free_documents.push(at);
    }

    /// Changes who may read a document; nothing when it is not there.
    pub fn set_readers(&mut self, document: &str, readers: &[String]) {
        if let Some(&at) = self.names.get(document) {
            self.documents[at as usize].readers = self.interned(readers);
        }
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Passages in scope.
    pub fn count(&self, scope: &Scope) -> usize {
        self.visible(scope).count
    }

    /// The best `limit` passages in scope by terms and the best `limit` by vector, together, ordered by id.
    pub fn search(&self, query: &Query, scope: &Scope, limit: usize) -> Vec<Match> {
        let visible = self.visible(scope);
        let bm25 = self.bm25(query.terms, &visible);
        let mut found = self.best(&bm25, 0.0, limit);
        if let Some(vector) = query.vector {
            let mut near = self.best(
                &self.first_look(vector, &visible),
                f32::NEG_INFINITY,
                limit * FIRST_LOOK,
            );
            let cosine = |slot: u32| self.slots[slot as usize].cosine(vector).unwrap_or(f32::NEG_INFINITY);
            near.sort_by_cached_key(|&slot| (Reverse(ordered(cosine(slot))), &self.slots[slot as usize].id));
            found.extend(near.into_iter().take(limit));
        }
        found.sort_unstable();
        found.dedup();
        let scored = |slot: u32| {
            let passage = &self.slots[slot as usize];
            let dense = query.vector.and_then(|vector| passage.cosine(vector));
            Match {
                id: passage.id.clone(),
                bm25: bm25[slot as usize],
                dense,
            }
        };
        let mut matches: Vec<Match> = found.into_iter().map(scored).collect();
        matches.sort_by(|a, b| a.id.cmp(&b.id));
        matches
    }

    fn add(&mut self, passage: Passage) -> u32 {
        let slot = self.free_slots.pop().unwrap_or_else(|| {
            self.slots.push(Slot::default());
            number(self.slots.len() - 1)
        });
        for &(term, weight) in &passage.terms {
            self.postings.entry(term).or_default().push((slot, weight));
        }
        passage.vectors.iter().for_each(|window| self.codes.push(slot, window));
        self.slots[slot as usize] = Slot {
            id: passage.id,
            terms: passage.terms.into_iter().map(|(term, _)| term).collect(),
            vectors: passage.vectors,
        };
        slot
    }

    fn interned(&mut self, readers: &[String]) -> Vec<u32> {
        let mut numbers = Vec::with_capacity(readers.len());
        for reader in readers {
            let next = number(self.readers.len());
            numbers.push(*self.readers.entry(reader.clone()).or_insert(next));
        }
        numbers
    }

    fn visible(&self, scope: &Scope) -> Visible {
        let readers: Vec<u32> = scope
            .readers
            .iter()
            .filter_map(|reader| self.readers.get(reader).copied())
            .collect();
        let numbers =
            |names: &[String]| -> Vec<u32> { names.iter().filter_map(|name| self.names.get(name).copied()).collect() };
        let without = numbers(scope.without);
        let within = if scope.documents.is_empty() {
            (0..number(self.documents.len())).collect()
        } else {
            numbers(scope.documents)
        };
        let documents = within
            .into_iter()
            .filter(|at| !without.contains(at))
            .map(|at| &self.documents[at as usize]);
        let mut visible = Visible {
            slots: vec![false; self.slots.len()],
            count: 0,
        };
        for document in documents.filter(|document| document.readers.iter().any(|reader| readers.contains(reader))) {
            for &slot in &document.slots {
                // A document named twice counts once.
                visible.count += usize::from(!std::mem::replace(&mut visible.slots[slot as usize], true));
            }
        }
        visible
    }

    fn bm25(&self, terms: &[(u32, f32)], visible: &Visible) -> Vec<f32> {
        let total = visible.count as f32;
        let mut scores = vec![0.0f32; self.slots.len()];
        for (term, weight) in terms {
            let Some(postings) = self.postings.get(term) else {
                continue;
            };
            let seen = || postings.iter().filter(|(slot, _)| visible.slots[*slot as usize]);
            let having = seen().count() as f32;
            if having == 0.0 {
                continue;
            }
            // Robertson and Sparck Jones' weight with Lucene's + 1, which keeps it positive.
            let idf = (1.0 + (total - having + 0.5) / (having + 0.5)).ln();
            for &(slot, in_passage) in seen() {
                scores[slot as usize] += idf * weight * in_passage;
            }
        }
        scores
    }

    /// Cosines to about 0.005, minus infinity out of scope and without vectors.
    fn first_look(&self, vector: &[f32], visible: &Visible) -> Vec<f32> {
        let mut scores = vec![f32::NEG_INFINITY; self.slots.len()];
        let may = |slot: u32| visible.slots[slot as usize];
        self.codes.scan(vector, may, |slot, score| {
            scores[slot as usize] = score.max(scores[slot as usize]);
        });
        scores
    }

    /// Slots of the `limit` highest scores above `floor`; equal scores go by id.
    fn best(&self, scores: &[f32], floor: f32, limit: usize) -> Vec<u32> {
        let mut slots: Vec<u32> = (0..number(scores.len()))
            .filter(|&slot| scores[slot as usize] > floor)
            .collect();
        let order = |a: &u32, b: &u32| {
            scores[*b as usize]
                .total_cmp(&scores[*a as usize])
                .then_with(|| self.slots[*a as usize].id.cmp(&self.slots[*b as usize].id))
        };
        if slots.len() > limit {
            slots.select_nth_unstable_by(limit, order);
            slots.truncate(limit);
        }
        slots
    }
}

/// Bits of a float in the order of its value, for sorting.
fn ordered(value: f32) -> i32 {
    let bits = value.to_bits() as i32;
    bits ^ ((bits >> 31) as u32 >> 1) as i32
}

/// Sixteen running sums let the compiler use vector instructions: 384 dimensions take about 0.1 µs.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 16;
    let mut sums = [0.0f32; LANES];
    let (a_chunks, b_chunks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: f32 = a_chunks
        .remainder()
        .iter()
        .zip(b_chunks.remainder())
        .map(|(x, y)| x * y)
        .sum();
    for (x, y) in a_chunks.zip(b_chunks) {
        for lane in 0..LANES {
            sums[lane] += x[lane] * y[lane];
        }
    }
    sums.iter().sum::<f32>() + rest
}

/// Slots and documents are numbered in 32 bits: memory runs out long before.
fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
