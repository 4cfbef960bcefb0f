//! Who a Nextcloud user is here: enabled or not, and in which groups. Remembered for a minute; files never are.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use api_types::Role;
use nextcloud::{ActingUser, NextcloudError};

use super::Cloud;
use super::settings;

const FRESH_MS: i64 = 60_000;
/// How often it is asked whether the app is enabled again.
const APP_DISABLED: Duration = Duration::from_secs(60);
const PATIENCE: Duration = Duration::from_secs(5);
/// While Nextcloud is down, what it said last counts for so long: sessions survive an outage.
const STALE_MS: i64 = 12 * 60 * 60 * 1000;
/// Nextcloud's own administrators.
const ADMIN_GROUP: &str = "admin";

#[derive(Default)]
pub struct Accounts(Mutex<HashMap<ActingUser, Account>>);

#[derive(Clone)]
struct Account {
    groups: Vec<String>,
    at: i64,
}

/// May the queue go on in a user's name?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MayWork {
    Yes,
    /// Disabled, gone, or without a role.
    No,
    /// The app itself is disabled; everything pauses for so long.
    Later(Duration),
}

#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Disabled or gone.
    #[error("this Nextcloud user is disabled")]
    Disabled,
    /// Enabled, but in no group with a role.
    #[error("no group of this Nextcloud user has a role")]
    NoRole { groups: Vec<String> },
    #[error(transparent)]
    Nextcloud(NextcloudError),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl Cloud {
    /// Whether work may go on in the user's name.
    ///
    /// # Errors
    /// Of the database.
    pub async fn may_work_for(&self, user: &ActingUser) -> Result<MayWork, sqlx::Error> {
        match self.role(user).await {
            Ok(_) => Ok(MayWork::Yes),
            Err(AccountError::Database(error)) => Err(error),
            // Whether it answers is found out, and waited for, by the work itself.
            Err(AccountError::Nextcloud(_)) => Ok(MayWork::Yes),
            // While the app is disabled every user looks disabled.
            Err(AccountError::Disabled) if !matches!(self.client.is_enabled().await, Ok(true)) => {
                self.pause.hold(APP_DISABLED, self.clock.now_ms());
                Ok(MayWork::Later(APP_DISABLED))
            }
            Err(AccountError::Disabled | AccountError::NoRole { .. }) => Ok(MayWork::No),
        }
    }

    /// The user's role by their groups.
    ///
    /// # Errors
    /// See [`AccountError`].
    pub async fn role(&self, user: &ActingUser) -> Result<Role, AccountError> {
        let groups = self.groups(user).await?;
        let mapping = settings::roles(&self.db).await?;
        settings::role_of(&mapping, &groups).ok_or(AccountError::NoRole { groups })
    }

    /// One of Nextcloud's own administrators, who alone decide about the installation.
    ///
    /// # Errors
    /// See [`AccountError`].
    pub async fn administers(&self, user: &ActingUser) -> Result<bool, AccountError> {
        Ok(is_admin(&self.groups(user).await?))
    }

    async fn groups(&self, user: &ActingUser) -> Result<Vec<String>, AccountError> {
        let now = self.clock.now_ms();
        let known = self.accounts().get(user).cloned();
        if let Some(account) = &known
            && now - account.at < FRESH_MS
        {
            return Ok(account.groups.clone());
        }
        let asked = tokio::time::timeout(PATIENCE, self.client.groups(user)).await;
        match asked.unwrap_or_else(|_| Err(NextcloudError::Unreachable("no answer in time".into()))) {
            Ok(groups) => {
                let account = Account {
                    groups: groups.clone(),
                    at: now,
                };
                self.accounts().insert(user.clone(), account);
                Ok(groups)
            }
            Err(NextcloudError::Refused(_)) => {
                self.accounts().remove(user);
                Err(AccountError::Disabled)
            }
            Err(error) => match known {
                Some(account) if error.is_temporary() && now - account.at < STALE_MS => Ok(account.groups),
                _ => Err(AccountError::Nextcloud(error)),
            },
        }
    }

    fn accounts(&self) -> std::sync::MutexGuard<'_, HashMap<ActingUser, Account>> {
        self.accounts.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nextcloud's administrators administer this app too, whatever the mapping says.
pub(super) fn is_admin(groups: &[String]) -> bool {
    groups.iter().any(|group| group == ADMIN_GROUP)
}
