//! `voiceassist eval answers`: answers questions from a corpus with the product's search, answerer and support check.
//!
//! Questions are a JSON array or JSON lines, `.gz` unpacked, with `id` or `_id` and the text under `body`, `text` or
//! `question`; a file without texts (BioASQ's full questions) takes them from `queries.jsonl` beside it.
//! The output is `[{"id", "answered", "confidence", "sentences": [{"text", "doc", "quote"}]}]`.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use onnx::Embedder;
use retrieval::chunk::Chunk;
use retrieval::clarify;
use retrieval::extractive::{self, Candidate, Drafted, PASSAGES, Similarity};
use retrieval::fuse::Fused;
use serde::Serialize;
use serde_json::Value;

use super::retrieval::{Document, Shelf, read_lines};
use super::vectors::Vectors;
use crate::knowledge::MODEL_FOLDER;
use crate::knowledge::mode::Mode;

#[derive(clap::Args)]
pub struct Arguments {
    /// Questions, JSON or JSON lines, may be .gz
    #[arg(long)]
    questions: PathBuf,
    /// Where the answers go, JSON
    #[arg(long)]
    out: PathBuf,
    /// JSON lines of documents, may be .gz; by default corpus.jsonl.gz or corpus.jsonl beside the questions
    #[arg(long)]
    corpus: Option<PathBuf>,
    /// Folder that keeps embeddings for the next run
    #[arg(long)]
    cache: Option<PathBuf>,
    /// By words only, without the embedding model
    #[arg(long)]
    words_only: bool,
    /// Hide from each question the documents its own snippets come from
    #[arg(long)]
    without_gold: bool,
    /// Answer only this many questions, spread over the file
    #[arg(long)]
    sample: Option<usize>,
}

struct Asked {
    id: String,
    text: String,
    /// Documents its snippets come from.
    gold: HashSet<String>,
}

#[derive(Serialize)]
struct Answered {
    id: String,
    answered: bool,
    /// 0 to 1: how well the passages match the question.
    confidence: f32,
    sentences: Vec<Said>,
}

#[derive(Serialize)]
struct Said {
    text: String,
    doc: String,
    quote: String,
}

/// The embedding model as the answerer sees it.
struct Local<'a>(&'a Embedder);

impl Similarity for Local<'_> {
    fn embed(&self, texts: &[&str]) -> Option<Vec<Vec<f32>>> {
        self.0.embed(texts).ok()
    }
}

/// # Errors
/// A file cannot be read or written, a question has no text, or the model files are missing.
pub fn run(arguments: &Arguments, cache_dir: &Path) -> Result<()> {
    let mut questions = read_questions(&arguments.questions)?;
    if let Some(sample) = arguments
        .sample
        .filter(|&sample| sample > 0 && sample < questions.len())
    {
        let step = questions.len() / sample;
        questions = questions.into_iter().step_by(step.max(1)).take(sample).collect();
    }
    let corpus = read_lines(&corpus_path(arguments)?)?;
    let titles: HashMap<&str, &str> = corpus
        .iter()
        .map(|document| (document.id.as_str(), document.title.as_str()))
        .collect();
    let mut vectors = match arguments.words_only {
        true => None,
        false => Some(Vectors::open(
            Embedder::load(&cache_dir.join(MODEL_FOLDER))?,
            arguments.cache.as_deref(),
        )?),
    };
    let mode = if arguments.words_only { Mode::Bm25 } else { Mode::Hybrid };
    let shelf = Shelf::build(&corpus, vectors.as_mut())?;
    let mut answers = Vec::with_capacity(questions.len());
    for asked in &questions {
        let found = shelf.search(&asked.text, mode, vectors.as_mut())?;
        let hidden = |document: &str| arguments.without_gold && asked.gold.contains(document);
        let passages: Vec<(&Fused, &str, &Chunk)> = found
            .iter()
            .filter_map(|fused| {
                shelf
                    .passage(&fused.id)
                    .map(|(document, chunk)| (fused, document, chunk))
            })
            .filter(|(_, document, _)| !hidden(document))
            .take(PASSAGES)
            .collect();
        answers.push(answer(asked, &passages, &titles, vectors.as_ref()));
    }
    let mut out = BufWriter::new(
        File::create(&arguments.out).with_context(|| format!("{} cannot be written", arguments.out.display()))?,
    );
    serde_json::to_writer(&mut out, &answers)?;
    out.flush()?;
    report(&questions, &answers, &corpus)
}

/// What the product would answer: a question back counts as no answer, an unsupported sentence is withheld.
fn answer(
    asked: &Asked,
    passages: &[(&Fused, &str, &Chunk)],
    titles: &HashMap<&str, &str>,
    vectors: Option<&Vectors>,
) -> Answered {
    let candidates: Vec<Candidate<'_>> = passages
        .iter()
        .map(|(fused, document, chunk)| Candidate {
            passage_id: &fused.id,
            document_id: document,
            document_title: titles.get(document).copied().unwrap_or_default(),
            heading: chunk.heading.as_deref(),
            text: &chunk.text,
            page: chunk.page,
            source_date: None,
            source_owner: None,
            score: fused.score,
            dense: fused.dense,
            bm25: fused.bm25,
        })
        .collect();
    let mut answered = Answered {
        id: asked.id.clone(),
        answered: false,
        confidence: 0.0,
        sentences: Vec::new(),
    };
    if clarify::clarify(&asked.text, &candidates).is_some() {
        return answered;
    }
    let drafted = match vectors {
        Some(vectors) => extractive::answer(&asked.text, &candidates, &Local(vectors.embedder())),
        None => extractive::answer(&asked.text, &candidates, &extractive::WordsOnly),
    };
    match drafted {
        Drafted::NotFound { confidence } => answered.confidence = confidence,
        Drafted::Answered {
            sentences, confidence, ..
        } => {
            answered.confidence = confidence;
            for sentence in sentences {
                let candidate = &candidates[sentence.candidate];
                if extractive::is_supported(&sentence, candidate) {
                    let quote = candidate.text[sentence.quote].to_owned();
                    answered.sentences.push(Said {
                        text: sentence.text,
                        doc: candidate.document_id.to_owned(),
                        quote,
                    });
                }
            }
            answered.answered = !answered.sentences.is_empty();
        }
    }
    answered
}

