//! What signs the trail and carries its second copy out.

use std::path::Path;
use std::sync::Arc;

use audit_chain::PublicKey;
use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;

use super::keys::Keys;
use super::settings::AuditSettings;
use super::sink::Sink;
use super::{Event, Unavailable, store, within};
use crate::clock::{Clock, Random};
use crate::db::Db;
use crate::egress::Egress;

/// How the second sink is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SinkState {
    /// None is configured.
    None,
    /// Nothing was tried yet.
    Unknown,
    Reached,
    /// With the reason, in words for an operator.
    Unreachable(String),
}

pub struct Trail {
    pub(super) db: Db,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) settings: AuditSettings,
    pub(super) keys: Keys,
    pub(super) sink: Option<Mutex<Sink>>,
    pub(super) state: watch::Sender<SinkState>,
    /// One verification at a time.
    pub(super) verifying: Mutex<()>,
}

impl Trail {
    /// # Errors
    /// Of the signing key.
    pub fn open(
        settings: &AuditSettings,
        data_dir: &Path,
        db: &Db,
        clock: &Arc<dyn Clock>,
        random: &dyn Random,
        egress: &Egress,
    ) -> anyhow::Result<Arc<Self>> {
        let sink = settings
            .sink
            .clone()
            .map(|target| Mutex::new(Sink::new(target, egress.clone())));
        let state = if sink.is_some() {
            SinkState::Unknown
        } else {
            SinkState::None
        };
        Ok(Arc::new(Self {
            db: db.clone(),
            clock: Arc::clone(clock),
            settings: settings.clone(),
            keys: Keys::load(settings, data_dir, random)?,
            sink,
            state: watch::Sender::new(state),
            verifying: Mutex::new(()),
        }))
    }

    /// The hash under which the trail may hold a name.
    pub fn keyed(&self, name: &str) -> String {
        self.keys.keyed(name)
    }

    /// The key with which checkpoints are verified, in hexadecimal digits.
    pub fn public_key(&self) -> String {
        self.keys.signer.public().to_string()
    }

    /// Every key that has signed here.
    pub fn public_keys(&self) -> Vec<PublicKey> {
        self.keys.published.clone()
    }

    pub fn sink_state(&self) -> SinkState {
        self.state.borrow().clone()
    }

    /// Changes when the second sink is lost or found.
    pub fn watch_sink(&self) -> watch::Receiver<SinkState> {
        self.state.subscribe()
    }

    /// What an operator should know.
    pub fn notices(&self) -> Vec<String> {
        match self.sink_state() {
            SinkState::Unreachable(reason) if self.settings.sink_required => vec![format!(
                "The second copy of the audit trail cannot be written ({reason}). It is required, so nothing that must be recorded happens."
            )],
            SinkState::Unreachable(reason) => {
                vec![format!(
                    "The second copy of the audit trail cannot be written ({reason}). It will catch up."
                )]
            }
            _ => Vec::new(),
        }
    }

    /// Records what is about to be shown or done, for what must not happen unrecorded: within a second it is written (where
    /// the second sink is required, there too), or it must not happen.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn before(&self, event: &Event<'_>) -> Result<(), sqlx::Error> {
        let write = async {
            let mut tx = crate::db::begin(&self.db).await?;
            super::append(&mut tx, self.clock.now_ms(), event).await?;
            tx.commit().await?;
            if self.settings.sink_required {
                self.deliver()
                    .await
                    .map_err(|error| Unavailable::because(error.to_string()))?;
            }
            Ok(())
        };
        within(write).await
    }

    /// Signs what the last process left, and looks after checkpoints and the second sink until told to stop.
    ///
    /// # Errors
    /// Of the database.
    pub async fn start(self: &Arc<Self>, stop: &CancellationToken) -> Result<(), sqlx::Error> {
        let required = self.settings.sink.as_ref().filter(|_| self.settings.sink_required);
        store::require(&self.db, required.map(ToString::to_string).as_deref()).await?;
        self.note_new_key().await?;
        self.checkpoint().await?;
        self.look_after_sink().await;
        let (trail, stop) = (Arc::clone(self), stop.clone());
        tokio::spawn(async move { stop.run_until_cancelled(trail.go_on()).await });
        Ok(())
    }

    async fn go_on(&self) {
        loop {
            tokio::time::sleep(self.settings.deliver_every).await;
            if let Err(error) = self.checkpoint_if_due().await {
                tracing::error!(%error, "the audit trail could not be signed");
            }
            self.look_after_sink().await;
        }
    }

    /// Signs the end, when nothing writes any more.
    pub async fn close(&self) {
        if let Err(error) = self.checkpoint().await {
            tracing::error!(%error, "the end of the audit trail could not be signed");
        }
        self.look_after_sink().await;
    }
}
