//! What administrators see of a session: where it stands and how long its answers took, a few times a second at most.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::measure::Measured;
use super::store;
use crate::app::App;
use crate::live::{self, Happening};

/// Changes that follow each other travel together.
const TOGETHER: Duration = Duration::from_millis(200);

pub enum Note {
    Changed {
        turn: u32,
        from: &'static str,
        to: &'static str,
        /// How long it was as before.
        after_ms: i64,
    },
    /// An answer is over.
    Measured { number: i64, measured: Measured },
}

/// Where the notes of one session go. The task ends when nothing can come any more, with all of it written.
pub fn follow(app: Arc<App>, session: String, user: String) -> (mpsc::UnboundedSender<Note>, JoinHandle<()>) {
    let (to, mut notes) = mpsc::unbounded_channel();
    let task = tokio::spawn(async move {
        while let Some(first) = notes.recv().await {
            let mut together = vec![first];
            let more = async {
                while let Some(note) = notes.recv().await {
                    together.push(note);
                }
            };
            // Either way what there is by then is written.
            let _ = tokio::time::timeout(TOGETHER, more).await;
            if let Err(error) = write(&app, &session, &user, &together).await {
                tracing::error!(%error, "what happened in a voice session could not be noted");
            }
        }
    });
    (to, task)
}

async fn write(app: &App, session: &str, user: &str, notes: &[Note]) -> Result<(), sqlx::Error> {
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    let about = |kind, data| Happening {
        kind,
        user: Some(user),
        session: None,
        resource_type: "voice_session",
        resource_id: session,
        data,
    };
    let changes = notes.iter().filter_map(|note| match note {
        Note::Changed {
            turn,
            from,
            to,
            after_ms,
        } => Some(json!({ "turn": turn, "from": from, "to": to, "in_state_ms": after_ms })),
        Note::Measured { .. } => None,
    });
    let changes: Vec<serde_json::Value> = changes.collect();
    if !changes.is_empty() {
        live::note(&mut tx, now, &about("tt.state_changed", json!({ "changes": changes }))).await?;
    }
    for note in notes {
        if let Note::Measured { number, measured } = note {
            store::insert_turn(&mut tx, session, *number, measured, now).await?;
            let data = json!({
                "turn": number,
                "eou_delay": measured.eou_delay,
                "transcription_delay": measured.transcription_delay,
                "llm_ttft": measured.llm_ttft,
                "tts_ttfb": measured.tts_ttfb,
                "ttfa": measured.ttfa,
                "e2e": measured.e2e,
                "bargein_silence": measured.bargein_silence,
            });
            live::note(&mut tx, now, &about("tt.metrics", data)).await?;
        }
    }
    tx.commit().await?;
    app.live.wake();
    Ok(())
}
