//! The audit trail: one row per access and change, chained by hash, in the transaction of what it records.
//!
//! If the row cannot be written, what it records does not happen. Rows hold ids, never text.

mod store;
pub mod verify;

use audit_chain::{Entry, GENESIS, Hash};

use crate::db::{Db, Tx};

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

    /// Counts, ids and classes; never text.
    pub fn detail(mut self, detail: serde_json::Value) -> Self {
        self.detail = detail;
        self
    }
}

/// Appends an event to the chain within `tx`, which must have been opened by [`crate::db::begin`].
///
/// # Errors
/// Of the database; the caller must then not do what it wanted to record.
pub async fn record(tx: &mut Tx, now: i64, event: &Event<'_>) -> Result<(), sqlx::Error> {
    let (sequence, previous) = match store::last(tx).await? {
        None => (1, GENESIS),
        Some((sequence, hash)) => (sequence + 1, from_hex(&hash)?),
    };
    let entry = Entry {
        sequence,
        at_ms: now,
        actor: event.actor.to_owned(),
        action: event.action.to_owned(),
        resource_type: event.resource_type.to_owned(),
        resource_id: event.resource_id.to_owned(),
        outcome: event.outcome.to_owned(),
        detail_json: event.detail.to_string(),
    };
    let hash = audit_chain::hash(&previous, &entry);
    store::insert(tx, &entry, &hex::encode(previous), &hex::encode(hash)).await
}

/// As [`record`], in a transaction of its own.
///
/// # Errors
/// Of the database.
pub async fn record_alone(db: &Db, now: i64, event: &Event<'_>) -> Result<(), sqlx::Error> {
    let mut tx = crate::db::begin(db).await?;
    record(&mut tx, now, event).await?;
    tx.commit().await
}

fn from_hex(text: &str) -> Result<Hash, sqlx::Error> {
    let mut hash = Hash::default();
    hex::decode_to_slice(text, &mut hash).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    Ok(hash)
}
