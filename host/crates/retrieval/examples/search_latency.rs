//! Prints how long one search takes, without embedding the question: `search_latency [DOCUMENTS]`, 20,000 by default.
//!
//! Documents are made up: about 200 words each with word frequencies by Zipf's law over 60,000 words, as in English
//! prose, and unit vectors at random. Questions have 10 words. Single-threaded; the same documents every time.

use std::io::Write;
use std::time::{Duration, Instant};

use api_types::{Block, BlockKind, Page};
use retrieval::chunk::{chunk, chunk_id, context};
use retrieval::exact::{ExactIndex, Passage, Query, Scope};
use retrieval::{fuse, terms};

const VOCABULARY: f64 = 60_000.0;
const DIMENSIONS: usize = 384;
const QUESTIONS: usize = 500;
const CANDIDATES: usize = 100;
/// What a search may take, p50, at 20,000 documents.
const LIMIT_MS: f64 = 10.0;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let documents: usize = std::env::args().nth(1).map_or(Ok(20_000), |n| n.parse())?;
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut index = ExactIndex::default();
    let readers = ["everyone".to_owned()];
    let begun = Instant::now();
    let mut passages = 0;
    for number in 0..documents {
        let id = format!("document {number}");
        let title = random.words(9);
        let text = (0..10)
            .map(|_| format!("W{}.", random.words(20)))
            .collect::<Vec<_>>()
            .join(" ");
        let page = Page {
            number: 1,
            width: 0.0,
            height: 0.0,
            ocr: false,
            blocks: vec![Block {
                kind: BlockKind::Paragraph,
                text,
                words: Vec::new(),
            }],
        };
        let own: Vec<Passage> = chunk(&[page])
            .into_iter()
            .map(|part| Passage {
                id: chunk_id(&id, "1", part.ordinal),
                terms: terms::passage_weights(&context(Some(&title), None), &part.text),
                vectors: vec![random.unit_vector()],
            })
            .collect();
        passages += own.len();
        index.replace(&id, &readers, own);
    }
    let built = begun.elapsed();

    let scope = Scope {
        readers: &readers,
        documents: &[],
        without: &[],
    };
    let mut times: Vec<Duration> = Vec::with_capacity(QUESTIONS);
    for _ in 0..QUESTIONS {
        let (question, vector) = (random.words(10), random.unit_vector());
        let begun = Instant::now();
        let weights = terms::query_weights(&question);
        let asked = Query {
            terms: &weights,
            vector: Some(&vector),
        };
        let found = fuse::fuse(index.search(&asked, &scope, CANDIDATES), &[]);
        times.push(begun.elapsed());
        if found.is_empty() {
            return Err("a search found nothing".into());
        }
    }
    times.sort_unstable();
    let millis = |share: f64| times[((QUESTIONS - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    writeln!(
        std::io::stdout(),
        "{documents} documents, {passages} passages, built in {:.1} s; search p50 {:.2} ms = {:.2} of the limit of {LIMIT_MS} ms, p95 {:.2} ms",
        built.as_secs_f64(),
        millis(0.5),
        millis(0.5) / LIMIT_MS,
        millis(0.95)
    )?;
    Ok(())
}

/// xorshift64*: enough for made-up text.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Ranks whose frequency falls with their inverse; the first is about one word in eleven.
    fn words(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| format!("w{}x", VOCABULARY.powf(self.next()) as u64))
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn unit_vector(&mut self) -> Vec<f32> {
        let values: Vec<f32> = (0..DIMENSIONS)
            .map(|_| (self.next() + self.next() + self.next() - 1.5) as f32)
            .collect();
        let length = values.iter().map(|v| v * v).sum::<f32>().sqrt();
        values.into_iter().map(|v| v / length).collect()
    }
}
