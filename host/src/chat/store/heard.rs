//! What was heard of answers that were spoken and cut off. Sealed like the answers themselves.

use std::collections::HashMap;

use sqlx::Row;

use super::at;
use crate::db::{Db, Tx};
use crate::vault::Vault;

/// Keeps what was heard of one answer of this user, and how long it had sounded.
pub async fn keep(
    tx: &mut Tx,
    vault: &Vault,
    user: &str,
    message: &str,
    (heard, ms): (&str, i64),
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE messages SET heard = $1, heard_ms = $2 WHERE id = $3 \
         AND conversation_id IN (SELECT id FROM conversations WHERE user_id = $4)",
    )
    .bind(vault.seal(at("heard", message), heard)?)
    .bind(ms)
    .bind(message)
    .bind(user)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// By message, of those of a conversation that were cut off.
pub async fn of(db: &Db, vault: &Vault, conversation: &str) -> Result<HashMap<String, String>, sqlx::Error> {
    let rows = sqlx::query("SELECT id, heard FROM messages WHERE conversation_id = $1 AND heard IS NOT NULL")
        .bind(conversation)
        .fetch_all(db)
        .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            let heard = vault.open(at("heard", &id), row.try_get("heard")?)?;
            Ok((id, heard))
        })
        .collect()
}
