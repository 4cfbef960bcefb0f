//! A session has ended: the client is told, and what is counted of it is stored.

use voice_turn::vap::HostMessage;

use super::super::store;
use super::{Ending, Session};
use crate::audit;
use crate::live::{self, Happening};

impl Session {
    pub(super) async fn finish(mut self, ending: Ending) {
        self.wire.tell(HostMessage::SessionEnd {
            reason: ending.reason.to_owned(),
        });
        self.wire.close(ending.code);
        drop(self.notes.take());
        if let Some(noting) = self.noting.take() {
            // It writes what is left; that it could not is in the log.
            let _ = noting.await;
        }
        if let Err(error) = self.write_end(ending.reason).await {
            tracing::error!(%error, session = self.id, "the end of a voice session could not be written");
        }
        self.app.live.wake();
        // From here on it is not there for anyone, and who asked for its end is told only then.
        self.app.voice.sessions.remove(&self.id);
        if let Some(done) = ending.done {
            // Who asked for it may have gone.
            let _ = done.send(());
        }
    }

    async fn write_end(&self, reason: &'static str) -> Result<(), sqlx::Error> {
        let now = self.app.clock.now_ms();
        let mut tx = crate::db::begin(&self.app.db).await?;
        if !store::end(&mut tx, &self.id, reason, &self.counts, now).await? {
            return Ok(());
        }
        let counts = serde_json::json!({
            "reason": reason,
            "turns": self.counts.turns,
            "bargeins": self.counts.bargeins,
            "errors": self.counts.errors,
        });
        let event = audit::Event::new(self.caller.id(), "voice.session_ended", "voice_session", &self.id);
        audit::record(&mut tx, now, &event.detail(counts.clone())).await?;
        let happening = Happening {
            kind: "voice.session_ended",
            user: Some(self.caller.id()),
            session: None,
            resource_type: "voice_session",
            resource_id: &self.id,
            data: counts,
        };
        live::note(&mut tx, now, &happening).await?;
        tx.commit().await
    }
}
