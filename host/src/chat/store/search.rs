//! Finding a conversation. Titles and questions are sealed, so they are opened and compared here, for one user.

use api_types::ConversationInfo;
use sqlx::Row;

use super::{at, conversation};
use crate::db::Db;
use crate::vault::Vault;

/// Most conversations in a list.
const LISTED: usize = 500;
/// A search reads so many at a time, because titles and questions are sealed and are compared here …
const TOGETHER: i64 = 100;
/// … and at most so many of one user's, the newest: some 100 ms.
const SEARCHED: i64 = 5_000;

/// Conversations whose title or questions hold `search`, newest first.
pub async fn conversations(
    db: &Db,
    vault: &Vault,
    user: &str,
    search: &str,
) -> Result<Vec<ConversationInfo>, sqlx::Error> {
    let wanted = search.to_lowercase();
    let mut found = Vec::new();
    for skip in (0..SEARCHED).step_by(TOGETHER as usize) {
        let rows = sqlx::query(
            "SELECT id, title, created_at, updated_at FROM conversations WHERE user_id = $1 AND deleted_at IS NULL \
             ORDER BY updated_at DESC, id LIMIT $2 OFFSET $3",
        )
        .bind(user)
        .bind(TOGETHER)
        .bind(skip)
        .fetch_all(db)
        .await?;
        for row in &rows {
            let conversation = conversation(vault, row)?;
            let named = wanted.is_empty() || conversation.title.to_lowercase().contains(&wanted);
            if named || asks(db, vault, &conversation.id, &wanted).await? {
                found.push(conversation);
            }
            if found.len() == LISTED {
                return Ok(found);
            }
        }
        if (rows.len() as i64) < TOGETHER {
            break;
        }
    }
    Ok(found)
}

/// Whether a question of the conversation holds `wanted`, which is in small letters.
async fn asks(db: &Db, vault: &Vault, conversation: &str, wanted: &str) -> Result<bool, sqlx::Error> {
    let rows = sqlx::query("SELECT id, question FROM messages WHERE conversation_id = $1")
        .bind(conversation)
        .fetch_all(db)
        .await?;
    for row in &rows {
        let question = vault.open(at("question", row.try_get("id")?), row.try_get("question")?)?;
        if question.to_lowercase().contains(wanted) {
            return Ok(true);
        }
    }
    Ok(false)
}
