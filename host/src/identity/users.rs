//! Users as an admin sees them. Local ones have a role of their own; for Nextcloud's their groups decide it.

use api_types::{ChangeUser, UserList};

use super::session::{self, Ended};
use super::store::{sessions, users};
use super::{nextcloud_uid, role_name};
use crate::app::App;
use crate::audit::{self, Event};
use crate::db::Tx;
use crate::edge::problem::Problem;

const PAGE: usize = 50;

/// A page of the users whose name holds `words`.
///
/// # Errors
/// Of the database.
pub async fn page_of(app: &App, words: &str, after: Option<&str>) -> Result<UserList, Problem> {
    let when = (app.clock.now_ms(), app.config.times.idle);
    let mut users = users::list(&app.db, words, after.unwrap_or_default(), PAGE as i64 + 1, when).await?;
    let more = users.len() > PAGE;
    users.truncate(PAGE);
    let next = users.last().filter(|_| more).map(|last| last.name.clone());
    Ok(UserList { users, next })
}

/// Nobody can sign in as the user from now on, and what is open ends. False when there is no such user.
///
/// # Errors
/// 409 for the last admin of a server that stands alone.
pub async fn suspend(tx: &mut Tx, id: &str, now: i64) -> Result<bool, Problem> {
    if !users::suspend(tx, id, now).await? {
        return Ok(false);
    }
    if nextcloud_uid(id).is_none() && users::admins(tx).await? == 0 {
        return Err(Problem::conflict("Nobody would be left who administers."));
    }
    sessions::end_all(tx, id, Ended::Disabled, now).await?;
    Ok(true)
}

/// Changes a local user; the next request of theirs is decided anew, and the sessions of one who is disabled end.
///
/// # Errors
/// 404 for nobody; 409 for a user of Nextcloud and for the last admin.
pub async fn change(app: &App, actor: &str, id: &str, change: &ChangeUser) -> Result<(), Problem> {
    if nextcloud_uid(id).is_some() {
        return Err(Problem::conflict(
            "Nextcloud's groups decide what this user may do. Change the groups, or the roles of groups.",
        ));
    }
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    if !users::change(&mut tx, id, change.role, change.disabled.then_some(now)).await? {
        return Err(Problem::not_found());
    }
    if users::admins(&mut tx).await? == 0 {
        return Err(Problem::conflict("Nobody would be left who administers."));
    }
    if change.disabled {
        for session in sessions::end_all(&mut tx, id, Ended::Disabled, now).await? {
            session::note_end(&mut tx, id, &session, Ended::Disabled, now).await?;
        }
    }
    let detail = serde_json::json!({ "role": role_name(change.role), "disabled": change.disabled });
    let event = Event::new(actor, "user.changed", "user", id).detail(detail);
    audit::record(&mut tx, now, &event).await?;
    Ok(tx.commit().await?)
}
