use serde::{Deserialize, Serialize};

use crate::OfKind;

/// A number of things on one day.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnDay {
    /// When the day begins, in UTC.
    pub day: i64,
    pub count: i64,
}

/// What is going on, in numbers that are each a count of stored rows.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PanelOverview {
    /// When today began, in UTC.
    pub today: i64,
    /// When the first of the days began that are counted.
    pub since: i64,
    /// Documents by the state of their newest version.
    pub documents: Vec<OfKind>,
    /// Jobs by state.
    pub jobs: Vec<OfKind>,
    pub conversations: i64,
    /// Users who asked something today.
    pub users_today: i64,
    /// One a day, the oldest first.
    pub questions: Vec<OnDay>,
    /// Of those days, by kind; without those of which it is not known.
    pub answers: Vec<OfKind>,
    /// Answers with sentences that were held back, and how many sentences.
    pub answers_withheld: i64,
    pub sentences_withheld: i64,
    /// Questions that may hold patient information.
    pub phi_questions: i64,
    /// Identifiers in questions.
    pub identifiers: i64,
    /// Requests that left the building, one a day, the oldest first.
    pub egress: Vec<OnDay>,
    /// Requests that the gate refused.
    pub egress_refused: i64,
    /// What is bad now, by name.
    pub bad: Vec<String>,
    /// Alerts of those days.
    pub alerts: i64,
}

/// How one thing is that this installation depends on.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthCheck {
    /// `database`, `index`, `models`, `nextcloud`, `redis`, `audit`, `vault` or `disk`.
    pub name: String,
    pub good: bool,
    /// Since when it is so.
    pub since: i64,
    pub checked_at: i64,
    /// How long the answer took, where something was asked.
    pub latency_ms: Option<i64>,
    /// What was found, in English.
    pub detail: String,
    /// What to do when it is bad, in English.
    pub fix: Option<String>,
}

/// Something turned bad, or good again.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    pub id: String,
    pub name: String,
    pub at: i64,
    pub good: bool,
    pub detail: String,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthPage {
    /// Empty until they were looked at for the first time, a few seconds after the start.
    pub checks: Vec<HealthCheck>,
    /// Newest first.
    pub alerts: Vec<Alert>,
    /// For the next page of alerts; none at the end.
    pub next: Option<String>,
}
