use serde::{Deserialize, Serialize};

use crate::EgressRecord;

/// What left for one destination and purpose in one class, added up over everything that a search finds.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EgressTotal {
    pub destination: String,
    pub remote: bool,
    pub purpose: String,
    pub class: String,
    pub requests: i64,
    /// Of these, stopped at the gate.
    pub refused: i64,
    /// Body, path and query.
    pub bytes_out: i64,
    pub bytes_in: i64,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EgressPage {
    /// Newest first.
    pub records: Vec<EgressRecord>,
    /// All that the search finds.
    pub total: i64,
    /// For the next page; none at the end.
    pub next: Option<String>,
    /// The largest first, at most 100.
    pub totals: Vec<EgressTotal>,
}

/// Why a destination may be contacted.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EgressWhy {
    /// Writes answers.
    Model,
    /// A plugin was granted it.
    Plugin,
    Nextcloud,
    /// Says who signs in.
    Issuer,
    /// Tells the hosts of one database to look what is new.
    Redis,
    Database,
    /// The second copy of the audit trail.
    Audit,
    /// Configured, for a purpose that is not known here.
    Other,
}

/// The most sensitive that may go to a destination.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EgressAllows {
    /// Published texts and questions that name nobody.
    Public,
    /// Also a lone date or place of the organisation's own.
    Internal,
    /// Placeholders in place of identifiers.
    Redacted,
    /// Patient information.
    Phi,
}

/// A place that this host may contact now.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EgressDestination {
    /// Scheme, host and port.
    pub destination: String,
    pub why: EgressWhy,
    /// Of the model or the plugin.
    pub name: Option<String>,
    /// The operator says that it is in the building. Believed only if its address is loopback or private.
    pub local: bool,
    /// Switched on; what is off is contacted only when an administrator tries it.
    pub open: bool,
    pub allows: EgressAllows,
    /// What is sent, in English.
    pub carries: String,
    /// The setting of the server that names it.
    pub setting: Option<String>,
    /// Who switched it on or granted it, by name.
    pub allowed_by: Option<String>,
    pub allowed_at: Option<i64>,
    /// The agreement under which it is given patient information.
    pub agreement: Option<String>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EgressMap {
    /// Remote ones first.
    pub destinations: Vec<EgressDestination>,
    /// When it was drawn.
    pub at: i64,
}

/// A number of things of one kind on one day.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayOfKind {
    /// When the day begins, in UTC.
    pub day: i64,
    pub kind: String,
    pub count: i64,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfKind {
    pub kind: String,
    pub count: i64,
}

/// What the screening has found. Counts only: what was found stands nowhere but in the sealed text.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhiFindings {
    /// Since when questions are counted.
    pub since: i64,
    /// Identifiers in questions, by day and kind.
    pub identifiers: Vec<DayOfKind>,
    /// Questions by class.
    pub questions: Vec<OfKind>,
    /// Passages of all current documents by class.
    pub passages: Vec<OfKind>,
}
