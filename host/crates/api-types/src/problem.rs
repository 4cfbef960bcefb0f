use serde::{Deserialize, Serialize};

/// An error as RFC 9457 problem details (`application/problem+json`).
///
/// A 404 body never names what was asked for, so that "not yours" and "does not exist" are the same bytes.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProblemBody {
    /// Stable reference of the kind of problem, such as `/problems/too-large`.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// What happened and what to do about it, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}
