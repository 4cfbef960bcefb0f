//! A session and its tokens: one of a few minutes that opens everything, and one that is used once, for the next pair.
//!
//! The pair that follows a refresh token is computed from it and the session's seed. Two tabs that refresh at once get the
//! same pair, and the database alone, which holds seeds and hashes, gives nobody a token.

use api_types::{Role, SessionKind, UserInfo};
use axum::http::header::{SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, HeaderName};
use axum::response::AppendHeaders;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;

use super::store::sessions::{self, NewSession};
use super::times::Times;
use super::{ACCESS, REFRESH, digest};
use crate::audit::{self, Event};
use crate::clock::{Random, new_id, new_secret};
use crate::db::Tx;
use crate::edge::caller::{ACCESS_COOKIE, REFRESH_COOKIE};
use crate::live::{self, Happening};

/// A refresh token goes to no other address.
const REFRESH_PATH: &str = "/api/v1/session";

/// A live session.
pub struct Session {
    pub id: String,
    pub user: UserInfo,
    pub kind: SessionKind,
    pub expires_at: i64,
    /// The user has a second factor.
    pub enrolled: bool,
    pub second_factor_at: Option<i64>,
}

/// Why a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Its user left.
    SignedOut,
    /// Its user ended it from another one, or an admin did.
    Closed,
    Idle,
    /// Its last moment has come.
    Expired,
    /// A used refresh token was seen again.
    Reused,
    /// The user may not sign in any more.
    Disabled,
}

impl Ended {
    pub fn name(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Closed => "closed",
            Self::Idle => "idle",
            Self::Expired => "expired",
            Self::Reused => "reused",
            Self::Disabled => "disabled",
        }
    }

    pub fn named(name: &str) -> Self {
        match name {
            "signed_out" => Self::SignedOut,
            "idle" => Self::Idle,
            "reused" => Self::Reused,
            "disabled" => Self::Disabled,
            "expired" => Self::Expired,
            _ => Self::Closed,
        }
    }
}

/// What a browser keeps: neither can be read by the page.
pub struct Pair {
    pub access: String,
    pub refresh: String,
}

impl Pair {
    /// The pair after `refresh`, always the same.
    pub fn after(seed: &str, refresh: &str) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, seed.as_bytes());
        let derive = |kind: &str| {
            let tag = hmac::sign(&key, format!("{kind}:{refresh}").as_bytes());
            URL_SAFE_NO_PAD.encode(tag.as_ref())
        };
        Self {
            access: derive(ACCESS),
            refresh: derive(REFRESH),
        }
    }

    /// Keeps the hashes; returns nothing that the database does not know.
    ///
    /// # Errors
    /// Of the database.
    pub async fn keep(&self, tx: &mut Tx, session: &str, (access, end): (i64, i64)) -> Result<(), sqlx::Error> {
        sessions::insert_token(tx, &digest(&self.access), session, ACCESS, access.min(end)).await?;
        sessions::insert_token(tx, &digest(&self.refresh), session, REFRESH, end).await
    }

    /// The headers that give both to the browser for at most `ms`.
    pub fn cookies(&self, ms: i64) -> Cookies {
        let seconds = ms / 1000;
        AppendHeaders([
            (SET_COOKIE, cookie(ACCESS_COOKIE, &self.access, "/", seconds)),
            (SET_COOKIE, cookie(REFRESH_COOKIE, &self.refresh, REFRESH_PATH, seconds)),
        ])
    }
}

/// Headers that give or take both tokens.
pub type Cookies = AppendHeaders<[(HeaderName, String); 2]>;

/// The headers that take both from the browser.
pub fn no_cookies() -> Cookies {
    AppendHeaders([
        (SET_COOKIE, cookie(ACCESS_COOKIE, "", "/", 0)),
        (SET_COOKIE, cookie(REFRESH_COOKIE, "", REFRESH_PATH, 0)),
    ])
}

fn cookie(name: &str, value: &str, path: &str, seconds: i64) -> String {
    format!("{name}={value}; Path={path}; HttpOnly; SameSite=Strict; Max-Age={seconds}")
}

