use serde::{Deserialize, Serialize};

/// Exchanges the one-time sign-in link for a session cookie.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SignInRequest {
    /// The secret part of the one-time link.
    pub token: String,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Admin,
    MedicalStaff,
    User,
    Viewer,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserInfo {
    pub id: String,
    pub name: String,
    pub role: Role,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionInfo {
    pub user: UserInfo,
    /// Unix milliseconds at which the session ends at the latest; none where Nextcloud keeps the session.
    pub expires_at: Option<i64>,
    /// Inside Nextcloud, which signs people in and out.
    pub nextcloud: bool,
    /// The role allows to ask and to upload.
    pub can_ask: bool,
}
