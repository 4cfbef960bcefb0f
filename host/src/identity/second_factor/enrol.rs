//! Setting a second factor up: a secret, then a code that proves the authenticator has it.

use std::sync::Arc;

use api_types::{RecoveryCodes, SecondFactorCode, SecondFactorEnrolment, SecondFactorState};
use axum::extract::State;

use super::{check, code, freshen, recovery, secret, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::edge::caller::Caller;
use crate::edge::problem::{Json, Problem};

#[utoipa::path(get, path = "/api/v1/auth/second-factor",
    responses((status = 200, body = SecondFactorState), (status = 401, body = api_types::ProblemBody)))]
pub async fn show(State(app): State<Arc<App>>, caller: Caller) -> Result<axum::Json<SecondFactorState>, Problem> {
    let enrolled = super::enrolled(&app.db, caller.id()).await?;
    Ok(axum::Json(SecondFactorState {
        enrolled,
        recovery_codes_left: store::second_factor::recovery_left(&app.db, caller.id()).await?,
        fresh_until: caller.fresh_until().filter(|until| *until > app.clock.now_ms()),
    }))
}

/// A new secret, which counts once a code of it was given. Who has a second factor already needs a fresh code of it.
#[utoipa::path(post, path = "/api/v1/auth/second-factor/enrolment",
    responses((status = 200, body = SecondFactorEnrolment), (status = 403, body = api_types::ProblemBody),
        (status = 409, body = api_types::ProblemBody)))]
pub async fn begin(State(app): State<Arc<App>>, caller: Caller) -> Result<axum::Json<SecondFactorEnrolment>, Problem> {
    let now = app.clock.now_ms();
    if super::enrolled(&app.db, caller.id()).await? {
        return Err(Problem::conflict(
            "You have a second factor. Remove it first, with a fresh code of it.",
        ));
    }
    let new = code::new_secret(app.random.as_ref());
    let address = secret::address(&new, &caller.user().name);
    let enrolment = SecondFactorEnrolment {
        secret: secret::shown(&new),
        qr_svg: secret::picture(&address)?,
        address,
    };
    let mut tx = crate::db::begin(&app.db).await?;
    store::second_factor::begin(&mut tx, &app.vault, caller.id(), &secret::shown(&new), now).await?;
    let event = Event::new(caller.id(), "second_factor.begun", "user", caller.id());
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    Ok(axum::Json(enrolment))
}

/// The first code; answers with the recovery codes, once.
#[utoipa::path(put, path = "/api/v1/auth/second-factor/enrolment", request_body = SecondFactorCode,
    responses((status = 200, body = RecoveryCodes), (status = 403, body = api_types::ProblemBody),
        (status = 409, body = api_types::ProblemBody)))]
pub async fn confirm(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(given): Json<SecondFactorCode>,
) -> Result<axum::Json<RecoveryCodes>, Problem> {
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    let factor = store::second_factor::of(&mut tx, &app.vault, caller.id()).await?;
    let factor = factor.filter(|factor| factor.confirmed_at.is_none());
    let factor = factor.ok_or_else(|| Problem::conflict("Nothing waits for a first code. Begin again."))?;
    let (mut tx, _) = check(tx, &caller, &factor, &given.code, now).await?;
    store::second_factor::confirm(&mut tx, caller.id(), now).await?;
    let codes = recovery::replace(&app, &mut tx, caller.id()).await?;
    let fresh = freshen(&app, &mut tx, &caller, now).await?;
    let event = Event::new(caller.id(), "second_factor.enrolled", "user", caller.id());
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    Ok(axum::Json(RecoveryCodes { codes, fresh }))
}
