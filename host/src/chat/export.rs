//! Conversations as their owner takes them away, or as an administrator does for them.

use api_types::{Conversation, ConversationInfo};

use super::{permission, store};
use crate::app::App;
use crate::clinical::context::store::{Looked, looks};
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;

/// Some conversations of a user, in the order of their ids, after one of them.
///
/// # Errors
/// Of the database.
pub async fn some(
    app: &App,
    user: &str,
    after: &str,
    limit: i64,
    deleted: bool,
) -> Result<Vec<ConversationInfo>, sqlx::Error> {
    store::conversations_after(&app.db, &app.vault, user, (after, limit), deleted).await
}

/// One of them with its messages, without what comes from files that may not be shown: for its owner, those that Nextcloud
/// does not let them read now; for anyone else, all of Nextcloud's, because nobody else is asked for.
///
/// # Errors
/// Of the database.
pub async fn whole(
    app: &App,
    owner: Option<&Caller>,
    user: &str,
    info: ConversationInfo,
) -> Result<Conversation, Problem> {
    let mut messages = store::messages(&app.db, &app.vault, &info.id).await?;
    match owner {
        Some(caller) => permission::withhold(app, caller, &mut messages).await?,
        None => permission::withhold_files(app, user, &mut messages).await?,
    }
    let accesses = looks(&app.db, &app.vault, &info.id, Looked::Messages).await?;
    Ok(Conversation {
        info,
        messages,
        accesses,
    })
}
