//! The life of a row of the egress log: written before sending, completed when the response ends, breaks or is dropped.
//!
//! One task writes them all. What waits at the same time is committed together: a question asks Nextcloud eight times,
//! and a flush to disk for each row would take longer than the requests.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot};

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
    writer: mpsc::UnboundedSender<Line>,
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
    /// Path and query as they go out.
    pub(super) target: &'a str,
    pub(super) replaced: usize,
    pub(super) agreement: Option<&'a str>,
}

/// A new row.
pub(super) struct Intent {
    pub(super) id: String,
    pub(super) at: i64,
    pub(super) purpose: String,
    pub(super) destination: String,
    pub(super) remote: bool,
    pub(super) bytes_out: usize,
    pub(super) class: Class,
    pub(super) answer_id: Option<String>,
    pub(super) body_sha256: Option<String>,
    pub(super) target_bytes: usize,
    pub(super) target_sha256: Option<String>,
    pub(super) replaced: usize,
    pub(super) agreement: Option<String>,
    pub(super) outcome: String,
}

/// The end of a row.
pub(super) struct Completion {
    pub(super) id: String,
    pub(super) at: i64,
    pub(super) bytes_out: usize,
    pub(super) bytes_in: usize,
    /// It reached the other side, or may have.
    pub(super) left: bool,
    pub(super) outcome: String,
}

pub(super) enum Line {
    /// Answered once it is on disk.
    Begin(Intent, oneshot::Sender<bool>),
    End(Completion),
    /// These rows were for this answer, which was not known when they began.
    Belong {
        rows: Vec<String>,
        answer: String,
    },
    /// Answered once everything before it was written.
    Settle(oneshot::Sender<bool>),
}

impl Log {
    pub(super) fn new(db: Db, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        let (writer, lines) = mpsc::unbounded_channel();
        tokio::spawn(write(db.clone(), lines));
        Self {
            shared: Arc::new(Shared {
                db,
                clock,
                random,
                writer,
            }),
        }
    }

    pub(super) fn db(&self) -> &Db {
        &self.shared.db
    }

    /// Writes the intent. Without it nothing may be sent.
    pub(super) async fn open(&self, entry: Entry<'_>) -> Result<Ticket, EgressError> {
        let bytes_out = entry.bytes_out;
        let id = self.begin(entry, store::SENDING).await?;
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
        let nothing = Entry {
            bytes_out: 0,
            target: "",
            ..entry
        };
        match self.begin(nothing, &outcome).await {
            Ok(_) => error,
            Err(unavailable) => unavailable,
        }
    }

    async fn begin(&self, entry: Entry<'_>, outcome: &str) -> Result<String, EgressError> {
        let id = new_id(self.shared.random.as_ref());
        let intent = Intent {
            id: id.clone(),
            at: self.shared.clock.now_ms(),
            purpose: entry.purpose.to_owned(),
            destination: entry.destination,
            remote: entry.remote,
            bytes_out: entry.bytes_out,
            class: entry.class,
            answer_id: entry.answer_id.map(str::to_owned),
            body_sha256: entry.body_sha256,
            target_bytes: entry.target.len(),
            target_sha256: (!entry.target.is_empty()).then(|| hex::encode(Sha256::digest(entry.target))),
            replaced: entry.replaced,
            agreement: entry.agreement.map(str::to_owned),
            outcome: outcome.to_owned(),
        };
        let (written, answer) = oneshot::channel();
        let sent = self.shared.writer.send(Line::Begin(intent, written));
        match (sent, answer.await) {
            (Ok(()), Ok(true)) => Ok(id),
            _ => Err(EgressError::LogUnavailable),
        }
    }

    /// Rows that belong to no answer yet were for this one. A receipt that is made from now on has them.
    pub(super) fn belong(&self, rows: Vec<String>, answer: String) {
        if self.shared.writer.send(Line::Belong { rows, answer }).is_err() {
            tracing::error!("rows of the egress log stay without their answer");
        }
    }

    /// Waits until what has ended so far is written.
    pub(super) async fn settled(&self) {
        let (written, answer) = oneshot::channel();
        if self.shared.writer.send(Line::Settle(written)).is_ok() {
            let _ = answer.await;
        }
    }
}

/// Writes until the log is dropped: first everything that waits, then the answers.
async fn write(db: Db, mut lines: mpsc::UnboundedReceiver<Line>) {
    let mut batch = Vec::new();
    while lines.recv_many(&mut batch, 256).await > 0 {
        let done = match store::write(&db, &batch).await {
            Ok(()) => true,
            Err(error) => {
                // Intents stay unwritten and nothing is sent; rows that began count their bytes as sent. The log may
                // say too much, never too little.
                tracing::error!(%error, "the egress log cannot be written");
                false
            }
        };
        for line in batch.drain(..) {
            if let Line::Begin(_, waiting) | Line::Settle(waiting) = line {
                let _ = waiting.send(done);
            }
        }
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
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn sent(mut self) {
        self.end(store::SENT.to_owned(), true);
    }

    pub(super) fn failed(mut self, error: &EgressError) {
        self.end(error.to_string(), !error.nothing_left());
    }

    fn end(&mut self, outcome: String, left: bool) {
        let Some(shared) = self.shared.take() else { return };
        let completion = Completion {
            id: std::mem::take(&mut self.id),
            at: shared.clock.now_ms(),
            bytes_out: if left { self.bytes_out } else { 0 },
            bytes_in: self.bytes_in,
            left,
            outcome,
        };
        if shared.writer.send(Line::End(completion)).is_err() {
            tracing::error!("a row of the egress log stays incomplete");
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.end(store::SENT.to_owned(), true);
    }
}
