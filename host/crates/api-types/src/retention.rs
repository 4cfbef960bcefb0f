use serde::{Deserialize, Serialize};

/// What is kept for a time of its own. The audit trail is none of them: it is kept for ever.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetentionClass {
    /// With all questions and answers, from the last question on.
    Conversations,
    /// What is noted of a patient, from its last change on.
    ClinicalContexts,
    /// Uploaded files with all that was read of them, from the last upload on.
    Documents,
    /// What left the building or was refused.
    EgressLog,
    /// What administrators see happen.
    LiveEvents,
    PluginCalls,
    /// From their end on.
    Sessions,
    /// When somebody talked and how long each step took; nothing that was said.
    VoiceSessions,
    /// Everything of a user whom Nextcloud does not know any more.
    DepartedUsers,
}

/// What the last run did for a class.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionRun {
    pub started_at: i64,
    /// None while it runs.
    pub finished_at: Option<i64>,
    pub removed: i64,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionRule {
    pub class: RetentionClass,
    /// None keeps for ever.
    pub days: Option<i64>,
    /// What counts until someone decides otherwise.
    pub default_days: Option<i64>,
    /// Fewer days are refused.
    pub least_days: i64,
    /// How many there are.
    pub records: i64,
    /// How many of them go at the next run.
    pub due: i64,
    /// How many would go if no legal hold stood in the way.
    pub held: i64,
    pub last_run: Option<RetentionRun>,
}

/// The erasure of one user.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    pub user_id: String,
    /// Name of who ordered it; the id where there is no name.
    pub ordered_by: String,
    pub ordered_at: i64,
    /// None while it is not done.
    pub finished_at: Option<i64>,
    /// A legal hold stands in the way.
    pub held: bool,
    pub conversations: i64,
    pub documents: i64,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionState {
    pub rules: Vec<RetentionRule>,
    pub next_run_at: Option<i64>,
    /// Entries of the audit trail, all of which stay.
    pub audit_entries: i64,
    /// Newest first, at most 100.
    pub erasures: Vec<Erasure>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetRetention {
    /// None keeps for ever.
    pub days: Option<i64>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldKind {
    /// Everything of one user.
    User,
    Conversation,
}

/// A legal hold: what it is on is neither removed by a rule nor deleted nor erased.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    pub id: String,
    pub kind: HoldKind,
    /// Id of the user or of the conversation.
    pub subject_id: String,
    /// Whose data it is.
    pub user_id: String,
    pub user_name: String,
    pub reason: String,
    pub placed_by: String,
    pub placed_at: i64,
    pub lifted_by: Option<String>,
    pub lifted_at: Option<i64>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldList {
    /// Those that hold first, then the newest; at most 500.
    pub holds: Vec<Hold>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceHold {
    pub kind: HoldKind,
    /// Id of the user or of the conversation.
    pub subject_id: String,
    /// 10 to 500 characters, for administrators only.
    #[cfg_attr(feature = "openapi", schema(min_length = 10, max_length = 500))]
    pub reason: String,
}

/// Why an administrator takes a user's data out.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportRequest {
    /// 10 to 500 characters. The user is told.
    #[cfg_attr(feature = "openapi", schema(min_length = 10, max_length = 500))]
    pub reason: String,
}

/// Confirms an erasure, which cannot be undone.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseRequest {
    /// The name of the user who is erased, as it is shown.
    pub name: String,
}
