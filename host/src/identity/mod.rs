//! Stand-alone sign-in: a one-time link makes a session. Nextcloud's identity joins through the same `Caller`.

pub mod issuer;
pub mod login;
pub mod sign_in;
pub mod sign_out;
mod store;
pub mod whoami;

use api_types::{Role, SessionInfo, UserInfo};
use nextcloud::ActingUser;
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::clock::new_id;
use crate::db::{Db, Tx};
use crate::jobs;

/// Reader name of documents that every signed-in user may read.
pub const EVERYONE: &str = "everyone";

/// A session ends at the latest after this time, in milliseconds (12 hours).
const SESSION_MS: i64 = 12 * 60 * 60 * 1000;
/// And after this time without a request (2 hours).
const IDLE_MS: i64 = 2 * 60 * 60 * 1000;

pub struct Session {
    pub user: UserInfo,
    pub expires_at: i64,
}

/// The name under which documents are shared with one user.
pub fn reader_of(user_id: &str) -> String {
    format!("user:{user_id}")
}

/// The live session behind a cookie's secret, if any.
///
/// # Errors
/// Of the database.
pub async fn session_of(app: &App, token: &str) -> Result<Option<Session>, sqlx::Error> {
    store::touch_session(&app.db, &digest(token), app.clock.now_ms(), IDLE_MS).await
}

/// The role of a user that still exists, for work that goes on after the request.
///
/// # Errors
/// Of the database.
pub async fn user(db: &Db, id: &str) -> Result<Option<UserInfo>, sqlx::Error> {
    store::user(db, id).await
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

/// Removes a user with their sessions and conversations; returns how many conversations.
///
/// # Errors
/// Of the database.
pub async fn remove(tx: &mut Tx, id: &str) -> Result<i64, sqlx::Error> {
    store::remove(tx, id).await
}

/// Viewers read; everyone else asks and uploads.
pub fn can_ask(role: Role) -> bool {
    role != Role::Viewer
}

fn session_info(user: UserInfo, expires_at: Option<i64>, nextcloud: bool) -> SessionInfo {
    SessionInfo {
        can_ask: can_ask(user.role),
        user,
        expires_at,
        nextcloud,
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
