//! The messages of someone else's conversation, for an administrator whose reason is recorded already.

use api_types::RevealedMessage;

use super::store;
use crate::app::App;

/// Oldest first: what was asked and the sentences of the answer, without the passages that they cite.
///
/// # Errors
/// Of the database.
pub async fn messages(app: &App, conversation: &str) -> Result<Vec<RevealedMessage>, sqlx::Error> {
    let messages = store::messages(&app.db, &app.vault, conversation).await?;
    let revealed = messages.into_iter().map(|message| RevealedMessage {
        asked_at: message.asked_at,
        question: message.question,
        status: message.status,
        answer: message
            .answer
            .map(|answer| answer.sentences.into_iter().map(|sentence| sentence.text).collect())
            .unwrap_or_default(),
    });
    Ok(revealed.collect())
}
