//! Who is calling. A `Caller` can only be made here: from a request that Nextcloud signed, or from a live session.

use std::sync::Arc;

use api_types::{Role, SessionKind, UserInfo};
use axum::extract::{FromRef, FromRequestParts};
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use nextcloud::{ActingUser, Signed};

use crate::app::App;
use crate::cloud::Cloud;
use crate::cloud::account::AccountError;
use crate::edge::problem::Problem;
use crate::identity::{self, second_factor};

pub const ACCESS_COOKIE: &str = "voiceassist_session";
pub const REFRESH_COOKIE: &str = "voiceassist_refresh";
/// A page that looks by itself whether something is new says so: that keeps nobody signed in.
const BACKGROUND: HeaderName = HeaderName::from_static("x-voiceassist-background");
/// What the page got for a code of the second factor, where Nextcloud keeps the session.
const PROOF: HeaderName = HeaderName::from_static("x-voiceassist-second-factor");

#[derive(Clone)]
pub struct Caller {
    user: UserInfo,
    expires_at: Option<i64>,
    acting: Option<ActingUser>,
    session: Option<String>,
    /// Has a second factor.
    enrolled: bool,
    /// And has given no code in this session.
    needs_second_factor: bool,
    /// Until when the last code counts.
    fresh_until: Option<i64>,
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

    /// The id of the session; none where Nextcloud keeps it.
    pub fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// Has a second factor.
    pub fn enrolled(&self) -> bool {
        self.enrolled
    }

    /// The session can do nothing until a code was given.
    pub fn needs_second_factor(&self) -> bool {
        self.needs_second_factor
    }

    /// # Errors
    /// No code was given within the last minutes, or there is no second factor.
    pub fn require_fresh(&self, now: i64) -> Result<(), Problem> {
        match self.enrolled {
            _ if self.fresh_second_factor(now) => Ok(()),
            true => Err(Problem::second_factor_needed()),
            false => Err(Problem::second_factor_missing()),
        }
    }

    /// A code of the second factor was given, here, a few minutes ago at most.
    pub fn fresh_second_factor(&self, now: i64) -> bool {
        self.fresh_until.is_some_and(|until| now < until)
    }

    /// Unix milliseconds until which the last code counts.
    pub fn fresh_until(&self) -> Option<i64> {
        self.fresh_until
    }

    /// The role that the caller has by now, for what stays open longer than a request.
    ///
    /// # Errors
    /// The session has ended, or the user may not use this server any more.
    pub async fn still_here(&self, app: &App) -> Result<Role, Problem> {
        if let (Some(cloud), Some(acting)) = (&app.cloud, &self.acting) {
            return cloud.role(acting).await.map_err(refusal);
        }
        let session = self.session.as_deref().unwrap_or_default();
        identity::alive(app, session).await?.ok_or_else(Problem::signed_out)
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
            Err(Problem::admin_only())
        }
    }

    /// # Errors
    /// 403 for viewers.
    pub fn require_asker(&self) -> Result<(), Problem> {
        if identity::can_ask(self.user.role) {
            return Ok(());
        }
        Err(Problem::viewer())
    }
}

impl<S> FromRequestParts<S> for Caller
where
    Arc<App>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Arriving(caller) = Arriving::from_request_parts(parts, state).await?;
        if caller.needs_second_factor {
            return Err(Problem::second_factor_needed());
        }
        Ok(caller)
    }
}

/// Someone signed in who may still owe the code of their second factor.
pub struct Arriving(pub Caller);

impl<S> FromRequestParts<S> for Arriving
where
    Arc<App>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        // Asked for once a request.
        if let Some(known) = parts.extensions.get::<Caller>() {
            return Ok(Self(known.clone()));
        }
        let app = Arc::<App>::from_ref(state);
        if let Some(cloud) = &app.cloud {
            let signed = parts.extensions.get::<Signed>().and_then(Signed::acting);
            let acting = signed.ok_or_else(Problem::not_through_nextcloud)?;
            let mut caller = from_nextcloud(&app, cloud, acting).await?;
            caller.enrolled = second_factor::enrolled(&app.db, caller.id()).await?;
            if let Some(proof) = parts.headers.get(PROOF).and_then(|value| value.to_str().ok()) {
                let given_at = second_factor::proven_at(&app.db, caller.id(), proof).await?;
                caller.fresh_until = given_at.map(|at| at + app.config.times.fresh);
            }
            return Ok(Self(caller));
        }
        let token = access_token(parts).ok_or_else(Problem::signed_out)?;
        let quiet = parts.headers.contains_key(BACKGROUND);
        let session = identity::session_of(&app, token, quiet)
            .await?
            .ok_or_else(Problem::signed_out)?;
        let by_hand = session.kind == SessionKind::Browser;
        Ok(Self(Caller {
            user: session.user,
            expires_at: Some(session.expires_at),
            acting: None,
            session: Some(session.id),
            enrolled: session.enrolled,
            needs_second_factor: by_hand && session.enrolled && session.second_factor_at.is_none(),
            fresh_until: session.second_factor_at.map(|at| at + app.config.times.fresh),
        }))
    }
}

/// A caller who gave a code of their second factor within the last minutes: for what shows or gives away the most.
pub struct FreshCaller(pub Caller);

impl<S> FromRequestParts<S> for FreshCaller
where
    Arc<App>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let app = Arc::<App>::from_ref(state);
        let caller = Caller::from_request_parts(parts, state).await?;
        caller.require_fresh(app.clock.now_ms())?;
        Ok(Self(caller))
    }
}

async fn from_nextcloud(app: &App, cloud: &Cloud, acting: &ActingUser) -> Result<Caller, Problem> {
    let role = cloud.role(acting).await.map_err(refusal)?;
    Ok(Caller {
        user: identity::nextcloud_user(app, acting, role).await?,
        expires_at: None,
        acting: Some(acting.clone()),
        session: None,
        enrolled: false,
        needs_second_factor: false,
        fresh_until: None,
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

/// The access token of a program or a browser.
fn access_token(parts: &Parts) -> Option<&str> {
    bearer(&parts.headers).or_else(|| cookie(parts, ACCESS_COOKIE))
}

/// The refresh token of a browser.
pub fn refresh_token(parts: &Parts) -> Option<&str> {
    cookie(parts, REFRESH_COOKIE)
}

/// How a program carries its session. No browser sends it by itself, so it needs no proof of where it comes from.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn cookie<'a>(parts: &'a Parts, wanted: &str) -> Option<&'a str> {
    parts
        .headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == wanted).then_some(value))
}
