//! Who is calling. A `Caller` can only be made here: from a request that Nextcloud signed, or from a live session.

use std::sync::Arc;

use api_types::{Role, UserInfo};
use axum::extract::{FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::request::Parts;
use nextcloud::{ActingUser, Signed};

use crate::app::App;
use crate::cloud::Cloud;
use crate::cloud::account::AccountError;
use crate::edge::problem::Problem;
use crate::identity;

pub const COOKIE_NAME: &str = "voiceassist_session";

#[derive(Clone)]
pub struct Caller {
    user: UserInfo,
    expires_at: Option<i64>,
    acting: Option<ActingUser>,
}

impl Caller {
    pub fn id(&self) -> &str {
        &self.user.id
    }

    pub fn user(&self) -> &UserInfo {
        &self.user
    }

    /// When the session ends; none where Nextcloud keeps it.
    pub fn expires_at(&self) -> Option<i64> {
        self.expires_at
    }

    /// In whose name Nextcloud may be asked; none for a local user.
    pub fn acting(&self) -> Option<&ActingUser> {
        self.acting.as_ref()
    }

    /// The names under which documents may be shared with this caller.
    pub fn readers(&self) -> Vec<String> {
        vec![identity::reader_of(&self.user.id), identity::EVERYONE.to_owned()]
    }

    /// Whether a code of the second factor was given a few minutes ago at most. There is none yet.
    pub fn fresh_second_factor(&self, _now: i64) -> bool {
        false
    }

    /// # Errors
    /// 403 for everyone who is not an admin.
    pub fn require_admin(&self) -> Result<(), Problem> {
        if self.user.role == Role::Admin {
            Ok(())
        } else {
            Err(Problem::forbidden("Only an admin may do this."))
        }
    }

    /// # Errors
    /// 403 for viewers.
    pub fn require_asker(&self) -> Result<(), Problem> {
        if identity::can_ask(self.user.role) {
            return Ok(());
        }
        Err(Problem::forbidden(
            "Your role here is viewer: you can read your conversations and documents, not ask or upload. An administrator can give your group another role.",
        ))
    }
}

impl<S> FromRequestParts<S> for Caller
where
    Arc<App>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let app = Arc::<App>::from_ref(state);
        if let Some(cloud) = &app.cloud {
            let signed = parts.extensions.get::<Signed>().and_then(Signed::acting);
            let acting = signed.ok_or_else(Problem::not_through_nextcloud)?;
            return from_nextcloud(&app, cloud, acting).await;
        }
        let token = session_token(parts).ok_or_else(Problem::signed_out)?;
        let session = identity::session_of(&app, token)
            .await?
            .ok_or_else(Problem::signed_out)?;
        Ok(Self {
            user: session.user,
            expires_at: Some(session.expires_at),
            acting: None,
        })
    }
}

async fn from_nextcloud(app: &App, cloud: &Cloud, acting: &ActingUser) -> Result<Caller, Problem> {
    let role = cloud.role(acting).await.map_err(refusal)?;
    Ok(Caller {
        user: identity::nextcloud_user(app, acting, role).await?,
        expires_at: None,
        acting: Some(acting.clone()),
    })
}

/// Why a user has no way in, and who can change that.
pub fn refusal(error: AccountError) -> Problem {
    match error {
        AccountError::Disabled => Problem::forbidden("Your Nextcloud account is disabled. Ask your administrator."),
        AccountError::NoRole { groups } => {
            let groups = if groups.is_empty() {
                "none".to_owned()
            } else {
                groups.join(", ")
            };
            Problem::forbidden(format!(
                "None of your Nextcloud groups (yours: {groups}) may use VoiceAssist. An administrator can give a group a role on VoiceAssist's administration page."
            ))
        }
        AccountError::Nextcloud(error) => {
            tracing::warn!(%error, "a user could not be looked up");
            Problem::unavailable("Nextcloud does not answer, so it is not known who you are. Try again in a minute.")
        }
        AccountError::Database(error) => error.into(),
    }
}

/// The session secret in the request's cookie.
pub fn session_token(parts: &Parts) -> Option<&str> {
    bearer(&parts.headers).or_else(|| cookie(parts))
}

/// How a program carries its session. No browser sends it by itself, so it needs no proof of where it comes from.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn cookie(parts: &Parts) -> Option<&str> {
    parts
        .headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE_NAME).then_some(value))
}
