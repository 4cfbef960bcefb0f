//! The audit trail: one row per access and change, chained by hash, in the transaction of what it records.
//!
//! If the row cannot be written, what it records does not happen. Rows hold ids, never text. [`Trail`] signs the head of the
//! chain now and then and carries a second copy out of an administrator's reach.

pub mod check;
mod checkpoint;
mod deliver;
pub mod export;
mod keys;
mod portions;
pub mod search;
pub mod settings;
mod sink;
mod store;
mod trail;
pub mod verify;

use std::time::Duration;

use audit_chain::{Entry, Head};

use crate::db::{Db, Tx};

pub use sink::allowed_origin;
pub use trail::{SinkState, Trail};

/// Who waits for the trail is told within a second that it cannot be written.
const PATIENCE: Duration = Duration::from_millis(800);

/// The outcome of what is written before something reaches outside; its end gets a row of its own.
pub const INTENT: &str = "intent";

/// The trail cannot be written, so what was to be recorded must not happen. Travels as an `sqlx::Error`, like every other
/// reason why a transaction failed, and becomes a 503 at the edge.
#[derive(Debug, thiserror::Error)]
#[error("the audit trail cannot be written: {0}")]
pub struct Unavailable(String);

impl Unavailable {
    fn because(reason: impl Into<String>) -> sqlx::Error {
        sqlx::Error::Configuration(Box::new(Self(reason.into())))
    }

    /// Whether this is why a transaction failed.
    pub fn is(error: &sqlx::Error) -> bool {
        matches!(error, sqlx::Error::Configuration(inner) if inner.is::<Self>())
    }
}

/// What happened, before it has a place in the chain.
pub struct Event<'a> {
    actor: &'a str,
    action: &'static str,
    resource_type: &'static str,
    resource_id: &'a str,
    outcome: &'static str,
    detail: serde_json::Value,
}

impl<'a> Event<'a> {
    pub fn new(actor: &'a str, action: &'static str, resource_type: &'static str, resource_id: &'a str) -> Self {
        Self {
            actor,
            action,
            resource_type,
            resource_id,
            outcome: "done",
            detail: serde_json::Value::Object(serde_json::Map::new()),
        }
    }

    pub fn outcome(mut self, outcome: &'static str) -> Self {
        self.outcome = outcome;
        self
    }

    /// Counts, ids and classes; never text. A name that might hold a patient's goes through [`Trail::keyed`].
    pub fn detail(mut self, detail: serde_json::Value) -> Self {
        self.detail = detail;
        self
    }
}

/// Starts a transaction that writes, as [`crate::db::begin`], for what must answer at once when the trail is not there.
///
/// # Errors
/// [`Unavailable`] after [`PATIENCE`].
pub async fn begin(db: &Db) -> Result<Tx, sqlx::Error> {
    within(crate::db::begin(db)).await
}

/// Appends an event to the chain within `tx`, which must have been opened by [`crate::db::begin`] or [`begin`].
///
/// # Errors
/// [`Unavailable`]; the caller must then not do what it wanted to record.
pub async fn record(tx: &mut Tx, now: i64, event: &Event<'_>) -> Result<(), sqlx::Error> {
    within(append(tx, now, event)).await.map(|_| ())
}

/// As [`record`], in a transaction of its own.
///
/// # Errors
/// As [`record`].
pub async fn record_alone(db: &Db, now: i64, event: &Event<'_>) -> Result<(), sqlx::Error> {
    let mut tx = crate::db::begin(db).await?;
    record(&mut tx, now, event).await?;
    tx.commit().await
}

/// Says within a second whether an event could be recorded now, before long work begins; leaves none.
///
/// # Errors
/// [`Unavailable`].
pub async fn probe(db: &Db, now: i64, event: &Event<'_>) -> Result<(), sqlx::Error> {
    let mut tx = begin(db).await?;
    record(&mut tx, now, event).await?;
    within(tx.rollback()).await
}

/// Returns the new head.
async fn append(tx: &mut Tx, now: i64, event: &Event<'_>) -> Result<Head, sqlx::Error> {
    if store::refuses(tx).await? {
        return Err(Unavailable::because(
            "the second sink cannot be reached, and is required",
        ));
    }
    let head = store::head(tx).await?;
    let entry = Entry {
        sequence: head.sequence + 1,
        at_ms: now,
        actor: event.actor.to_owned(),
        action: event.action.to_owned(),
        resource_type: event.resource_type.to_owned(),
        resource_id: event.resource_id.to_owned(),
        outcome: event.outcome.to_owned(),
        detail_json: event.detail.to_string(),
    };
    let hash = audit_chain::hash(&head.hash, &entry);
    store::insert(tx, &entry, &hex::encode(head.hash), &hex::encode(hash)).await?;
    Ok(Head {
        sequence: entry.sequence,
        hash,
    })
}

async fn within<T>(doing: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    match tokio::time::timeout(PATIENCE, doing).await {
        Ok(Err(error)) if !Unavailable::is(&error) => Err(Unavailable::because(error.to_string())),
        Ok(done) => done,
        Err(_) => Err(Unavailable::because("the database is busy")),
    }
}
