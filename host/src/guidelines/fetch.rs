//! Fetches one guideline: a document that everyone may read, its difference to the one before, or its withdrawal.

use std::sync::Arc;

use api_types::DocumentSource;
use plugin_package::Rights;
use sandbox::{CallError, SourceBody, SourceDocument};

use super::{difference, markdown, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::new_id;
use crate::db;
use crate::identity::EVERYONE;
use crate::ingest::receive::{Arrival, receive};
use crate::ingest::{blob, delete};
use crate::jobs::worker::JobError;
use crate::plugins::{OnBehalf, Reach, Real};

const ACTOR: &str = "system:guidelines";

/// What a document is once it is here.
struct Content {
    file_name: String,
    media_type: String,
    bytes: Vec<u8>,
    /// Compared with the one before; empty for a file.
    body: String,
}

/// # Errors
/// A source that cannot be reached now, or the database.
pub async fn run(app: &Arc<App>, payload: &str) -> Result<(), JobError> {
    let Some((plugin, entry)) = payload.split_once('\n') else {
        return Err(JobError::Hopeless("a payload without an entry".to_owned()));
    };
    let (Some(loaded), Some(known)) = (app.plugins.find(plugin), store::entry(&app.db, plugin, entry).await?) else {
        return Ok(());
    };
    if known.withdrawn {
        return withdraw(app, plugin, entry, &known).await;
    }
    // Without the right to keep and show it, it stays a line of the list with its link.
    let rights = loaded.access().rights;
    if rights != ALL {
        return Ok(());
    }
    let outside = Arc::new(Real::new(Reach::of(app), &loaded, OnBehalf::default()));
    let fetching = loaded.plugin().fetch(outside, entry);
    let document = match app.plugins.calls().timed(loaded.part("fetch"), fetching).await {
        Ok(document) => document,
        Err(error) => return refused(app, plugin, entry, &error).await,
    };
    if document.entry.withdrawn {
        return withdraw(app, plugin, entry, &known).await;
    }
    keep(app, plugin, entry, &known, document).await
}

const ALL: Rights = Rights {
    may_store: true,
    may_index: true,
    may_quote: true,
};

async fn refused(app: &App, plugin: &str, entry: &str, error: &CallError) -> Result<(), JobError> {
    store::not_fetched(&app.db, plugin, entry, &error.to_string()).await?;
    match error {
        CallError::Plugin(refusal) if refusal.retry_after_ms.is_some() => {
            let ms = refusal.retry_after_ms.unwrap_or_default().max(1_000);
            Err(JobError::Later(std::time::Duration::from_millis(ms.into())))
        }
        error => Err(JobError::Retry(error.to_string())),
    }
}

async fn keep(
    app: &Arc<App>,
    plugin: &str,
    entry: &str,
    known: &store::Entry,
    document: SourceDocument,
) -> Result<(), JobError> {
    let (title, revision) = (document.entry.title.clone(), document.entry.revision.clone());
    let content = content(document);
    let limit = app.config.max_upload_bytes;
    let incoming = blob::receive(app, content.bytes.as_slice(), limit).await?;
    let key = format!("{plugin}/{entry}");
    let arrival = Arrival {
        source: DocumentSource::Guideline,
        source_key: &key,
        owner: None,
        file_name: &content.file_name,
        media_type: &content.media_type,
        readers: &[EVERYONE.to_owned()],
        watermark: None,
        actor: ACTOR,
        file: None,
    };
    let (id, _) = receive(app, &arrival, incoming).await?;
    let now = app.clock.now_ms();
    let mut tx = db::begin(&app.db).await?;
    let changed = known.fetched && !known.body.is_empty() && known.body != content.body;
    if changed {
        let difference = difference::of(&known.body, &content.body);
        let change = store::Change {
            id: new_id(app.random.as_ref()),
            plugin: plugin.to_owned(),
            entry: entry.to_owned(),
            document: Some(id.clone()),
            title: title.clone(),
            at: now,
            kind: "changed".to_owned(),
            added: difference.added,
            removed: difference.removed,
            diff: difference.text,
        };
        store::insert_change(&mut tx, &change).await?;
        let event = Event::new(ACTOR, "guideline.changed", "document", &id)
            .detail(serde_json::json!({ "added": change.added, "removed": change.removed }));
        audit::record(&mut tx, now, &event).await?;
    }
    store::fetched(&mut tx, plugin, entry, &id, &revision, &content.body, now).await?;
    Ok(tx.commit().await?)
}

fn content(document: SourceDocument) -> Content {
    match &document.body {
        SourceBody::Sections(_) => {
            let body = markdown::of(&document);
            Content {
                file_name: format!("{}.md", slug(&document.entry.title)),
                media_type: "text/markdown; charset=utf-8".to_owned(),
                bytes: body.clone().into_bytes(),
                body,
            }
        }
        SourceBody::Original(file) => Content {
            file_name: file.name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned(),
            media_type: file.mime_type.clone(),
            bytes: file.contents.clone(),
            body: String::new(),
        },
    }
}

/// Taken out of search; answers that cite it say that it was withdrawn.
async fn withdraw(app: &App, plugin: &str, entry: &str, known: &store::Entry) -> Result<(), JobError> {
    let Some(document) = &known.document else { return Ok(()) };
    let now = app.clock.now_ms();
    let mut tx = db::begin(&app.db).await?;
    let change = store::Change {
        id: new_id(app.random.as_ref()),
        plugin: plugin.to_owned(),
        entry: entry.to_owned(),
        document: Some(document.clone()),
        title: known.title.clone(),
        at: now,
        kind: "withdrawn".to_owned(),
        added: 0,
        removed: i64::try_from(known.body.lines().count()).unwrap_or_default(),
        diff: String::new(),
    };
    store::insert_change(&mut tx, &change).await?;
    store::forget_document(&mut tx, plugin, entry).await?;
    delete::remove_within(app, &mut tx, ACTOR, document).await?;
    tx.commit().await?;
    app.new_job.notify_waiters();
    Ok(())
}

/// A file name that says what it is.
fn slug(title: &str) -> String {
    let plain: String = title
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .take(80)
        .collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        "guideline".to_owned()
    } else {
        words.join("-")
    }
}
