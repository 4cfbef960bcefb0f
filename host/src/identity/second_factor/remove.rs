//! Taking a second factor away: by its owner with a fresh code of it, or for someone who has lost theirs, by an
//! administrator or from the server's shell.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::store;
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::Clock;
use crate::db::Db;
use crate::edge::caller::FreshCaller;
use crate::edge::problem::Problem;

#[utoipa::path(delete, path = "/api/v1/auth/second-factor",
    responses((status = 204), (status = 403, body = api_types::ProblemBody)))]
pub async fn handle(State(app): State<Arc<App>>, FreshCaller(caller): FreshCaller) -> Result<StatusCode, Problem> {
    of(&app.db, app.clock.as_ref(), caller.id(), caller.id()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes the second factor of `user`; false when there was none.
///
/// # Errors
/// Of the database.
pub async fn of(db: &Db, clock: &dyn Clock, actor: &str, user: &str) -> Result<bool, sqlx::Error> {
    let mut tx = crate::db::begin(db).await?;
    if !store::second_factor::remove(&mut tx, user).await? {
        return Ok(false);
    }
    let event = Event::new(actor, "second_factor.removed", "user", user);
    audit::record(&mut tx, clock.now_ms(), &event).await?;
    tx.commit().await?;
    Ok(true)
}

#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    #[error("There is no user \"{0}\". The page \"Users and roles\" lists them.")]
    NoUser(String),
    #[error("\"{0}\" has no second factor; nothing was changed.")]
    NoFactor(String),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// `voiceassist reset-second-factor`: a sole administrator who has lost theirs has no colleague to ask. `name` is an id
/// or, standalone, the name that the user signs in with.
///
/// # Errors
/// See [`ResetError`].
pub async fn from_shell(db: &Db, clock: &dyn Clock, name: &str) -> Result<(), ResetError> {
    let Some(user) = store::id_of(db, name).await? else {
        return Err(ResetError::NoUser(name.to_owned()));
    };
    match of(db, clock, "system:shell", &user).await? {
        true => Ok(()),
        false => Err(ResetError::NoFactor(name.to_owned())),
    }
}
