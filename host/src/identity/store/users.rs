//! What an admin sees and decides of users.

use api_types::{Role, UserSummary};
use sqlx::Row;

use crate::db::{Db, Tx};
use crate::identity::{nextcloud_uid, role_from, role_name};

/// Users whose name holds `words`, by name, after the one that the page before ended with.
pub async fn list(
    db: &Db,
    words: &str,
    after: &str,
    limit: i64,
    (now, idle): (i64, i64),
) -> Result<Vec<UserSummary>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT id, name, role, created_at, disabled_at, \
         (SELECT COUNT(*) FROM sessions WHERE sessions.user_id = users.id AND ended_at IS NULL AND expires_at > $4 \
            AND (last_seen_at > $5 OR kind = 'program')) AS sessions, \
         (SELECT COUNT(*) FROM second_factors WHERE second_factors.user_id = users.id AND confirmed_at IS NOT NULL) \
            AS factors \
         FROM users WHERE erased_at IS NULL AND name > $1 AND LOWER(name) LIKE $2 ESCAPE '\\' ORDER BY name LIMIT $3",
    )
    .bind(after)
    .bind(like(words))
    .bind(limit)
    .bind(now)
    .bind(now - idle)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            Ok(UserSummary {
                role: nextcloud_uid(&id).is_none().then_some(role_from(row.try_get("role")?)),
                id,
                name: row.try_get("name")?,
                disabled: row.try_get::<Option<i64>, _>("disabled_at")?.is_some(),
                second_factor: row.try_get::<i64, _>("factors")? > 0,
                sessions: row.try_get("sessions")?,
                created_at: row.try_get("created_at")?,
            })
        })
        .collect()
}

fn like(words: &str) -> String {
    let mut pattern = String::from("%");
    for c in words.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// False when there is no such user.
pub async fn change(tx: &mut Tx, id: &str, role: Role, disabled_at: Option<i64>) -> Result<bool, sqlx::Error> {
    let changed = sqlx::query("UPDATE users SET role = $1, disabled_at = $2 WHERE id = $3 AND erased_at IS NULL")
        .bind(role_name(role))
        .bind(disabled_at)
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(changed.rows_affected() == 1)
}

/// The user may not sign in from now on. False when there is no such user.
pub async fn suspend(tx: &mut Tx, id: &str, now: i64) -> Result<bool, sqlx::Error> {
    let changed =
        sqlx::query("UPDATE users SET disabled_at = COALESCE(disabled_at, $1) WHERE id = $2 AND erased_at IS NULL")
            .bind(now)
            .bind(id)
            .execute(&mut **tx)
            .await?;
    Ok(changed.rows_affected() == 1)
}

/// Local users who administer and may sign in.
pub async fn admins(tx: &mut Tx) -> Result<i64, sqlx::Error> {
    sqlx::query("SELECT COUNT(*) AS admins FROM users WHERE role = $1 AND disabled_at IS NULL")
        .bind(role_name(Role::Admin))
        .fetch_one(&mut **tx)
        .await?
        .try_get("admins")
}
