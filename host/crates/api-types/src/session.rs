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
    /// The session waits for a code of the second factor; until then it can do nothing else.
    #[serde(default)]
    pub needs_second_factor: bool,
}

/// One sign-in of a user.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionSummary {
    pub id: String,
    pub user: UserInfo,
    pub kind: SessionKind,
    /// What the browser says it is, such as `Firefox, Linux`.
    pub client: String,
    /// The one that asks.
    pub current: bool,
    pub created_at: i64,
    /// Up to a minute old.
    pub last_seen_at: i64,
    pub expires_at: i64,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    Browser,
    /// Made at the server's shell for a program.
    Program,
}

/// Sessions that are alive, the newest first.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionList {
    pub sessions: Vec<SessionSummary>,
    /// Pass as `after` for the next page.
    pub next: Option<String>,
}

/// A code of the authenticator app (6 digits) or a recovery code.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SecondFactorCode {
    pub code: String,
}

/// How far the caller's second factor is set up.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SecondFactorState {
    pub enrolled: bool,
    pub recovery_codes_left: i64,
    /// Unix milliseconds until which the last code counts in this session.
    pub fresh_until: Option<i64>,
}

/// What an authenticator app needs; shown once, by the app's camera or by hand.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SecondFactorEnrolment {
    /// The secret in base 32.
    pub secret: String,
    /// `otpauth://` address of the same.
    pub address: String,
    /// The address as a QR code, an SVG picture.
    pub qr_svg: String,
}

/// Each works once, in place of a code. They are shown this one time.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct RecoveryCodes {
    pub codes: Vec<String>,
    pub fresh: FreshSecondFactor,
}

#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct FreshSecondFactor {
    /// Unix milliseconds until which the code counts.
    pub fresh_until: i64,
    /// Inside Nextcloud: to be sent as `x-voiceassist-second-factor` with what needs the code, and kept in memory only.
    pub proof: Option<String>,
}

/// Someone who has been here.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserSummary {
    pub id: String,
    pub name: String,
    /// None where Nextcloud's groups decide it at each request.
    pub role: Option<Role>,
    pub disabled: bool,
    pub second_factor: bool,
    /// Sessions that are alive.
    pub sessions: i64,
    pub created_at: i64,
}

/// By name.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserList {
    pub users: Vec<UserSummary>,
    /// Pass as `after` for the next page.
    pub next: Option<String>,
}

/// What an admin decides about a local user.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeUser {
    pub role: Role,
    /// May not sign in; what is open ends at once.
    pub disabled: bool,
}
