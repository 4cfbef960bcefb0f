//! Who is calling. A `Caller` can only be made here, from a live session.

use std::sync::Arc;

use api_types::{Role, UserInfo};
use axum::extract::{FromRef, FromRequestParts};
use axum::http::header::COOKIE;
use axum::http::request::Parts;

use crate::app::App;
use crate::edge::problem::Problem;
use crate::identity;

pub const COOKIE_NAME: &str = "voiceassist_session";

#[derive(Clone)]
pub struct Caller {
    user: UserInfo,
    expires_at: i64,
}

impl Caller {
    pub fn id(&self) -> &str {
        &self.user.id
    }

    pub fn user(&self) -> &UserInfo {
        &self.user
    }

    pub fn expires_at(&self) -> i64 {
        self.expires_at
    }

    /// The names under which documents may be shared with this caller.
    pub fn readers(&self) -> Vec<String> {
        vec![identity::reader_of(&self.user.id), identity::EVERYONE.to_owned()]
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
}

impl<S> FromRequestParts<S> for Caller
where
    Arc<App>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let app = Arc::<App>::from_ref(state);
        let token = session_token(parts).ok_or_else(Problem::signed_out)?;
        let session = identity::session_of(&app, token)
            .await?
            .ok_or_else(Problem::signed_out)?;
        Ok(Self {
            user: session.user,
            expires_at: session.expires_at,
        })
    }
}

/// The session secret in the request's cookie.
pub fn session_token(parts: &Parts) -> Option<&str> {
    parts
        .headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE_NAME).then_some(value))
}
