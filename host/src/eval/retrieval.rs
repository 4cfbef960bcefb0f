//! `voiceassist eval retrieval`: ranks a corpus for queries, through the product's own chunks, terms, index and fusion.
//!
//! The corpus is a JSON line a document (`_id`, `title`, `text`), the queries likewise (`_id`, `text`); `.gz` is
//! unpacked. A document ranks as its best passage. The run has lines `qid Q0 docid rank score tag`.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use api_types::{Block, BlockKind, Page};
use onnx::Embedder;
use retrieval::chunk::{Chunk, chunk, chunk_id, context};
use retrieval::exact::{ExactIndex, Passage, Query, Scope};
use retrieval::fuse::{Fused, fuse};
use retrieval::terms;
use serde::Deserialize;

use super::vectors::Vectors;
use crate::knowledge::embed::{Work, windows};
use crate::knowledge::mode::{CANDIDATES, Mode};
use crate::knowledge::{MODEL_FOLDER, language};

/// Documents in the run for each query.
const DEPTH: usize = 100;
const READER: &str = "eval";

#[derive(clap::Args)]
pub struct Arguments {
    /// JSON lines of documents, may be .gz
    #[arg(long)]
    corpus: PathBuf,
    /// JSON lines of queries
    #[arg(long)]
    queries: PathBuf,
    /// Where the ranking goes, in TREC's format
    #[arg(long)]
    out: PathBuf,
    #[arg(long, value_enum, default_value = "hybrid")]
    mode: Mode,
    /// Folder that keeps embeddings for the next run
    #[arg(long)]
    cache: Option<PathBuf>,
}

#[derive(Deserialize)]
pub struct Document {
    #[serde(rename = "_id")]
    pub id: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub text: String,
}

/// # Errors
/// A file cannot be read or written, or the model files are missing.
pub fn run(arguments: &Arguments, cache_dir: &Path) -> Result<()> {
    let corpus = read_lines(&arguments.corpus)?;
    let queries = read_lines(&arguments.queries)?;
    let mut vectors = match arguments.mode {
        Mode::Bm25 => None,
        Mode::Hybrid | Mode::Dense => Some(Vectors::open(
            Embedder::load(&cache_dir.join(MODEL_FOLDER))?,
            arguments.cache.as_deref(),
        )?),
    };
    let shelf = Shelf::build(&corpus, vectors.as_mut())?;
    let mut out = BufWriter::new(
        File::create(&arguments.out).with_context(|| format!("{} cannot be written", arguments.out.display()))?,
    );
    for query in &queries {
        let ranked = shelf.search(&query.text, arguments.mode, vectors.as_mut())?;
        for (rank, (document, score)) in shelf.by_document(&ranked).into_iter().take(DEPTH).enumerate() {
            writeln!(out, "{} Q0 {document} {} {score} voiceassist", query.id, rank + 1)?;
        }
    }
    Ok(out.flush()?)
}

/// A corpus as the product would hold it.
pub struct Shelf {
    index: ExactIndex,
    /// Document and passage of each passage id.
    passages: HashMap<String, (String, Chunk)>,
}

impl Shelf {
    /// Cuts, weighs and, with `vectors`, embeds every document.
    ///
    /// # Errors
    /// The model or the cache of embeddings failed.
    pub fn build(corpus: &[Document], mut vectors: Option<&mut Vectors>) -> Result<Self> {
        let mut shelf = Self {
            index: ExactIndex::default(),
            passages: HashMap::new(),
        };
        let readers = [READER.to_owned()];
        let mut entries: Vec<(usize, Passage)> = Vec::new();
        let mut texts: Vec<Vec<String>> = Vec::new();
        for (number, document) in corpus.iter().enumerate() {
            let chunks = chunk(&[page(&document.text)]);
            let language = language::of_document(chunks.iter().map(|chunk| chunk.text.as_str()));
            let english = language.is_none_or(|language| language == language::ENGLISH);
            for part in chunks {
                let context = context(Some(&document.title), part.heading.as_deref());
                let id = chunk_id(&document.id, "1", part.ordinal);
                entries.push((
                    number,
                    Passage {
                        id: id.clone(),
                        terms: terms::passage_weights(&context, &part.text),
                        vectors: Vec::new(),
                    },
                ));
                texts.push(match vectors.as_ref().filter(|_| english) {
                    Some(vectors) => windows(
                        vectors.embedder(),
                        &Work {
                            context,
                            text: part.text.clone(),
                        },
                    ),
                    None => Vec::new(),
                });
                shelf.passages.insert(id, (document.id.clone(), part));
            }
        }
        if let Some(vectors) = vectors.as_mut() {
            vectors.prepare(texts.iter().flatten())?;
            for ((_, passage), texts) in entries.iter_mut().zip(&texts) {
                passage.vectors = texts.iter().map(|text| vectors.of(text)).collect::<Result<_>>()?;
            }
        }
        let mut entries = entries.into_iter().peekable();
        for (number, document) in corpus.iter().enumerate() {
            let own = std::iter::from_fn(|| entries.next_if(|(at, _)| *at == number))
                .map(|(_, passage)| passage)
                .collect();
            shelf.index.replace(&document.id, &readers, own);
        }
        Ok(shelf)
    }

    /// Passages for a question, best first.
    ///
    /// # Errors
    /// The model failed.
    pub fn search(&self, question: &str, mode: Mode, vectors: Option<&mut Vectors>) -> Result<Vec<Fused>> {
        let vector = match vectors {
            Some(vectors) if mode.by_meaning(question) => Some(vectors.of(question)?),
            _ => None,
        };
        let query = Query {
            terms: &mode.terms(question),
            vector: vector.as_deref(),
        };
        let scope = Scope {
            readers: &[READER.to_owned()],
            documents: &[],
            without: &[],
        };
        Ok(fuse(self.index.search(&query, &scope, CANDIDATES), &[]))
    }

    /// Document and text of a passage.
    pub fn passage(&self, id: &str) -> Option<(&str, &Chunk)> {
        self.passages
            .get(id)
            .map(|(document, chunk)| (document.as_str(), chunk))
    }

    fn by_document(&self, ranked: &[Fused]) -> Vec<(&str, f32)> {
        let mut documents: Vec<(&str, f32)> = Vec::new();
        for fused in ranked {
            if let Some((document, _)) = self.passage(&fused.id)
                && !documents.iter().any(|(known, _)| *known == document)
            {
                documents.push((document, fused.score));
            }
        }
        documents
    }
}

fn page(text: &str) -> Page {
    let block = Block {
        kind: BlockKind::Paragraph,
        text: text.to_owned(),
        words: Vec::new(),
    };
    Page {
        number: 1,
        width: 0.0,
        height: 0.0,
        ocr: false,
        blocks: vec![block],
    }
}

/// Reads JSON lines, unpacking `.gz`.
///
/// # Errors
/// The file cannot be read, or a line is not what it should be.
pub fn read_lines(path: &Path) -> Result<Vec<Document>> {
    let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    let packed = path.extension().is_some_and(|ending| ending == "gz");
    let reader: Box<dyn Read> = if packed {
        Box::new(flate2::read::GzDecoder::new(file))
    } else {
        Box::new(file)
    };
    let parse = |(number, line): (usize, std::io::Result<String>)| {
        serde_json::from_str(&line?).with_context(|| format!("{} line {}", path.display(), number + 1))
    };
    BufReader::new(reader).lines().enumerate().map(parse).collect()
}
