//! Job: reads one version of a file and replaces all passages of its document in one commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use api_types::{BlockKind, Page};
use extract::{ExtractError, Extracted, Format};
use retrieval::chunk::Chunk;

use super::store::versions::{self, NewPassage, ReadVersion};
use super::{INDEX, blob, for_child};
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::new_id;
use crate::jobs::worker::JobError;
use crate::jobs::{self};
use crate::knowledge;

/// Share of the whole that reading takes in the progress shown; embedding has the rest.
const READING_SHARE: f32 = 0.4;
const PROGRESS_EVERY: Duration = Duration::from_millis(500);
/// Passages embedded between two looks at the progress.
const BATCH: usize = 16;
const ACTOR: &str = "system:ingest";

pub async fn run(app: &Arc<App>, version: &str) -> Result<(), JobError> {
    let Some(work) = versions::work(&app.db, version).await? else {
        return Ok(());
    };
    if work.superseded {
        versions::delete(&app.db, version).await?;
        return Ok(());
    }
    versions::set_status(&app.db, version, "extracting", 0.0, app.clock.now_ms()).await?;
    let format = format_of(app, &work.content_hash, &work.file_name).await?;
    let extracted = match format {
        Some(format) => extract_with_progress(app, version, &work.content_hash, format).await,
        None => Err(ExtractError::Unsupported(ending(&work.file_name))),
    };
    let extracted = match extracted {
        Ok(extracted) => extracted,
        Err(error) => return fail(app, version, &work.document_id, error.code(), &error.to_string()).await,
    };
    let chunks = retrieval::chunk::chunk(&extracted.pages);
    if chunks.is_empty() {
        let error = ExtractError::Empty;
        return fail(app, version, &work.document_id, error.code(), &error.to_string()).await;
    }
    let title = extracted
        .title
        .clone()
        .or_else(|| first_heading(&extracted.pages))
        // Each reader of a Nextcloud file may have a name of their own for it.
        .or_else(|| (!work.from_nextcloud).then(|| work.file_name.clone()));
    versions::set_status(&app.db, version, "embedding", READING_SHARE, app.clock.now_ms()).await?;
    let language = knowledge::language::of_document(chunks.iter().map(|chunk| chunk.text.as_str()));
    let passages = embed(
        app,
        version,
        &work.document_id,
        title.as_deref(),
        language.as_deref(),
        chunks,
    )
    .await?;
    commit(app, version, &work.document_id, title, language, extracted, passages).await
}

/// Marks the file of a job that will not be tried again.
pub async fn give_up(app: &App, version: &str) -> Result<(), sqlx::Error> {
    let message = "The file could not be read after several tries. The server's log has the reason; upload it again to try once more.";
    versions::set_failed(&app.db, version, "internal", message, app.clock.now_ms()).await
}

/// The media type under which the original is served.
pub fn media_type(format: Format, file_name: &str) -> &'static str {
    let ending = file_name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match format {
        Format::Pdf => "application/pdf",
        Format::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Format::Html => "text/html; charset=utf-8",
        Format::Markdown => "text/markdown; charset=utf-8",
        Format::Text => "text/plain; charset=utf-8",
        Format::Image => match ending.as_str() {
            "png" => "image/png",
            "tif" | "tiff" => "image/tiff",
            _ => "image/jpeg",
        },
    }
}

async fn fail(app: &App, version: &str, document: &str, code: &'static str, message: &str) -> Result<(), JobError> {
    let now = app.clock.now_ms();
    versions::set_failed(&app.db, version, code, message, now).await?;
    let event = Event::new(ACTOR, "document.read", "document", document)
        .outcome("failed")
        .detail(serde_json::json!({ "version": version, "code": code }));
    audit::record_alone(&app.db, now, &event).await?;
    tracing::info!(version, code, "a file could not be read");
    Ok(())
}

async fn format_of(app: &App, hash: &str, file_name: &str) -> Result<Option<Format>, JobError> {
    use tokio::io::AsyncReadExt;
    let mut head = Vec::new();
    blob::open(app, hash)
        .await?
        .content
        .take(4096)
        .read_to_end(&mut head)
        .await?;
    Ok(extract::detect(file_name, &head))
}

