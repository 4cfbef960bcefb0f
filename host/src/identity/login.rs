//! Makes a local user and a one-time link for them, like Jupyter's.
//!
//! Refused in an installation: there, Nextcloud says who someone is.

use api_types::Role;

use super::{digest, session, store};
use crate::clock::{Clock, Random, new_id, new_secret};
use crate::config::Config;
use crate::db::Db;

/// A link works for 30 minutes.
const LINK_MS: i64 = 30 * 60 * 1000;
/// The user of the link that `serve` prints; an admin even when `login` or `--demo` made another user before.
pub const ADMIN: &str = "admin";

#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    #[error("Sign-in links are refused because APP_SECRET is set: users sign in to Nextcloud.")]
    Installed,
    #[error("\"{0}\" cannot be a user name. Use 1 to 64 letters, digits, dots, dashes or underscores.")]
    Name(String),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Returns the link's secret. A new user is medical staff, the first of all and one named "admin" an admin; who exists
/// keeps their role.
///
/// # Errors
/// See [`LoginError`].
pub async fn link(
    config: &Config,
    db: &Db,
    clock: &dyn Clock,
    random: &dyn Random,
    name: &str,
) -> Result<String, LoginError> {
    if config.installed.is_some() {
        return Err(LoginError::Installed);
    }
    let user = user_called(db, clock, random, name).await?;
    let secret = new_secret(random);
    store::insert_link(db, &digest(&secret), &user, clock.now_ms() + LINK_MS).await?;
    Ok(secret)
}

/// Returns the secret of a session for a program, such as an assistant that uses the calculators.
///
/// # Errors
/// See [`LoginError`].
pub async fn token(
    config: &Config,
    db: &Db,
    clock: &dyn Clock,
    random: &dyn Random,
    name: &str,
) -> Result<String, LoginError> {
    if config.installed.is_some() {
        return Err(LoginError::Installed);
    }
    let user = user_called(db, clock, random, name).await?;
    let mut tx = crate::db::begin(db).await?;
    let token = session::open_for_program(&mut tx, random, &config.times, &user, clock.now_ms()).await?;
    tx.commit().await?;
    Ok(token)
}

/// The id of the user of this name, made if need be.
async fn user_called(db: &Db, clock: &dyn Clock, random: &dyn Random, name: &str) -> Result<String, LoginError> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    if name.is_empty() || name.chars().count() > 64 || !name.chars().all(plain) {
        return Err(LoginError::Name(name.to_owned()));
    }
    let now = clock.now_ms();
    let role = if name == ADMIN || !store::any_user(db).await? {
        Role::Admin
    } else {
        Role::MedicalStaff
    };
    Ok(store::ensure_user(db, &new_id(random), name, role, now).await?)
}
