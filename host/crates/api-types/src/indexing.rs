use serde::{Deserialize, Serialize};

use crate::{DocumentSource, OfKind};

/// How many jobs of a kind are in a state.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobCount {
    /// Such as `ingest.read`.
    pub kind: String,
    /// `queued`, `later` (not due yet), `running` or `dead` (given up).
    pub status: String,
    pub count: i64,
}

/// How far reading everything has come.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexingQueue {
    /// Documents by the state of their newest version.
    pub documents: Vec<OfKind>,
    pub jobs: Vec<JobCount>,
    /// Files that are yet to be read or fetched.
    pub waiting: i64,
    /// Versions that became ready within the last five minutes.
    pub lately: i64,
    /// At the pace of the last five minutes; none where nothing waits or nothing moved.
    pub eta_seconds: Option<i64>,
    /// Files that were taken out.
    pub excluded: i64,
}

/// A document whose newest version could not be read.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexingFailure {
    pub id: String,
    pub source: DocumentSource,
    /// Of what everyone may read. The name of a person's own file may be a patient's.
    pub file_name: Option<String>,
    /// Of an upload, by name.
    pub owner: Option<String>,
    pub media_type: String,
    pub bytes: i64,
    pub code: String,
    pub message: String,
    pub at: i64,
    /// An older version of it is still searched.
    pub older_is_searched: bool,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexingFailures {
    /// Newest first.
    pub failures: Vec<IndexingFailure>,
    pub total: i64,
    /// For the next page; none at the end.
    pub next: Option<String>,
    /// All failures by their reason.
    pub reasons: Vec<OfKind>,
}

/// What was put back into the queue.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retried {
    pub documents: i64,
    /// Other jobs that had been given up.
    pub jobs: i64,
}

/// A file that an administrator has taken out.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExcludedFile {
    pub id: String,
    pub source: DocumentSource,
    /// Of a watched folder.
    pub path: Option<String>,
    /// Of an upload, by name.
    pub owner: Option<String>,
    pub media_type: String,
    pub at: i64,
    /// Who took it out, by name.
    pub by: String,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExcludedFiles {
    /// Newest first.
    pub files: Vec<ExcludedFile>,
    /// For the next page; none at the end.
    pub next: Option<String>,
}
