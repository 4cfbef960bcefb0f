use serde::{Deserialize, Serialize};

use crate::Role;

/// How far reading the caller's own Nextcloud files has come.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Indexing {
    pub state: IndexingState,
    /// Files that can be read.
    pub found: i64,
    pub ready: i64,
    /// Of those still to be fetched at most 10,000 are counted.
    pub waiting: i64,
    pub failed: i64,
    /// Until nothing waits, from the pace of the last files; none while that is unknown.
    pub eta_seconds: Option<i64>,
    /// Unix milliseconds of the last completed look for new and changed files.
    pub last_look_at: Option<i64>,
    /// Why it is paused, or what the last look had to leave out; for people.
    pub reason: Option<String>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexingState {
    Idle,
    /// Asking Nextcloud what is new.
    Looking,
    Reading,
    /// Nextcloud asked for a pause or cannot be reached.
    Paused,
}

/// What files and folders chosen in Nextcloud stand for.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AskScope {
    pub items: Vec<ScopeItem>,
    /// Ids for `AskRequest::documents`.
    pub documents: Vec<String>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScopeItem {
    /// Nextcloud's file id.
    pub file_id: i64,
    pub name: String,
    pub folder: bool,
    /// Documents that can be asked.
    pub documents: i64,
    /// Files still being read.
    pub waiting: i64,
}

/// The installation as its administrator sees it.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NextcloudAdmin {
    pub url: String,
    /// Nextcloud's version, when it answered.
    pub version: Option<String>,
    /// This request came through HaRP.
    pub harp: bool,
    pub checks: Vec<SelfCheck>,
    pub roles: RoleMapping,
    pub rules: IndexRules,
    pub address_rules: AddressRules,
    /// The Nextcloud version that this release was made for; others are untested.
    pub tested: String,
    /// Real patient data must not be put in yet.
    pub no_patient_data_yet: bool,
}

/// One hop of the way, tried just now.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SelfCheck {
    pub id: String,
    pub title: String,
    pub ok: bool,
    pub detail: String,
    pub fix: Option<String>,
}

/// Which Nextcloud group has which role. Who is in several has the highest; Nextcloud's own `admin` group is always `admin`.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoleMapping {
    pub groups: Vec<GroupRole>,
    /// Everyone in none of these groups; none refuses them.
    pub others: Option<Role>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupRole {
    /// Id of the Nextcloud group.
    pub group: String,
    pub role: Role,
}

/// What is not read, beside every folder that holds a file called `.noindex`.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndexRules {
    /// Folders in a user's files, such as `/Private`; with all below them.
    pub exclude_folders: Vec<String>,
    /// File name endings without the dot.
    pub exclude_endings: Vec<String>,
    pub max_bytes: i64,
}

/// Whether File Access Control has rules on the reader's address or browser, which no server can check.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressRules {
    None,
    Exist,
    /// As long as nobody has said: treated as if they exist.
    #[default]
    Unknown,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeclareAddressRules {
    pub declared: AddressRules,
}
