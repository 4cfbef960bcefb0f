use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ArgumentValue, Calculation, ContextAccess, ProblemBody};

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConversationInfo {
    pub id: String,
    pub title: String,
    pub created_at: i64,
    pub updated_at: i64,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConversationList {
    pub conversations: Vec<ConversationInfo>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    #[serde(flatten)]
    pub info: ConversationInfo,
    /// Oldest first.
    pub messages: Vec<Message>,
    /// Looks that administrators took at its messages, newest first.
    #[serde(default)]
    pub accesses: Vec<ContextAccess>,
}

/// 1 to 200 characters.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RenameConversation {
    /// 1 to 200 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub title: String,
}

/// One question with its answer.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Of the question; the events of its answer are read under this id.
    pub id: String,
    pub client_message_id: String,
    pub question: String,
    pub asked_at: i64,
    pub status: AnswerStatus,
    pub answer: Option<Answer>,
    pub error: Option<ProblemBody>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerStatus {
    Running,
    Done,
    Stopped,
    Failed,
}

/// A question. Sending the same `client_message_id` again returns the same answer, never a second one.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AskRequest {
    /// Chosen by the client, unique within the conversation: 1 to 64 letters, digits, `-` and `_`. It is not encrypted.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
    pub client_message_id: String,
    /// 1 to 4,000 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 4000))]
    pub text: String,
    /// Restricts the search to these documents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<String>,
    /// Runs this calculator with corrected inputs instead of reading them from `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calculation: Option<CalculationRequest>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalculationRequest {
    pub calculator: String,
    pub arguments: BTreeMap<String, ArgumentValue>,
}

/// One server-sent event of an answer. The event's SSE id is its sequence number, counting from 1.
///
/// `sentence` carries only text that has passed the support check. `done` and `error` end the stream.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AnswerEvent {
    State {
        message_id: String,
        stage: Stage,
    },
    Citation(Citation),
    Sentence(Sentence),
    Metadata(AnswerMetadata),
    /// The whole answer, replacing what was shown so far.
    Done {
        status: AnswerStatus,
        answer: Box<Answer>,
    },
    Error {
        problem: ProblemBody,
    },
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Screening,
    Searching,
    Checking,
    Writing,
    Calculating,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    Answered,
    NotFound,
    Clarification,
    Calculation,
    /// Not answered for a stated reason, such as an exception that could not be kept with its rule.
    Refused,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub kind: AnswerKind,
    pub sentences: Vec<Sentence>,
    pub citations: Vec<Citation>,
    pub not_found: Option<NotFound>,
    pub clarification: Option<Clarification>,
    pub calculation: Option<Calculation>,
    /// Sources that disagree, each with its date.
    pub conflicts: Vec<Conflict>,
    /// Sentences held back because no passage supports them.
    pub withheld: u32,
    /// Things the reader should know, such as files still being indexed.
    pub notices: Vec<String>,
    /// Set when any source carries one.
    pub watermark: Option<String>,
    pub metadata: AnswerMetadata,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SentenceKind {
    /// Something to do; actions come first.
    Action,
    Statement,
    /// An exception, dose limit or contraindication that stands beside a used span.
    Caveat,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sentence {
    /// Counts from 1 in the order of the answer.
    pub ordinal: u32,
    pub text: String,
    pub kind: SentenceKind,
    /// Heading under which it is shown; consecutive sentences share it.
    pub group: Option<String>,
    /// Numbers of `Citation`s; never empty.
    pub citations: Vec<u32>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Citation {
    /// Shown on the chip; counts from 1 within the answer.
    pub number: u32,
    pub passage_id: String,
    pub document_id: String,
    pub document_title: String,
    pub heading: Option<String>,
    pub page: u32,
    /// The format has page geometry, so `page` means something to a reader.
    pub has_pages: bool,
    /// Verbatim from the passage.
    pub quote: String,
    /// Byte range of `quote` in the passage's text.
    pub quote_start: u32,
    pub quote_end: u32,
    pub source_date: Option<String>,
    pub source_owner: Option<String>,
    pub watermark: Option<String>,
    /// Address below Nextcloud's own that the reader's browser must be able to read before this citation and the
    /// sentences citing it are shown: the rules of File Access Control on addresses and browsers apply there only.
    #[serde(default)]
    pub browser_check: Option<String>,
    /// Set when the source has changed since the answer was written.
    #[serde(default)]
    pub superseded: Option<Superseded>,
}

/// A newer version of a cited source.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Superseded {
    pub at: i64,
    /// The newer version still says the quoted words.
    pub quote_kept: bool,
}

/// An honest no: what was searched, what came nearest, what to try.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotFound {
    pub searched_documents: i64,
    pub searched_passages: i64,
    /// The words the search looked for.
    pub searched_for: Vec<String>,
    /// At most three.
    pub nearest: Vec<Citation>,
    pub suggestions: Vec<String>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clarification {
    pub question: String,
    pub options: Vec<ClarificationOption>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClarificationOption {
    pub label: String,
    /// The whole question to ask when it is chosen.
    pub question: String,
    /// Number of the citation whose heading it is; none for a meaning of general knowledge.
    #[serde(default)]
    pub citation: Option<u32>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// What they disagree on.
    pub topic: String,
    pub sides: Vec<ConflictSide>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConflictSide {
    pub statement: String,
    pub citation: u32,
    pub document_title: String,
    pub source_date: Option<String>,
}

/// How an answer came about.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnswerMetadata {
    pub model: String,
    pub provider: String,
    /// Such as "this server".
    pub ran_at: String,
    pub selection_reason: String,
    /// 0 to 1.
    pub selection_confidence: f32,
    /// 0 to 1: how well the best passages match the question.
    pub retrieval_confidence: f32,
    pub reasoning_path: Vec<ReasoningStep>,
    pub receipt: Receipt,
    pub total_ms: i64,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReasoningStep {
    pub name: String,
    pub detail: String,
    pub ms: i64,
}

/// What left the building for this answer, taken from the egress log.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// "nothing", or what went where.
    pub left_the_building: String,
    pub requests: Vec<EgressRecord>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EgressRecord {
    pub id: String,
    pub at: i64,
    /// `model`, `plugin:pubmed` and the like.
    pub purpose: String,
    /// Scheme, host and port; never path or query.
    pub destination: String,
    /// Of the body.
    pub bytes_out: i64,
    /// Of path and query.
    pub target_bytes: i64,
    pub bytes_in: i64,
    /// `public`, `internal` or `phi`: the highest class of anything in it.
    pub class: String,
    pub remote: bool,
    /// `sent`, `refused: …` or `failed: …`.
    pub outcome: String,
    /// SHA-256 of the body in hex; none of what is no HTTP.
    pub body_sha256: Option<String>,
    /// Identifiers that placeholders stood for.
    pub replaced: i64,
    /// The agreement under which patient information left.
    pub agreement: Option<String>,
    /// The answer that it was sent for.
    #[serde(default)]
    pub answer_id: Option<String>,
}
