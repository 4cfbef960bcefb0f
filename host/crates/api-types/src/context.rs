use serde::{Deserialize, Serialize};

use crate::ArgumentValue;

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    Female,
    Male,
}

/// What a person says about the patient of a conversation. Everything may be left out.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClinicalContext {
    /// Whole years.
    pub age: Option<u8>,
    pub sex: Option<Sex>,
    /// In `kg` or `[lb_av]`.
    pub weight: Option<ArgumentValue>,
    /// In `cm`, `m` or `[in_i]`.
    pub height: Option<ArgumentValue>,
    /// In `mg/dL` or `umol/L`.
    pub creatinine: Option<ArgumentValue>,
    /// In `mL/min/{1.73_m2}`.
    pub egfr: Option<ArgumentValue>,
    pub problems: Vec<String>,
    pub medications: Vec<String>,
    pub allergies: Vec<String>,
}

impl ClinicalContext {
    /// How many facts there are.
    #[must_use]
    pub fn facts(&self) -> usize {
        let single = [
            self.age.is_some(),
            self.sex.is_some(),
            self.weight.is_some(),
            self.height.is_some(),
            self.creatinine.is_some(),
            self.egfr.is_some(),
        ];
        let single = single.into_iter().filter(|there| *there).count();
        single + self.problems.len() + self.medications.len() + self.allergies.len()
    }
}

/// An administrator's look at a context or at the messages of a conversation.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextAccess {
    pub by: String,
    pub at: i64,
    /// What was given as the reason.
    pub reason: String,
}

/// A context as the one who wrote it sees it.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ContextView {
    pub context: ClinicalContext,
    pub updated_at: Option<i64>,
    /// Newest first.
    pub accesses: Vec<ContextAccess>,
}

/// A context as a list shows it: masked.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaskedContext {
    pub id: String,
    pub conversation_id: String,
    pub user_id: String,
    pub user_name: String,
    /// How many facts it holds.
    pub facts: i64,
    pub created_at: i64,
    pub updated_at: i64,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaskedContexts {
    /// Last changed first.
    pub contexts: Vec<MaskedContext>,
    /// For the next page; none at the end.
    pub next: Option<String>,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevealRequest {
    /// 10 to 500 characters. The user is told.
    #[cfg_attr(feature = "openapi", schema(min_length = 10, max_length = 500))]
    pub reason: String,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct RevealedContext {
    pub context: ClinicalContext,
    pub user_id: String,
    pub conversation_id: String,
    /// Until when it may be shown: five minutes.
    pub expires_at: i64,
}

/// Something that happened, as administrators see it happen.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LiveEvent {
    /// Grows with every event; after a reconnect the last one seen is named.
    pub id: i64,
    /// Such as `conversation.created`, `phi.accessed` or `system.alert`.
    #[serde(rename = "type")]
    pub kind: String,
    pub timestamp: i64,
    pub user_id: Option<String>,
    /// The user's name by now; none of a user who is gone.
    #[serde(default)]
    pub user_name: Option<String>,
    /// Whose it is that the event is about, where it is not the user's own (`data.of`), by name.
    #[serde(default)]
    pub of_name: Option<String>,
    pub session_id: Option<String>,
    pub resource_type: String,
    pub resource_id: String,
    /// Ids, counts and classes; never text.
    pub data: serde_json::Value,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LiveEvents {
    /// Oldest first.
    pub events: Vec<LiveEvent>,
    /// The id of the last event that was looked at, wanted or not: where the next look goes on.
    pub newest: i64,
}
