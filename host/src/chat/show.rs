//! One conversation with its questions and answers.

use std::sync::Arc;

use api_types::{Conversation, ConversationInfo, Message};
use axum::extract::State;

use super::{permission, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::clinical::context::store::{Looked, looks};
use crate::edge::caller::Caller;
use crate::edge::problem::{Path, Problem};
use crate::guidelines;
use crate::models::Stage;

/// Begins what a voice session calls its messages.
const BY_VOICE: &str = "voice-";

#[utoipa::path(get, path = "/api/v1/conversations/{id}",
    responses((status = 200, body = Conversation), (status = 404, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<axum::Json<Conversation>, Problem> {
    let info = owned(&app, &caller, &id).await?;
    let event = Event::new(caller.id(), "conversation.opened", "conversation", &id);
    audit::record_alone(&app.db, app.clock.now_ms(), &event).await?;
    let mut messages = store::messages(&app.db, &app.vault, &id).await?;
    renew_receipts(&app, &mut messages).await?;
    permission::withhold(&app, &caller, &mut messages).await?;
    guidelines::flag::mark(&app, &mut messages).await?;
    let accesses = looks(&app.db, &app.vault, &id, Looked::Messages).await?;
    Ok(axum::Json(Conversation {
        info,
        messages,
        accesses,
    }))
}

/// What left to speak an answer is known only after it was written.
async fn renew_receipts(app: &App, messages: &mut [Message]) -> Result<(), sqlx::Error> {
    let spoken = messages
        .iter_mut()
        .filter(|message| message.client_message_id.starts_with(BY_VOICE));
    for message in spoken {
        let Some(answer) = &mut message.answer else { continue };
        let purposes = [Stage::Hearing, Stage::Speaking].map(Stage::purpose);
        if let Some(receipt) = app.egress.receipt_with(&message.id, purposes).await? {
            answer.metadata.receipt = receipt;
        }
    }
    Ok(())
}

/// # Errors
/// 404 when it does not exist or is not the caller's.
pub async fn owned(app: &App, caller: &Caller, id: &str) -> Result<ConversationInfo, Problem> {
    store::conversation_of(&app.db, &app.vault, caller.id(), id)
        .await?
        .ok_or_else(Problem::not_found)
}
