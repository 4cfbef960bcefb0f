use serde::{Deserialize, Serialize};

/// One row of the audit trail: ids, counts and classes, never text.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditRecord {
    pub sequence: i64,
    pub at: i64,
    /// A user's id, or the part of the system that acted by itself.
    pub actor: String,
    /// The user's name by now; none of the system, or of a user who is gone.
    pub actor_name: Option<String>,
    pub action: String,
    pub resource_type: String,
    pub resource_id: String,
    /// `intent` is written before something reaches outside; its end has a row of its own.
    pub outcome: String,
    /// A JSON object.
    pub detail: String,
    pub hash: String,
}

/// How the trail is secured now.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditState {
    pub entries: i64,
    /// As `verify-audit --head` takes it.
    pub head: String,
    pub public_key: String,
    /// The signing key lies in the data folder: who can change the trail there can sign it too.
    pub key_beside_data: bool,
    pub checkpoints: i64,
    /// The last entry that a signed checkpoint covers, 0 without one.
    pub signed: i64,
    pub signed_at: Option<i64>,
    /// Where the second copy goes.
    pub sink: Option<String>,
    pub sink_required: bool,
    /// The last entry in the second copy.
    pub sink_entries: i64,
    /// Why the second copy stands still.
    pub sink_problem: Option<String>,
}

/// A page of the trail, newest first.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditPage {
    pub records: Vec<AuditRecord>,
    /// All that the search finds.
    pub total: i64,
    /// `before` of the next page, if there is one.
    pub older: Option<i64>,
    pub state: AuditState,
}

/// Whether the trail holds: by itself, against its signed checkpoints, and against the second copy where it is a file.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditVerdict {
    pub holds: bool,
    /// Of a trail that holds.
    pub entries: i64,
    pub head: Option<String>,
    pub signed: i64,
    /// The last entry of the second copy that was compared.
    pub copied: Option<i64>,
    /// The first entry that does not hold.
    pub bad_entry: Option<i64>,
    pub reason: Option<String>,
    pub milliseconds: i64,
}
