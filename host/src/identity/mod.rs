//! Stand-alone sign-in: a one-time link makes a session. Nextcloud's identity joins through the same `Caller`.

pub mod issuer;
pub mod login;
pub mod refresh;
pub mod second_factor;
pub mod session;
pub mod sessions;
pub mod sign_in;
pub mod sign_out;
mod store;
pub mod times;
pub mod users;
pub mod whoami;

use api_types::{Role, SessionInfo, UserInfo};
use nextcloud::ActingUser;
use sha2::{Digest, Sha256};
use sqlx::{Any, Executor};

use crate::app::App;
use crate::clock::new_id;
use crate::db::{Db, Tx};
use crate::jobs;
pub use session::{Ended, Session, can_ask};

/// Reader name of documents that every signed-in user may read.
pub const EVERYONE: &str = "everyone";

/// Kinds of session tokens.
const ACCESS: &str = "access";
const REFRESH: &str = "refresh";

/// The name under which documents are shared with one user.
pub fn reader_of(user_id: &str) -> String {
    format!("user:{user_id}")
}

/// The live session that an access token opens, if any. It counts as used unless `quiet`: a page that only looks whether
/// something is new keeps nobody signed in.
///
/// # Errors
/// Of the database.
pub async fn session_of(app: &App, token: &str, quiet: bool) -> Result<Option<Session>, sqlx::Error> {
    let (now, idle) = (app.clock.now_ms(), app.config.times.idle);
    store::sessions::of_access(&app.db, &digest(token), now, idle, quiet).await
}

/// The role of the session's user, if the session goes on: for what stays open longer than a request.
///
/// # Errors
/// Of the database.
pub async fn alive(app: &App, session: &str) -> Result<Option<Role>, sqlx::Error> {
    store::sessions::alive(&app.db, session, app.clock.now_ms()).await
}

/// The role of a user that still exists, for work that goes on after the request.
///
/// # Errors
/// Of the database.
pub async fn user(db: &Db, id: &str) -> Result<Option<UserInfo>, sqlx::Error> {
    store::user(db, id).await
}

/// Whether the user was erased: what is still under way in their name ends.
///
/// # Errors
/// Of the database.
pub async fn is_erased<'e>(db: impl Executor<'e, Database = Any>, id: &str) -> Result<bool, sqlx::Error> {
    store::is_erased(db, id).await
}

/// Begins the ids of users whom Nextcloud vouches for; local names cannot hold a colon.
const NEXTCLOUD: &str = "nextcloud:";

/// The id under which a Nextcloud user's conversations and documents are kept.
pub fn id_of(user: &ActingUser) -> String {
    id_of_uid(user.uid())
}

/// As [`id_of`], of a user in whose name nothing is done.
pub fn id_of_uid(uid: &str) -> String {
    format!("{NEXTCLOUD}{uid}")
}

/// Nextcloud's id of a user kept under `id`; none for a local user.
pub fn nextcloud_uid(id: &str) -> Option<&str> {
    id.strip_prefix(NEXTCLOUD)
}

/// Job, stored with a Nextcloud user's first call: what is done for them once a day, whether they come again or not.
pub const DAILY: &str = "ingest.daily";

/// The row of a Nextcloud user, made at their first call. Their role is not kept: their groups decide it each time.
///
/// # Errors
/// Of the database.
pub async fn nextcloud_user(app: &App, user: &ActingUser, role: Role) -> Result<UserInfo, sqlx::Error> {
    let id = id_of(user);
    if store::user(&app.db, &id).await?.is_none() {
        let now = app.clock.now_ms();
        let mut tx = crate::db::begin(&app.db).await?;
        store::insert_user(&mut tx, &id, Role::Viewer, now).await?;
        let key = format!("daily:{}", user.uid());
        jobs::enqueue_as(&mut tx, &new_id(app.random.as_ref()), (DAILY, &key, ""), user, now).await?;
        tx.commit().await?;
    }
    Ok(UserInfo {
        id,
        name: user.uid().to_owned(),
        role,
    })
}

/// Job: everything of one user is erased. Payload: the user's id.
pub const ERASE: &str = "retention.erase";

/// Removes a user with everything that refers to them, and leaves a row without a name. False when that was done before.
///
/// # Errors
/// Of the database.
pub async fn bury(tx: &mut Tx, id: &str, now: i64) -> Result<bool, sqlx::Error> {
    store::bury(tx, id, now).await
}

fn session_info(user: UserInfo, expires_at: Option<i64>, nextcloud: bool) -> SessionInfo {
    SessionInfo {
        can_ask: can_ask(user.role),
        user,
        expires_at,
        nextcloud,
        needs_second_factor: false,
    }
}

fn digest(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Admin => "admin",
        Role::MedicalStaff => "medical_staff",
        Role::User => "user",
        Role::Viewer => "viewer",
    }
}

fn role_from(name: &str) -> Role {
    match name {
        "admin" => Role::Admin,
        "medical_staff" => Role::MedicalStaff,
        "user" => Role::User,
        _ => Role::Viewer,
    }
}
