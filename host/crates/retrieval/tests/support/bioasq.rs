//! Sentences of gold snippets, each with the passage it comes from.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use flate2::read::GzDecoder;
use regex::Regex;
use serde_json::Value;

/// A sentence and the passages that hold it: the snippet, and the whole document when it does.
pub struct Pair {
    pub sentence: String,
    pub passages: Vec<String>,
}

pub fn sentences() -> Option<Vec<Pair>> {
    let folder: PathBuf = [
        env!("CARGO_MANIFEST_DIR"),
        "../../../../shared/data/retrieval/bioasq7_11",
    ]
    .iter()
    .collect();
    let questions = File::open(folder.join("questions_full.json.gz")).ok()?;
    let questions: Value = serde_json::from_reader(GzDecoder::new(questions)).unwrap();
    let mut documents = HashMap::new();
    for line in BufReader::new(GzDecoder::new(File::open(folder.join("corpus.jsonl.gz")).ok()?)).lines() {
        let document: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let text = format!(
            "{}\n\n{}",
            document["title"].as_str().unwrap_or_default(),
            document["text"].as_str().unwrap_or_default()
        );
        documents.insert(document["_id"].as_str().unwrap().to_owned(), text);
    }
    let mut pairs = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for question in questions.as_array().unwrap() {
        for snippet in question["snippets"].as_array().unwrap() {
            let text = snippet["text"].as_str().unwrap();
            let document = snippet["pmid"].as_str().and_then(|p| documents.get(p));
            for range in retrieval::sentences::split(text) {
                let sentence = &text[range];
                if sentence.split_whitespace().count() < 8 || !seen.insert(sentence.to_owned()) {
                    continue;
                }
                let mut passages = vec![text.to_owned()];
                passages.extend(document.filter(|d| d.contains(sentence)).cloned());
                pairs.push(Pair {
                    sentence: sentence.to_owned(),
                    passages,
                });
            }
        }
    }
    Some(pairs)
}

/// A small deterministic generator.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides.max(1)
    }
}

/// The compiled pattern, kept for the next time.
pub fn pattern(text: &str) -> Regex {
    thread_local!(static KEPT: RefCell<HashMap<String, Regex>> = RefCell::default());
    KEPT.with_borrow_mut(|kept| {
        kept.entry(text.to_owned())
            .or_insert_with(|| Regex::new(text).unwrap())
            .clone()
    })
}
