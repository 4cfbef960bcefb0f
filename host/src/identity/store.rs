pub mod second_factor;
pub mod sessions;
pub mod users;

use api_types::{Role, UserInfo};
use sqlx::{Any, Executor, Row};

use super::{role_from, role_name};
use crate::db::{self, Db, Tx};

pub async fn any_user(db: &Db) -> Result<bool, sqlx::Error> {
    Ok(sqlx::query("SELECT id FROM users LIMIT 1")
        .fetch_optional(db)
        .await?
        .is_some())
}

/// The id of a user by their id or, standalone, by the name that they sign in with.
pub async fn id_of(db: &Db, name: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT id FROM users WHERE id = $1 OR name = $1 ORDER BY CASE WHEN id = $1 THEN 0 ELSE 1 END LIMIT 1",
    )
    .bind(name)
    .fetch_optional(db)
    .await
}

/// Returns the id of the user of this name, made if need be.
pub async fn ensure_user(db: &Db, id: &str, name: &str, role: Role, now: i64) -> Result<String, sqlx::Error> {
    let known = sqlx::query("SELECT id FROM users WHERE name = $1")
        .bind(name)
        .fetch_optional(db)
        .await?;
    if let Some(row) = known {
        return row.try_get("id");
    }
    sqlx::query("INSERT INTO users (id, name, role, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING")
        .bind(id)
        .bind(name)
        .bind(role_name(role))
        .bind(now)
        .execute(db)
        .await?;
    sqlx::query("SELECT id FROM users WHERE name = $1")
        .bind(name)
        .fetch_one(db)
        .await?
        .try_get("id")
}

/// A user whose id is their name; one that exists stays as it is, and one who was erased begins anew.
pub async fn insert_user(tx: &mut Tx, id: &str, role: Role, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM users WHERE id = $1 AND erased_at IS NOT NULL")
        .bind(id)
        .execute(&mut **tx)
        .await?;
    sqlx::query("INSERT INTO users (id, name, role, created_at) VALUES ($1, $1, $2, $3) ON CONFLICT (name) DO NOTHING")
        .bind(id)
        .bind(role_name(role))
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Whatever refers to the row goes with it. In its place stays one whose name is its id.
pub async fn bury(tx: &mut Tx, id: &str, now: i64) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query("DELETE FROM users WHERE id = $1 AND erased_at IS NULL")
        .bind(id)
        .execute(&mut **tx)
        .await?;
    if gone.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query(
        "INSERT INTO users (id, name, role, created_at, disabled_at, erased_at) VALUES ($1, $1, $2, $3, $3, $3)",
    )
    .bind(id)
    .bind(role_name(Role::Viewer))
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(true)
}

pub async fn is_erased<'e>(db: impl Executor<'e, Database = Any>, id: &str) -> Result<bool, sqlx::Error> {
    let row = sqlx::query("SELECT id FROM users WHERE id = $1 AND erased_at IS NOT NULL")
        .bind(id)
        .fetch_optional(db)
        .await?;
    Ok(row.is_some())
}

pub async fn user(db: &Db, id: &str) -> Result<Option<UserInfo>, sqlx::Error> {
    let row = sqlx::query("SELECT id, name, role FROM users WHERE id = $1 AND erased_at IS NULL")
        .bind(id)
        .fetch_optional(db)
        .await?;
    row.map(|row| user_from(&row)).transpose()
}

fn user_from(row: &db::Row) -> Result<UserInfo, sqlx::Error> {
    Ok(UserInfo {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        role: role_from(row.try_get("role")?),
    })
}

pub async fn insert_link(db: &Db, hash: &str, user: &str, expires_at: i64) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO login_links (token_hash, user_id, expires_at) VALUES ($1, $2, $3)")
        .bind(hash)
        .bind(user)
        .bind(expires_at)
        .execute(db)
        .await?;
    Ok(())
}

/// Uses a link up; `None` when it does not exist, was used or has expired.
pub async fn use_link(tx: &mut Tx, hash: &str, now: i64) -> Result<Option<UserInfo>, sqlx::Error> {
    let used = sqlx::query(
        "UPDATE login_links SET used_at = $1 WHERE token_hash = $2 AND used_at IS NULL AND expires_at > $1",
    )
    .bind(now)
    .bind(hash)
    .execute(&mut **tx)
    .await?;
    if used.rows_affected() == 0 {
        return Ok(None);
    }
    let row = sqlx::query(
        "SELECT users.id, users.name, users.role FROM users JOIN login_links ON login_links.user_id = users.id \
         WHERE token_hash = $1 AND users.disabled_at IS NULL",
    )
    .bind(hash)
    .fetch_optional(&mut **tx)
    .await?;
    row.map(|row| user_from(&row)).transpose()
}
