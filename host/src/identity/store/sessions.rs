//! Sessions and the hashes of their tokens.

use api_types::{Role, SessionKind, SessionSummary};
use sqlx::Row;

use super::user_from;
use crate::db::{Db, Tx};
use crate::edge::cursor::Cursor;
use crate::identity::{ACCESS, Ended, REFRESH, Session, role_from};

/// How stale "last seen" may be before it is written again: a write per request would queue behind ingest.
const TOUCH_MS: i64 = 60_000;

pub struct NewSession<'a> {
    pub id: &'a str,
    pub user: &'a str,
    pub kind: SessionKind,
    pub client: &'a str,
    pub seed: &'a str,
    pub expires_at: i64,
}

pub async fn insert(tx: &mut Tx, session: &NewSession<'_>, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO sessions (id, user_id, kind, client, seed, created_at, last_seen_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7)",
    )
    .bind(session.id)
    .bind(session.user)
    .bind(kind_name(session.kind))
    .bind(session.client)
    .bind(session.seed)
    .bind(now)
    .bind(session.expires_at)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn insert_token(
    tx: &mut Tx,
    hash: &str,
    session: &str,
    kind: &str,
    expires_at: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO session_tokens (hash, session_id, kind, expires_at) VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO NOTHING")
        .bind(hash)
        .bind(session)
        .bind(kind)
        .bind(expires_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The session that a live access token opens. It counts as used now unless `quiet`.
pub async fn of_access(db: &Db, hash: &str, now: i64, idle: i64, quiet: bool) -> Result<Option<Session>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT users.id, users.name, users.role, sessions.id AS session, sessions.kind, sessions.expires_at, \
         sessions.last_seen_at, sessions.second_factor_at, \
         (SELECT COUNT(*) FROM second_factors WHERE second_factors.user_id = users.id AND confirmed_at IS NOT NULL) \
           AS enrolled \
         FROM session_tokens JOIN sessions ON sessions.id = session_tokens.session_id \
         JOIN users ON users.id = sessions.user_id \
         WHERE session_tokens.hash = $1 AND session_tokens.kind = $4 AND session_tokens.expires_at > $2 \
           AND sessions.ended_at IS NULL AND sessions.expires_at > $2 \
           AND (sessions.last_seen_at > $3 OR sessions.kind = 'program') AND users.disabled_at IS NULL",
    )
    .bind(hash)
    .bind(now)
    .bind(now - idle)
    .bind(ACCESS)
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let id: String = row.try_get("session")?;
    if !quiet && row.try_get::<i64, _>("last_seen_at")? < now - TOUCH_MS {
        sqlx::query("UPDATE sessions SET last_seen_at = $1 WHERE id = $2")
            .bind(now)
            .bind(&id)
            .execute(db)
            .await?;
    }
    Ok(Some(Session {
        id,
        user: user_from(&row)?,
        kind: kind_from(row.try_get("kind")?),
        expires_at: row.try_get("expires_at")?,
        enrolled: row.try_get::<i64, _>("enrolled")? != 0,
        second_factor_at: row.try_get("second_factor_at")?,
    }))
}

/// A session found by a refresh token, alive or not.
pub struct Family {
    pub session: String,
    pub user: String,
    pub seed: String,
    pub used_at: Option<i64>,
    pub expires_at: i64,
    pub last_seen_at: i64,
    pub ended: Option<Ended>,
    pub disabled: bool,
}

pub async fn of_refresh(tx: &mut Tx, hash: &str) -> Result<Option<Family>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT sessions.id, sessions.user_id, sessions.seed, sessions.expires_at, sessions.last_seen_at, \
         sessions.ended_because, session_tokens.used_at, users.disabled_at \
         FROM session_tokens JOIN sessions ON sessions.id = session_tokens.session_id \
         JOIN users ON users.id = sessions.user_id \
         WHERE session_tokens.hash = $1 AND session_tokens.kind = $2",
    )
    .bind(hash)
    .bind(REFRESH)
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let ended: Option<String> = row.try_get("ended_because")?;
    Ok(Some(Family {
        session: row.try_get("id")?,
        user: row.try_get("user_id")?,
        seed: row.try_get("seed")?,
        used_at: row.try_get("used_at")?,
        expires_at: row.try_get("expires_at")?,
        last_seen_at: row.try_get("last_seen_at")?,
        ended: ended.as_deref().map(Ended::named),
        disabled: row.try_get::<Option<i64>, _>("disabled_at")?.is_some(),
    }))
}

