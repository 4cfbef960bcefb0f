use serde::{Deserialize, Serialize};

use crate::AnswerStatus;

/// How far a conversation is, by its newest question.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversationState {
    /// Nothing was asked yet.
    Empty,
    Running,
    Done,
    Stopped,
    Failed,
}

/// A conversation as administrators see it: neither its title nor any of its text.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationRow {
    pub id: String,
    pub user_id: String,
    pub user_name: String,
    pub created_at: i64,
    pub updated_at: i64,
    /// Questions, each with its answer.
    pub messages: i64,
    /// Of the newest answer.
    pub model: Option<String>,
    /// The highest class of its questions: `none`, `possible` or `phi`. None where no question was classified.
    pub phi_class: Option<String>,
    pub state: ConversationState,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationPage {
    pub conversations: Vec<ConversationRow>,
    /// All that the search finds.
    pub total: i64,
    /// For the next page; none at the end.
    pub next: Option<String>,
}

/// One question with the sentences of its answer.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevealedMessage {
    pub asked_at: i64,
    pub question: String,
    pub status: AnswerStatus,
    pub answer: Vec<String>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevealedConversation {
    /// Oldest first.
    pub messages: Vec<RevealedMessage>,
    pub user_id: String,
    /// Until when it may be shown: five minutes.
    pub expires_at: i64,
}
