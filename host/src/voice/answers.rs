//! Puts a question to the chat, as if it had been typed, and follows its answer.

use std::sync::Arc;

use api_types::{AnswerEvent, AskRequest};
use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;
use voice_turn::Stamp;

use super::input::{Input, Worked};
use super::store;
use crate::app::App;
use crate::chat::ask::{self, Begun};
use crate::chat::{create, events, stop};
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;

/// Who asks, and where.
#[derive(Clone)]
pub struct Asking {
    pub app: Arc<App>,
    pub session: String,
    /// None until the first question begins a conversation.
    pub conversation: Arc<Mutex<Option<String>>>,
    pub documents: Vec<String>,
    pub tell: mpsc::Sender<Input>,
}

/// Asks in a task of its own. When `cancel` is set the answer is stopped, also one whose row is only being made.
pub fn put(with: Asking, caller: Caller, answer: Stamp, text: String, cancel: CancellationToken) {
    tokio::spawn(async move {
        let begun = begin(&with, &caller, answer, text).await;
        let following = begun
            .as_ref()
            .ok()
            .map(|begun| (begun.conversation.clone(), begun.message.clone()));
        if with
            .tell
            .send(Input::Worked(Worked::Begun { answer, begun }))
            .await
            .is_err()
        {
            return;
        }
        let Some((conversation, message)) = following else {
            return;
        };
        let followed = cancel.run_until_cancelled(follow(&with, answer, &message)).await;
        if followed.is_none()
            && let Err(problem) = stop::stop(&with.app, &caller, &conversation, &message).await
        {
            tracing::error!(status = %problem.status(), "an answer that nobody waits for could not be stopped");
        }
    });
}

async fn begin(with: &Asking, caller: &Caller, answer: Stamp, text: String) -> Result<Begun, Problem> {
    with.app
        .limits
        .operation(policy::Reason::Ask, Some(caller.id()), None)?;
    let conversation = {
        // Held while it is made: two questions in a row go into one conversation.
        let mut known = with.conversation.lock().await;
        match known.as_ref() {
            Some(id) => id.clone(),
            None => {
                let id = create::create(&with.app, caller).await?.id;
                store::set_conversation(&with.app.db, &with.session, &id).await?;
                known.insert(id).clone()
            }
        }
    };
    let request = AskRequest {
        client_message_id: format!("voice-{}-{}", with.session, answer.generation),
        text,
        documents: with.documents.clone(),
        calculation: None,
    };
    ask::begin(&with.app, caller, conversation, request).await
}

/// Passes on the answer's events until the last one.
async fn follow(with: &Asking, answer: Stamp, message: &str) {
    let mut after = 0;
    loop {
        let told = match events::next(&with.app, message, after).await {
            Ok(found) if !found.is_empty() => {
                after = found.last().map_or(after, |(id, _)| *id);
                let events: Vec<AnswerEvent> = found.into_iter().map(|(_, event)| event).collect();
                Worked::Answer { answer, events }
            }
            Ok(_) | Err(_) => Worked::Lost { answer },
        };
        let last = match &told {
            Worked::Answer { events, .. } => events
                .iter()
                .any(|event| matches!(event, AnswerEvent::Done { .. } | AnswerEvent::Error { .. })),
            _ => true,
        };
        if with.tell.send(Input::Worked(told)).await.is_err() || last {
            return;
        }
    }
}
