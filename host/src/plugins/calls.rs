//! A row for every call of a plugin: which part, how long, how it ended. Never what was said.

use std::sync::Arc;
use std::time::Instant;

use sandbox::{CallError, ErrorKind};
use tokio::sync::mpsc;

use super::store::calls::{self, Call, DONE, REFUSED};
use crate::clock::{Clock, Random, new_id};
use crate::db::Db;

/// Rows that may wait to be written; of more than these the oldest calls are the ones that count.
const WAITING: usize = 4_096;
const TOGETHER: usize = 256;

/// Rows are written by a task of their own, what waits together in one commit: a calculation takes less time than a flush.
#[derive(Clone)]
pub struct CallLog {
    rows: mpsc::Sender<Call>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl CallLog {
    pub fn start(db: Db, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        let (rows, mut waiting) = mpsc::channel(WAITING);
        tokio::spawn(async move {
            let mut together = Vec::new();
            while waiting.recv_many(&mut together, TOGETHER).await > 0 {
                if let Err(error) = calls::write(&db, &together).await {
                    tracing::error!(%error, lost = together.len(), "plugin calls could not be logged");
                }
                together.clear();
            }
        });
        Self { rows, clock, random }
    }

    /// Runs `call` and notes how it went.
    pub async fn timed<T>(
        &self,
        (plugin, version, part): (&str, &str, &str),
        call: impl Future<Output = Result<T, CallError>>,
    ) -> Result<T, CallError> {
        let begun = Instant::now();
        let result = call.await;
        let row = Call {
            id: new_id(self.random.as_ref()),
            plugin: plugin.to_owned(),
            version: version.to_owned(),
            part: part.to_owned(),
            at: self.clock.now_ms(),
            micros: i64::try_from(begun.elapsed().as_micros()).unwrap_or(i64::MAX),
            outcome: result.as_ref().err().map_or(DONE, outcome),
        };
        if self.rows.try_send(row).is_err() {
            tracing::warn!(plugin, "a plugin call could not be logged: too many wait");
        }
        result
    }
}

/// How a call ended, in words that hold nothing of its input.
fn outcome(error: &CallError) -> &'static str {
    match error {
        CallError::Trap(_) => "crashed",
        CallError::Deadline => "past its deadline",
        CallError::Memory => "out of memory",
        CallError::Output(_) => "answer malformed or too large",
        CallError::World(_) => "not of its world",
        CallError::Saturated => "too many calls at once",
        CallError::Plugin(refusal) => match refusal.kind {
            ErrorKind::InvalidInput | ErrorKind::NotFound | ErrorKind::Conflict => REFUSED,
            ErrorKind::AuthRequired => "needs a credential",
            ErrorKind::Denied => "denied",
            ErrorKind::RateLimited => "rate limited",
            ErrorKind::Unavailable => "service unavailable",
            ErrorKind::Unsupported => "not supported",
            ErrorKind::Internal => "error in the plugin",
        },
    }
}