async fn extract_with_progress(
    app: &Arc<App>,
    version: &str,
    hash: &str,
    format: Format,
) -> Result<Extracted, ExtractError> {
    let (exe, tools, limits) = (app.worker_exe.clone(), app.tools.clone(), app.extract_limits);
    let share = Arc::new(AtomicU32::new(0));
    // Dropping this future (shutdown) ends the child.
    let cancel = Cancel(Arc::new(AtomicBool::new(false)));
    let (seen, flag) = (Arc::clone(&share), Arc::clone(&cancel.0));
    let (reading, hash) = (Arc::clone(app), hash.to_owned());
    let mut child = tokio::task::spawn_blocking(move || {
        let original = for_child::open(&reading, &hash).map_err(|error| ExtractError::Tool(error.to_string()))?;
        let mut progress = |done: u32, total: u32| seen.store(done * 1000 / total.max(1), Ordering::Relaxed);
        extract::child::run(&exe, original.path(), format, &tools, &limits, &flag, &mut progress)
    });
    let mut last = 0;
    loop {
        tokio::select! {
            done = &mut child => {
                return done.unwrap_or_else(|error| Err(ExtractError::Tool(error.to_string())));
            }
            () = tokio::time::sleep(PROGRESS_EVERY) => {
                let now = share.load(Ordering::Relaxed);
                if now != last {
                    last = now;
                    let progress = READING_SHARE * now as f32 / 1000.0;
                    note_progress(app, version, "extracting", progress).await;
                }
            }
        }
    }
}

struct Cancel(Arc<AtomicBool>);

impl Drop for Cancel {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Progress is for people watching; missing one step harms nothing.
async fn note_progress(app: &App, version: &str, status: &str, progress: f32) {
    if let Err(error) = versions::set_status(&app.db, version, status, progress, app.clock.now_ms()).await {
        tracing::debug!(%error, "progress not stored");
    }
}

async fn embed(
    app: &Arc<App>,
    version: &str,
    document: &str,
    title: Option<&str>,
    language: Option<&str>,
    chunks: Vec<Chunk>,
) -> Result<Vec<NewPassage>, JobError> {
    let total = chunks.len();
    let mut passages = Vec::with_capacity(total);
    for batch in chunks.chunks(BATCH) {
        let vectors = app.knowledge.embed_passages(title, language, batch).await?;
        for (chunk, vectors) in batch.iter().zip(vectors) {
            passages.push(NewPassage {
                id: retrieval::chunk::chunk_id(document, version, chunk.ordinal),
                phi_class: knowledge::language::screening_class(language, &chunk.text),
                chunk: chunk.clone(),
                vectors,
            });
        }
        let done = passages.len() as f32 / total as f32;
        note_progress(app, version, "embedding", READING_SHARE + (0.98 - READING_SHARE) * done).await;
    }
    Ok(passages)
}

async fn commit(
    app: &App,
    version: &str,
    document: &str,
    title: Option<String>,
    language: Option<String>,
    extracted: Extracted,
    passages: Vec<NewPassage>,
) -> Result<(), JobError> {
    let now = app.clock.now_ms();
    let count = passages.len();
    let mut tx = crate::db::begin(&app.db).await?;
    let read = ReadVersion {
        version,
        document,
        title,
        language,
        extracted,
        passages,
    };
    if !versions::replace(&mut tx, &app.vault, &read, now).await? {
        // Deleted while it was being read.
        return Ok(());
    }
    jobs::enqueue(&mut tx, &new_id(app.random.as_ref()), INDEX, document, document, now).await?;
    let event = Event::new(ACTOR, "document.read", "document", document)
        .detail(serde_json::json!({ "version": version, "passages": count }));
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    app.new_job.notify_waiters();
    Ok(())
}

/// Shown in place of the name, which not every reader of the file knows.
fn ending(file_name: &str) -> String {
    match file_name.rsplit_once('.') {
        Some((_, ending)) => format!(".{ending}"),
        None => "no ending".to_owned(),
    }
}

fn first_heading(pages: &[Page]) -> Option<String> {
    pages
        .iter()
        .flat_map(|page| &page.blocks)
        .find(|block| matches!(block.kind, BlockKind::Heading { .. }))
        .map(|block| {
            block
                .text
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .chars()
                .take(200)
                .collect()
        })
}
