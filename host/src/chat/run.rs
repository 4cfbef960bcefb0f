//! The task that writes one answer: it goes on when the reader leaves, stops when told, survives a restart.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};

use api_types::{AnswerEvent, AnswerStatus};
use futures::FutureExt;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::answer;
use super::store::{self, Asked};
use crate::app::App;
use crate::audit::{self, Event};
use crate::db::Db;
use crate::edge::problem::Problem;
use crate::live::{self, Happening};
use crate::vault::Vault;

/// The answers being written by this process.
#[derive(Default)]
pub struct Running(Mutex<HashMap<String, Entry>>);

struct Entry {
    run: i64,
    cancel: CancellationToken,
    /// Number of events stored so far.
    news: watch::Sender<i64>,
}

impl Running {
    /// Tells an answer's task to stop after what it has. False when this process writes no such answer.
    pub fn stop(&self, message: &str) -> bool {
        let entries = self.entries();
        let entry = entries.get(message);
        entry.inspect(|entry| entry.cancel.cancel()).is_some()
    }

    /// Changes whenever an event was stored; `None` when nothing is being written.
    pub fn subscribe(&self, message: &str) -> Option<watch::Receiver<i64>> {
        self.entries().get(message).map(|entry| entry.news.subscribe())
    }

    fn entries(&self) -> std::sync::MutexGuard<'_, HashMap<String, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, asked: &Asked) -> (CancellationToken, watch::Sender<i64>) {
        let (cancel, news) = (CancellationToken::new(), watch::Sender::new(0));
        let entry = Entry {
            run: asked.run,
            cancel: cancel.clone(),
            news: news.clone(),
        };
        self.entries().insert(asked.id.clone(), entry);
        (cancel, news)
    }

    fn remove(&self, asked: &Asked) {
        let mut entries = self.entries();
        if entries.get(&asked.id).is_some_and(|entry| entry.run == asked.run) {
            entries.remove(&asked.id);
        }
    }
}

/// Where an answer's events go: stored first, then announced.
pub struct Outlet {
    db: Db,
    vault: Vault,
    message: String,
    sequence: i64,
    news: watch::Sender<i64>,
}

impl Outlet {
    /// # Errors
    /// Of the database: an event that is not stored is not shown.
    pub async fn send(&mut self, event: &AnswerEvent) -> Result<(), sqlx::Error> {
        store::events::append(&self.db, &self.vault, &self.message, self.sequence + 1, event).await?;
        self.sequence += 1;
        self.news.send_replace(self.sequence);
        Ok(())
    }
}

/// Starts answering in a task of its own.
pub fn start(app: &Arc<App>, asked: Asked) {
    let (cancel, news) = app.running.add(&asked);
    let app = Arc::clone(app);
    tokio::spawn(async move {
        let mut outlet = Outlet {
            db: app.db.clone(),
            vault: app.vault.clone(),
            message: asked.id.clone(),
            sequence: asked.last_sequence,
            news,
        };
        let answering = AssertUnwindSafe(answer::answer(&app, &asked, &mut outlet, &cancel)).catch_unwind();
        let answered = answering
            .await
            .unwrap_or_else(|_| Err(Problem::internal(&"answering panicked")));
        let last = match answered {
            Ok(answer) => {
                let status = if cancel.is_cancelled() {
                    AnswerStatus::Stopped
                } else {
                    AnswerStatus::Done
                };
                AnswerEvent::Done {
                    status,
                    answer: Box::new(answer),
                }
            }
            Err(problem) => AnswerEvent::Error {
                problem: problem.body(),
            },
        };
        if let Err(error) = finish(&app, &asked, &mut outlet, &last).await {
            tracing::error!(message = asked.id, %error, "an answer could not be stored");
        }
        app.running.remove(&asked);
    });
}

/// Answer, last event and audit row in one commit.
async fn finish(app: &App, asked: &Asked, outlet: &mut Outlet, last: &AnswerEvent) -> Result<(), sqlx::Error> {
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    if store::finish(&mut tx, &app.vault, asked, outlet.sequence + 1, last, now).await? {
        let event = Event::new(&asked.user, "answer.given", "message", &asked.id).detail(summary(last));
        audit::record(&mut tx, now, &event).await?;
        let happening = Happening {
            kind: "conversation.updated",
            user: Some(&asked.user),
            session: None,
            resource_type: "conversation",
            resource_id: &asked.conversation,
            data: serde_json::json!({ "message": asked.id }),
        };
        live::note(&mut tx, now, &happening).await?;
    }
    tx.commit().await?;
    app.live.wake();
    outlet.sequence += 1;
    outlet.news.send_replace(outlet.sequence);
    Ok(())
}

/// What the audit keeps of an answer: how it came about and what it cites, none of its text.
fn summary(last: &AnswerEvent) -> serde_json::Value {
    match last {
        AnswerEvent::Done { status, answer } => serde_json::json!({
            "status": status,
            "kind": answer.kind,
            "model": answer.metadata.model,
            "ran_at": answer.metadata.ran_at,
            "passages": answer.citations.iter().map(|citation| &citation.passage_id).collect::<Vec<_>>(),
            "withheld": answer.withheld,
            "left_the_building": answer.metadata.receipt.left_the_building,
            "requests": answer.metadata.receipt.requests.iter().map(|request| &request.id).collect::<Vec<_>>(),
        }),
        _ => serde_json::json!({ "status": "failed" }),
    }
}

/// Answers again what the end of a process cut off.
///
/// # Errors
/// Of the database.
pub async fn resume_interrupted(app: &Arc<App>) -> Result<(), sqlx::Error> {
    for mut asked in store::interrupted(&app.db, &app.vault, &app.hosts.id).await? {
        asked.run += 1;
        let mut tx = crate::db::begin(&app.db).await?;
        let Some(last) = store::restart(&mut tx, &asked.id, asked.run, AnswerStatus::Running).await? else {
            continue;
        };
        asked.last_sequence = last;
        store::take(&mut tx, &asked.id, &app.hosts.id).await?;
        tx.commit().await?;
        tracing::info!(message = asked.id, "answering again what a stop of the server cut off");
        start(app, asked);
    }
    Ok(())
}
