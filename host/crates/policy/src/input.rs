//! What a decision is made from. Its JSON schema is `host/policies/input.schema.json`.

use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Input<'a> {
    pub subject: Subject,
    /// Method and path of the API's description, such as `GET /api/v1/documents/{id}`.
    pub operation: &'a str,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Subject {
    pub role: Role,
    pub second_factor: SecondFactor,
    /// Nextcloud says who it is.
    pub nextcloud: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Not signed in.
    Nobody,
    Viewer,
    User,
    MedicalStaff,
    Admin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    /// Not set up.
    None,
    /// This session waits for its first code.
    Owed,
    /// The last code does not count any more.
    Stale,
    Fresh,
}