/// Marks a refresh token as used and forgets access tokens that have expired.
pub async fn use_refresh(tx: &mut Tx, hash: &str, session: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE session_tokens SET used_at = $1 WHERE hash = $2")
        .bind(now)
        .bind(hash)
        .execute(&mut **tx)
        .await?;
    sqlx::query("DELETE FROM session_tokens WHERE session_id = $1 AND kind = $2 AND expires_at <= $3")
        .bind(session)
        .bind(ACCESS)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ends a session of `user`, or of anyone for none; returns whose, if it was alive.
pub async fn end(
    tx: &mut Tx,
    id: &str,
    user: Option<&str>,
    why: Ended,
    now: i64,
) -> Result<Option<String>, sqlx::Error> {
    let row = sqlx::query(
        "UPDATE sessions SET ended_at = $1, ended_because = $2 \
         WHERE id = $3 AND ended_at IS NULL AND user_id = COALESCE($4, user_id) RETURNING user_id",
    )
    .bind(now)
    .bind(why.name())
    .bind(id)
    .bind(user)
    .fetch_optional(&mut **tx)
    .await?;
    row.map(|row| row.try_get("user_id")).transpose()
}

/// Ends all sessions of a user; returns which.
pub async fn end_all(tx: &mut Tx, user: &str, why: Ended, now: i64) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "UPDATE sessions SET ended_at = $1, ended_because = $2 WHERE user_id = $3 AND ended_at IS NULL RETURNING id",
    )
    .bind(now)
    .bind(why.name())
    .bind(user)
    .fetch_all(&mut **tx)
    .await
}

/// The role of the session's user, if it is neither ended nor past its last moment, and its user is one.
pub async fn alive(db: &Db, id: &str, now: i64) -> Result<Option<Role>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT users.role FROM sessions JOIN users ON users.id = sessions.user_id \
         WHERE sessions.id = $1 AND ended_at IS NULL AND expires_at > $2 AND users.disabled_at IS NULL",
    )
    .bind(id)
    .bind(now)
    .fetch_optional(db)
    .await?;
    row.map(|row| Ok(role_from(row.try_get("role")?))).transpose()
}

/// Live sessions of `user`, or of everyone for none, the newest first, after the page that `after` ended.
pub async fn list(
    db: &Db,
    user: Option<&str>,
    after: &Cursor,
    limit: i64,
    (now, idle): (i64, i64),
) -> Result<Vec<SessionSummary>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT users.id, users.name, users.role, sessions.id AS session, sessions.kind, sessions.client, \
         sessions.created_at, sessions.last_seen_at, sessions.expires_at \
         FROM sessions JOIN users ON users.id = sessions.user_id \
         WHERE ended_at IS NULL AND sessions.expires_at > $1 AND (last_seen_at > $2 OR kind = 'program') \
           AND users.disabled_at IS NULL AND sessions.user_id = COALESCE($3, sessions.user_id) \
           AND (sessions.created_at < $4 OR (sessions.created_at = $4 AND sessions.id < $5)) \
         ORDER BY sessions.created_at DESC, sessions.id DESC LIMIT $6",
    )
    .bind(now)
    .bind(now - idle)
    .bind(user)
    .bind(after.time)
    .bind(&after.id)
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(SessionSummary {
                id: row.try_get("session")?,
                user: user_from(row)?,
                kind: kind_from(row.try_get("kind")?),
                client: row.try_get("client")?,
                current: false,
                created_at: row.try_get("created_at")?,
                last_seen_at: row.try_get("last_seen_at")?,
                expires_at: row.try_get("expires_at")?,
            })
        })
        .collect()
}

fn kind_name(kind: SessionKind) -> &'static str {
    match kind {
        SessionKind::Browser => "browser",
        SessionKind::Program => "program",
    }
}

fn kind_from(name: &str) -> SessionKind {
    match name {
        "program" => SessionKind::Program,
        _ => SessionKind::Browser,
    }
}
