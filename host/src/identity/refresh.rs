//! Exchanges a refresh token for the next pair. One that was used before ends its session: somebody has a copy.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use super::digest;
use super::session::{self, Ended, Pair};
use super::store::sessions::{self, Family};
use super::times::Times;
use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::caller::refresh_token;
use crate::edge::problem::Problem;

/// Both cookies are replaced. A used token gives the same pair again for a few seconds, because tabs refresh at once.
#[utoipa::path(post, path = "/api/v1/session/refresh",
    responses((status = 204), (status = 401, body = api_types::ProblemBody)))]
pub async fn handle(State(app): State<Arc<App>>, parts: Parts) -> Result<Response, Problem> {
    let Some(token) = refresh_token(&parts) else {
        return Err(Problem::signed_out());
    };
    let (now, times) = (app.clock.now_ms(), &app.config.times);
    let hash = digest(token);
    let mut tx = crate::db::begin(&app.db).await?;
    let Some(family) = sessions::of_refresh(&mut tx, &hash).await? else {
        return Err(Problem::signed_out());
    };
    if let Some(why) = over(&family, now, times) {
        if family.ended.is_none() {
            sessions::end(&mut tx, &family.session, None, why, now).await?;
            session::note_end(&mut tx, &family.user, &family.session, why, now).await?;
            audit::record(&mut tx, now, &event(&family, why)).await?;
            tx.commit().await?;
        }
        return Ok((session::no_cookies(), Problem::session_ended(why)).into_response());
    }
    let pair = Pair::after(&family.seed, token);
    if family.used_at.is_none() {
        sessions::use_refresh(&mut tx, &hash, &family.session, now).await?;
        let until = (now + times.access, family.expires_at);
        pair.keep(&mut tx, &family.session, until).await?;
        let detail = serde_json::json!({ "session": family.session });
        let event = Event::new(&family.user, "session.refreshed", "user", &family.user).detail(detail);
        audit::record(&mut tx, now, &event).await?;
        tx.commit().await?;
    }
    Ok((StatusCode::NO_CONTENT, pair.cookies(family.expires_at - now)).into_response())
}

/// Why the token's session gives no next pair.
fn over(family: &Family, now: i64, times: &Times) -> Option<Ended> {
    if family.ended.is_some() {
        return family.ended;
    }
    if family.disabled {
        return Some(Ended::Disabled);
    }
    if family.used_at.is_some_and(|used| now - used > times.grace) {
        return Some(Ended::Reused);
    }
    if family.expires_at <= now {
        return Some(Ended::Expired);
    }
    (family.last_seen_at <= now - times.idle).then_some(Ended::Idle)
}

fn event(family: &Family, why: Ended) -> Event<'_> {
    let action = if why == Ended::Reused {
        "session.token_reused"
    } else {
        "session.closed"
    };
    let detail = serde_json::json!({ "session": family.session, "because": why.name() });
    Event::new(&family.user, action, "user", &family.user).detail(detail)
}