/// Opens a session for a browser.
///
/// # Errors
/// Of the database.
pub async fn open(
    tx: &mut Tx,
    random: &dyn Random,
    times: &Times,
    user: &str,
    client: &str,
    now: i64,
) -> Result<Pair, sqlx::Error> {
    let (id, seed) = (new_id(random), new_secret(random));
    let pair = Pair::after(&seed, &new_secret(random));
    let end = now + times.absolute;
    insert(tx, (&id, user, client, &seed), SessionKind::Browser, now, end).await?;
    pair.keep(tx, &id, (now + times.access, end)).await?;
    Ok(pair)
}

/// Opens a session for a program; its one token is returned.
///
/// # Errors
/// Of the database.
pub async fn open_for_program(
    tx: &mut Tx,
    random: &dyn Random,
    times: &Times,
    user: &str,
    now: i64,
) -> Result<String, sqlx::Error> {
    let (id, token) = (new_id(random), new_secret(random));
    let end = now + times.absolute;
    insert(tx, (&id, user, "", ""), SessionKind::Program, now, end).await?;
    sessions::insert_token(tx, &digest(&token), &id, ACCESS, end).await?;
    Ok(token)
}

async fn insert(
    tx: &mut Tx,
    (id, user, client, seed): (&str, &str, &str, &str),
    kind: SessionKind,
    now: i64,
    expires_at: i64,
) -> Result<(), sqlx::Error> {
    let session = NewSession {
        id,
        user,
        kind,
        client,
        seed,
        expires_at,
    };
    sessions::insert(tx, &session, now).await?;
    let data = serde_json::json!({ "kind": kind });
    note(tx, "session.connected", (user, id), data, now).await?;
    let detail = serde_json::json!({ "session": id, "kind": kind });
    audit::record(
        tx,
        now,
        &Event::new(user, "session.opened", "user", user).detail(detail),
    )
    .await
}

/// Tells administrators who watch that a session is over.
///
/// # Errors
/// Of the database.
pub async fn note_end(tx: &mut Tx, user: &str, session: &str, why: Ended, now: i64) -> Result<(), sqlx::Error> {
    let data = serde_json::json!({ "because": why.name() });
    note(tx, "session.disconnected", (user, session), data, now).await
}

async fn note(
    tx: &mut Tx,
    kind: &'static str,
    (user, session): (&str, &str),
    data: serde_json::Value,
    now: i64,
) -> Result<(), sqlx::Error> {
    let happening = Happening {
        kind,
        user: Some(user),
        session: Some(session),
        resource_type: "session",
        resource_id: session,
        data,
    };
    live::note(tx, now, &happening).await
}

/// What a browser says it is, in words that help a person to tell their own apart; never the header itself.
pub fn client(headers: &HeaderMap) -> String {
    let said = headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    let said = said.unwrap_or_default();
    let first = |known: &[(&str, &str)]| {
        let found = known.iter().find(|(mark, _)| said.contains(mark));
        found.map(|(_, name)| (*name).to_owned())
    };
    let browser = first(&[
        ("Firefox/", "Firefox"),
        ("Edg/", "Edge"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    [browser, system].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Viewers read; everyone else asks and uploads.
pub fn can_ask(role: Role) -> bool {
    role != Role::Viewer
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_pair_follows_from_seed_and_token_alone() {
        let pair = Pair::after("seed", "token");
        let again = Pair::after("seed", "token");
        assert_eq!((&pair.access, &pair.refresh), (&again.access, &again.refresh));
        assert_ne!(pair.access, pair.refresh);
        assert_ne!(pair.refresh, Pair::after("seed", "other").refresh);
        assert_ne!(pair.refresh, Pair::after("other", "token").refresh);
    }

    #[test]
    fn a_browser_is_told_in_two_words() {
        let named = |agent: &str| client(&HeaderMap::from_iter([(USER_AGENT, agent.parse().unwrap())]));
        assert_eq!(
            named("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
            "Firefox, Linux"
        );
        assert_eq!(
            named("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"),
            "Safari, iPhone"
        );
        assert_eq!(named("curl/8.0"), "");
    }
}
