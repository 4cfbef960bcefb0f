//! Conversations by voice. A session is one task that owns the connection and the turns (`voice_turn` decides them); its
//! questions are put to the chat as typed ones are. Sound is made and understood on this server, or by a vendor that an
//! administrator allows patient information.

mod answers;
pub mod begin;
pub mod down;
mod ears;
pub mod end;
pub mod hearing;
mod input;
mod join;
mod kept;
mod measure;
mod microphone;
mod mouth;
mod notes;
mod phrases;
mod pool;
mod session;
mod sessions;
pub mod socket;
pub mod store;
pub mod up;
mod vendors;
mod whose;
mod wire;
mod words;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use speech::{Espeak, Local, SpeechError};

use crate::app::App;
use crate::config::Config;
use pool::Pool;
pub use sessions::{Sessions, Status};
pub use vendors::try_out;

/// How long the robotic voice may take for one stretch.
const ESPEAK: Duration = Duration::from_secs(10);
/// Pieces of work at the same time, of either kind: a last text, whether it is the last, and somebody's text on the way.
const PLACES: usize = 3;
/// How many may wait.
const WAITING: usize = 64;
/// How long the models stay loaded after the last session: 130 MB.
const KEPT: Duration = Duration::from_secs(600);

/// What all sessions of this process share.
pub struct Voice {
    pub speech: Arc<Local>,
    pub sessions: Sessions,
    /// Recognising and judging.
    pub hearing: Arc<Pool>,
    pub speaking: Arc<Pool>,
    warm: AtomicBool,
}

impl Voice {
    /// Loads nothing yet.
    pub fn new(config: &Config) -> Self {
        let espeak = Espeak::new(Path::new("espeak-ng"), ESPEAK);
        Self {
            speech: Arc::new(Local::new(&config.cache_dir.join("models"), espeak)),
            sessions: Sessions::default(),
            hearing: Arc::new(Pool::new(PLACES, WAITING)),
            speaking: Arc::new(Pool::new(PLACES, WAITING)),
            warm: AtomicBool::new(false),
        }
    }

    /// Work that waits for a thread.
    pub fn queued(&self) -> usize {
        self.hearing.waiting() + self.speaking.waiting()
    }

    /// Loads what listens, once; the voice follows by itself. None when too much waits already.
    async fn ready(&self) -> Option<Result<(), SpeechError>> {
        let speech = Arc::clone(&self.speech);
        let loading = self.hearing.run(move || -> Result<(), SpeechError> {
            speech.detector()?;
            speech.turns()?;
            speech.recognizer()?;
            Ok(())
        });
        let loaded = loading.await;
        if matches!(loaded, Some(Ok(()))) && !self.warm.swap(true, Ordering::Relaxed) {
            let (speech, speaking) = (Arc::clone(&self.speech), Arc::clone(&self.speaking));
            tokio::spawn(async move {
                let said = speaking.run(move || speech.say(words::FILLER, 1.0, 0, &AtomicBool::new(false)));
                if let Some(Err(error)) = said.await {
                    tracing::error!(%error, "nothing on this server can speak; answers by voice are text");
                }
            });
        }
        loaded
    }
}

/// Takes a session out of the list; the models are unloaded when none begins for a while.
fn ended(app: &Arc<App>, session: &str) {
    if !app.voice.sessions.remove(session) {
        return;
    }
    let (app, begun) = (Arc::clone(app), app.voice.sessions.begun());
    tokio::spawn(async move {
        tokio::time::sleep(KEPT).await;
        if app.voice.sessions.begun() == begun {
            app.voice.speech.unload();
            app.voice.warm.store(false, Ordering::Relaxed);
        }
    });
}