fn report(questions: &[Asked], answers: &[Answered], corpus: &[Document]) -> Result<()> {
    let texts: HashMap<&str, &Document> = corpus.iter().map(|document| (document.id.as_str(), document)).collect();
    let answered: Vec<(&Asked, &Answered)> = questions
        .iter()
        .zip(answers)
        .filter(|(_, answer)| answer.answered)
        .collect();
    let citing = answered
        .iter()
        .filter(|(asked, answer)| answer.sentences.iter().any(|s| asked.gold.contains(&s.doc)))
        .count();
    let sentences = answers.iter().flat_map(|answer| &answer.sentences);
    let verbatim = sentences
        .clone()
        .filter(|s| {
            texts
                .get(s.doc.as_str())
                .is_some_and(|d| d.text.contains(&s.quote) || d.title.contains(&s.quote))
        })
        .count();
    let invented = sentences
        .clone()
        .filter(|s| !texts.contains_key(s.doc.as_str()))
        .count();
    let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
    let (all, said) = (questions.len(), sentences.count());
    writeln!(
        std::io::stderr(),
        "{all} questions: {} answered ({:.1} %), {citing} of these cite a gold document ({:.1} %); {said} sentences, {verbatim} quotes verbatim, {invented} invented references",
        answered.len(),
        share(answered.len(), all),
        share(citing, answered.len()),
    )?;
    // The curve: answered, and citing gold, at other thresholds of confidence.
    for tenth in 1..10u8 {
        let least = f32::from(tenth) / 10.0;
        let above = answers.iter().filter(|answer| answer.confidence >= least).count();
        writeln!(
            std::io::stderr(),
            "confidence >= {least:.1}: {above} ({:.1} %)",
            share(above, all)
        )?;
    }
    Ok(())
}

fn corpus_path(arguments: &Arguments) -> Result<PathBuf> {
    if let Some(path) = &arguments.corpus {
        return Ok(path.clone());
    }
    let folder = arguments.questions.parent().unwrap_or(Path::new("."));
    let found = ["corpus.jsonl.gz", "corpus.jsonl"]
        .iter()
        .map(|name| folder.join(name))
        .find(|path| path.exists());
    found.with_context(|| {
        format!(
            "no corpus.jsonl.gz or corpus.jsonl in {}; name one with --corpus",
            folder.display()
        )
    })
}

fn read_text(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut text = String::new();
    match bytes.starts_with(&[0x1f, 0x8b]) {
        true => flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text)?,
        false => bytes.as_slice().read_to_string(&mut text)?,
    };
    Ok(text)
}

fn read_questions(path: &Path) -> Result<Vec<Asked>> {
    let text = read_text(path)?;
    let rows: Vec<Value> = match serde_json::from_str::<Value>(&text) {
        Ok(Value::Array(rows)) => rows,
        Ok(Value::Object(mut whole)) if whole.get("questions").is_some_and(Value::is_array) => {
            match whole.remove("questions") {
                Some(Value::Array(rows)) => rows,
                _ => Vec::new(),
            }
        }
        _ => text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(serde_json::from_str)
            .collect::<Result<_, _>>()
            .with_context(|| format!("{} is neither JSON nor JSON lines", path.display()))?,
    };
    let beside: HashMap<String, String> = ["queries.jsonl", "queries.jsonl.gz"]
        .iter()
        .map(|name| path.with_file_name(name))
        .find(|path| path.exists())
        .map(|path| read_lines(&path))
        .transpose()?
        .unwrap_or_default()
        .into_iter()
        .map(|query| (query.id, query.text))
        .collect();
    let field = |row: &Value, names: &[&str]| {
        names
            .iter()
            .find_map(|name| row.get(name).and_then(Value::as_str))
            .map(str::to_owned)
    };
    let mut questions = Vec::with_capacity(rows.len());
    for row in &rows {
        let Some(id) = field(row, &["id", "_id"]) else {
            bail!("a question in {} has no id", path.display())
        };
        let text = field(row, &["body", "text", "question", "query"]).or_else(|| beside.get(&id).cloned());
        let Some(text) = text else {
            bail!(
                "question {id} has no text, and no queries.jsonl beside {} has it",
                path.display()
            )
        };
        let gold = row
            .get("snippets")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|s| field(s, &["pmid", "document", "doc"]))
            .map(|doc| doc.rsplit('/').next().unwrap_or_default().to_owned())
            .collect();
        questions.push(Asked { id, text, gold });
    }
    Ok(questions)
}
