//! The life of a row of the egress log: written before sending, completed when the response ends, breaks or is dropped.

use std::sync::Arc;

use tokio_util::task::TaskTracker;

use super::Class;
use super::error::EgressError;
use super::store;
use crate::clock::{Clock, Random, new_id};
use crate::db::Db;

pub(super) struct Log {
    shared: Arc<Shared>,
}

struct Shared {
    db: Db,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    /// Rows being completed after their reader was dropped.
    finishing: TaskTracker,
}

/// What is known before sending.
pub(super) struct Entry<'a> {
    pub(super) purpose: &'a str,
    pub(super) destination: String,
    pub(super) remote: bool,
    pub(super) bytes_out: usize,
    pub(super) class: Class,
    pub(super) answer_id: Option<&'a str>,
    pub(super) body_sha256: Option<String>,
}

impl Log {
    pub(super) fn new(db: Db, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self {
            shared: Arc::new(Shared {
                db,
                clock,
                random,
                finishing: TaskTracker::new(),
            }),
        }
    }

    pub(super) fn db(&self) -> &Db {
        &self.shared.db
    }

    /// Writes the intent. Without it nothing may be sent.
    pub(super) async fn open(&self, entry: Entry<'_>) -> Result<Ticket, EgressError> {
        let bytes_out = entry.bytes_out;
        let id = self.insert(entry, store::SENDING).await?;
        Ok(Ticket {
            shared: Some(self.shared.clone()),
            id,
            bytes_out,
            bytes_in: 0,
        })
    }

    /// Writes a request that was refused, and hands back the reason.
    pub(super) async fn refused(&self, entry: Entry<'_>, error: EgressError) -> EgressError {
        let outcome = error.to_string();
        match self.insert(Entry { bytes_out: 0, ..entry }, &outcome).await {
            Ok(_) => error,
            Err(unavailable) => unavailable,
        }
    }

    async fn insert(&self, entry: Entry<'_>, outcome: &str) -> Result<String, EgressError> {
        let id = new_id(self.shared.random.as_ref());
        let at = self.shared.clock.now_ms();
        store::insert(&self.shared.db, &id, at, &entry, outcome)
            .await
            .map_err(|error| {
                tracing::error!(%error, "the egress log cannot be written");
                EgressError::LogUnavailable
            })?;
        Ok(id)
    }

    /// Waits until the rows of dropped responses are complete.
    pub(super) async fn settled(&self) {
        self.shared.finishing.close();
        self.shared.finishing.wait().await;
        self.shared.finishing.reopen();
    }
}

/// One open row. Dropping it completes the row with what had come in so far.
pub(super) struct Ticket {
    shared: Option<Arc<Shared>>,
    id: String,
    pub(super) bytes_out: usize,
    pub(super) bytes_in: usize,
}

impl Ticket {
    pub(super) async fn sent(mut self) {
        if let Some(shared) = self.shared.take() {
            finish(&shared, &self.id, self.bytes_out, self.bytes_in, store::SENT).await;
        }
    }

    pub(super) async fn failed(mut self, error: &EgressError) {
        if let Some(shared) = self.shared.take() {
            let bytes_out = if error.nothing_left() { 0 } else { self.bytes_out };
            finish(&shared, &self.id, bytes_out, self.bytes_in, &error.to_string()).await;
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let (Some(shared), Ok(runtime)) = (self.shared.take(), tokio::runtime::Handle::try_current()) else {
            return;
        };
        let (id, bytes_out, bytes_in) = (std::mem::take(&mut self.id), self.bytes_out, self.bytes_in);
        let tracked = shared.clone();
        tracked.finishing.spawn_on(
            async move { finish(&shared, &id, bytes_out, bytes_in, store::SENT).await },
            &runtime,
        );
    }
}

async fn finish(shared: &Shared, id: &str, bytes_out: usize, bytes_in: usize, outcome: &str) {
    let at = shared.clock.now_ms();
    if let Err(error) = store::finish(&shared.db, id, at, bytes_out, bytes_in, outcome).await {
        // The intent stays and counts its bytes as sent: the log may say too much, never too little.
        tracing::error!(%error, "a row of the egress log stays incomplete");
    }
}
