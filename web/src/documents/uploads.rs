//! Files on their way to the server. They live with the page, so leaving the documents page loses none.

use api_types::{DocumentInfo, DocumentList, DocumentStatus, ProblemBody, UploadOutcome, UploadResult};
use leptos::{prelude::*, task::spawn_local};
use web_sys::{File, FileList};

use crate::{
    api::{self, upload::upload},
    dom, format,
    state::app,
    texts::{self, fill, t},
};

#[derive(Clone, Debug, PartialEq)]
pub struct Upload {
    pub id: String,
    pub name: String,
    pub bytes: i64,
    /// 0 to 1.
    pub sent: f32,
    /// Why it was not taken, and what to do.
    pub refused: Option<String>,
}

/// Sends files one after the other; several at once would only slow each.
pub fn send(files: &FileList) {
    let files: Vec<File> = (0..files.length()).filter_map(|index| files.get(index)).collect();
    let app = app();
    let limit = app
        .status
        .with_untracked(|status| status.as_ref().map(|status| status.max_upload_bytes));
    let mut queue = Vec::new();
    for file in files {
        let entry = Upload {
            id: dom::random_id(),
            name: file.name(),
            bytes: file.size() as i64,
            sent: 0.0,
            refused: limit.filter(|limit| file.size() as i64 > *limit).map(|limit| {
                let sizes = [
                    ("size", &*format::bytes(file.size() as i64)),
                    ("limit", &*format::bytes(limit)),
                ];
                fill(t().too_large, &sizes)
            }),
        };
        if entry.refused.is_none() {
            queue.push((entry.id.clone(), file));
        }
        app.uploads.update(|all| all.push(entry));
    }
    app.say(fill(t().uploading_count, &[("count", &queue.len().to_string())]));
    spawn_local(async move {
        for (id, file) in queue {
            send_one(id, file).await;
        }
    });
}

async fn send_one(id: String, file: File) {
    let app = app();
    let progress = {
        let id = id.clone();
        move |sent| change(&id, |entry| entry.sent = sent)
    };
    match upload::<UploadResult>("documents", &file, progress).await {
        Ok(result) => {
            let Some(outcome) = result.files.into_iter().next() else {
                return;
            };
            let name = [("name", outcome.file_name.as_str())];
            match outcome.outcome {
                UploadOutcome::Refused => {
                    let reason = outcome.reason.map_or_else(
                        || t().problem_server.to_owned(),
                        |reason| texts::reason(&reason).to_owned(),
                    );
                    change(&id, |entry| entry.refused = Some(reason));
                }
                taken => {
                    match taken {
                        UploadOutcome::Unchanged => app.toast(fill(t().upload_unchanged, &name)),
                        UploadOutcome::Replaced => app.toast(fill(t().upload_replaced, &name)),
                        _ => app.toast(fill(t().upload_added, &name)),
                    }
                    app.uploads.update(|all| all.retain(|entry| entry.id != id));
                }
            }
        }
        Err(problem) => {
            let message = match problem.detail {
                Some(detail) => format!("{}. {detail}", problem.title.trim_end_matches('.')),
                None => problem.title,
            };
            change(&id, |entry| entry.refused = Some(message));
        }
    }
    load().await;
    app.load_status().await;
}

fn change(id: &str, with: impl FnOnce(&mut Upload)) {
    app().uploads.update(|all| {
        if let Some(entry) = all.iter_mut().find(|entry| entry.id == id) {
            with(entry);
        }
    });
}

/// Reads the list of documents anew, as far as it is shown.
pub async fn load() {
    let app = app();
    let shown = app.documents.with_untracked(|all| match all {
        Some(Ok(all)) => all.len(),
        _ => 0,
    });
    match pages(None, shown).await {
        Ok((documents, next)) => {
            app.documents.set(Some(Ok(documents)));
            app.documents_next.set(next);
        }
        // A failed refresh keeps what is shown.
        Err(problem) if app.documents.with_untracked(Option::is_none) => app.documents.set(Some(Err(problem))),
        Err(_) => {}
    }
}

/// Adds the next page to the list; returns how many documents came.
pub async fn load_more() -> Result<usize, ProblemBody> {
    let app = app();
    let Some(next) = app.documents_next.get_untracked() else {
        return Ok(0);
    };
    let (more, next) = pages(Some(next), 1).await?;
    let mut added = 0;
    app.documents.update(|all| {
        let Some(Ok(all)) = all else { return };
        // The list may have been read anew meanwhile.
        let known: Vec<String> = all.iter().map(|info| info.id.clone()).collect();
        let new = more.into_iter().filter(|info| !known.contains(&info.id));
        all.extend(new);
        added = all.len() - known.len();
    });
    app.documents_next.set(next);
    Ok(added)
}

/// Pages of the list until `at_least` documents have come; a page may be empty and not the last.
async fn pages(mut next: Option<String>, at_least: usize) -> Result<(Vec<DocumentInfo>, Option<String>), ProblemBody> {
    let mut all = Vec::new();
    loop {
        let path = match &next {
            Some(after) => format!("documents?after={after}"),
            None => "documents".to_owned(),
        };
        let page: DocumentList = api::get(&path).await?;
        all.extend(page.documents);
        next = page.next;
        if next.is_none() || all.len() >= at_least.max(1) {
            return Ok((all, next));
        }
    }
}

pub fn pending(info: &DocumentInfo) -> bool {
    matches!(
        info.status,
        DocumentStatus::Queued | DocumentStatus::Extracting | DocumentStatus::Embedding
    )
}
