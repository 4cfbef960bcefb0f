//! The messages of a conversation, opened.

use api_types::Message;

use super::{MESSAGE, message};
use crate::db::Db;
use crate::vault::Vault;

/// Oldest first.
pub async fn messages(db: &Db, vault: &Vault, conversation: &str) -> Result<Vec<Message>, sqlx::Error> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{MESSAGE} WHERE conversation_id = $1 ORDER BY asked_at, id"
    )))
    .bind(conversation)
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| message(vault, row)).collect()
}

/// The last `most` messages before one of a conversation, oldest first.
pub async fn messages_before(
    db: &Db,
    vault: &Vault,
    (conversation, id): (&str, &str),
    most: i64,
) -> Result<Vec<Message>, sqlx::Error> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{MESSAGE} WHERE conversation_id = $1 AND (asked_at, id) < (SELECT asked_at, id FROM messages WHERE id = $2) \
         ORDER BY asked_at DESC, id DESC LIMIT $3"
    )))
    .bind(conversation)
    .bind(id)
    .bind(most)
    .fetch_all(db)
    .await?;
    rows.iter().rev().map(|row| message(vault, row)).collect()
}
