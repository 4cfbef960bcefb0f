//! SQL of the events of an answer: a reader who comes back reads on from the last one seen.

use api_types::AnswerEvent;
use sqlx::Row;

use super::{decode, encode};
use crate::db::Db;
use crate::vault::{Place, Vault};

/// An event as it is stored: its row is named by message and number.
pub(super) fn sealed(vault: &Vault, message: &str, sequence: i64, event: &AnswerEvent) -> Result<String, sqlx::Error> {
    let row = format!("{message}/{sequence}");
    Ok(vault.seal(at(&row), &encode(event)?)?)
}

fn at(row: &str) -> Place<'_> {
    Place::new("answer_events", "event", row)
}

pub async fn append(
    db: &Db,
    vault: &Vault,
    message: &str,
    sequence: i64,
    event: &AnswerEvent,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO answer_events (message_id, sequence, event) VALUES ($1, $2, $3)")
        .bind(message)
        .bind(sequence)
        .bind(sealed(vault, message, sequence, event)?)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn after(db: &Db, vault: &Vault, message: &str, after: i64) -> Result<Vec<(i64, AnswerEvent)>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT sequence, event FROM answer_events WHERE message_id = $1 AND sequence > $2 ORDER BY sequence",
    )
    .bind(message)
    .bind(after)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            let sequence: i64 = row.try_get("sequence")?;
            let place = format!("{message}/{sequence}");
            Ok((sequence, decode(&vault.open(at(&place), row.try_get("event")?)?)?))
        })
        .collect()
}
