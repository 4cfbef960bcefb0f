//! SQL of legal holds.

use api_types::{Hold, HoldKind};
use sqlx::Row;

use crate::db::{self, Db, Tx};
use crate::vault::{Place, Vault};

fn reason_at(id: &str) -> Place<'_> {
    Place::new("legal_holds", "reason", id)
}

pub fn kind_name(kind: HoldKind) -> &'static str {
    match kind {
        HoldKind::User => "user",
        HoldKind::Conversation => "conversation",
    }
}

fn kind_from(name: &str) -> HoldKind {
    match name {
        "conversation" => HoldKind::Conversation,
        _ => HoldKind::User,
    }
}

/// Id and name of a user who is there.
pub async fn user(tx: &mut Tx, id: &str) -> Result<Option<(String, String)>, sqlx::Error> {
    let row = sqlx::query("SELECT id, name FROM users WHERE id = $1 AND erased_at IS NULL")
        .bind(id)
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|row| Ok((row.try_get("id")?, row.try_get("name")?)))
        .transpose()
}

/// Id and name of the user whose conversation it is, also of one that was deleted and is not erased yet.
pub async fn owner(tx: &mut Tx, conversation: &str) -> Result<Option<(String, String)>, sqlx::Error> {
    let row =
        sqlx::query("SELECT u.id, u.name FROM conversations AS c JOIN users AS u ON u.id = c.user_id WHERE c.id = $1")
            .bind(conversation)
            .fetch_optional(&mut **tx)
            .await?;
    row.map(|row| Ok((row.try_get("id")?, row.try_get("name")?)))
        .transpose()
}

async fn any(tx: &mut Tx, sql: &'static str, id: &str) -> Result<bool, sqlx::Error> {
    Ok(sqlx::query(sql).bind(id).fetch_optional(&mut **tx).await?.is_some())
}

/// Whether there is a hold on exactly this.
pub async fn stands(tx: &mut Tx, subject: &str) -> Result<bool, sqlx::Error> {
    let sql = "SELECT id FROM legal_holds WHERE subject_id = $1 AND lifted_at IS NULL LIMIT 1";
    any(tx, sql, subject).await
}

pub async fn on_user(tx: &mut Tx, user: &str) -> Result<bool, sqlx::Error> {
    let sql = "SELECT id FROM legal_holds WHERE subject_id = $1 AND kind = 'user' AND lifted_at IS NULL LIMIT 1";
    any(tx, sql, user).await
}

pub async fn on_conversation(tx: &mut Tx, conversation: &str) -> Result<bool, sqlx::Error> {
    let sql = "SELECT h.id FROM legal_holds AS h WHERE h.lifted_at IS NULL AND ((h.kind = 'conversation' AND h.subject_id = $1) \
        OR (h.kind = 'user' AND h.subject_id = (SELECT user_id FROM conversations WHERE id = $1))) LIMIT 1";
    any(tx, sql, conversation).await
}

pub async fn on_anything_of(tx: &mut Tx, user: &str) -> Result<bool, sqlx::Error> {
    let sql = "SELECT id FROM legal_holds WHERE user_id = $1 AND lifted_at IS NULL LIMIT 1";
    any(tx, sql, user).await
}

pub async fn insert(tx: &mut Tx, vault: &Vault, hold: &Hold) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO legal_holds (id, kind, subject_id, user_id, reason, placed_by, placed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&hold.id)
    .bind(kind_name(hold.kind))
    .bind(&hold.subject_id)
    .bind(&hold.user_id)
    .bind(vault.seal(reason_at(&hold.id), &hold.reason)?)
    .bind(&hold.placed_by)
    .bind(hold.placed_at)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What it was on; none when it is not there or was lifted.
pub async fn lift(tx: &mut Tx, id: &str, by: &str, now: i64) -> Result<Option<(HoldKind, String)>, sqlx::Error> {
    let row = sqlx::query(
        "UPDATE legal_holds SET lifted_by = $1, lifted_at = $2 WHERE id = $3 AND lifted_at IS NULL \
         RETURNING kind, subject_id",
    )
    .bind(by)
    .bind(now)
    .bind(id)
    .fetch_optional(&mut **tx)
    .await?;
    row.map(|row| Ok((kind_from(row.try_get("kind")?), row.try_get("subject_id")?)))
        .transpose()
}

pub async fn forget_lifted(tx: &mut Tx, user: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM legal_holds WHERE user_id = $1 AND lifted_at IS NOT NULL")
        .bind(user)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Those that hold first, then the newest.
pub async fn list(db: &Db, vault: &Vault) -> Result<Vec<Hold>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT h.id, h.kind, h.subject_id, h.user_id, COALESCE(u.name, h.user_id) AS user_name, h.reason, \
         COALESCE(p.name, h.placed_by) AS placed_by, h.placed_at, COALESCE(l.name, h.lifted_by) AS lifted_by, h.lifted_at \
         FROM legal_holds AS h LEFT JOIN users AS u ON u.id = h.user_id LEFT JOIN users AS p ON p.id = h.placed_by \
         LEFT JOIN users AS l ON l.id = h.lifted_by \
         ORDER BY CASE WHEN h.lifted_at IS NULL THEN 0 ELSE 1 END, h.placed_at DESC, h.id LIMIT 500",
    )
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| hold(vault, row)).collect()
}

fn hold(vault: &Vault, row: &db::Row) -> Result<Hold, sqlx::Error> {
    let id: String = row.try_get("id")?;
    Ok(Hold {
        kind: kind_from(row.try_get("kind")?),
        subject_id: row.try_get("subject_id")?,
        user_id: row.try_get("user_id")?,
        user_name: row.try_get("user_name")?,
        reason: vault.open(reason_at(&id), row.try_get("reason")?)?,
        placed_by: row.try_get("placed_by")?,
        placed_at: row.try_get("placed_at")?,
        lifted_by: row.try_get("lifted_by")?,
        lifted_at: row.try_get("lifted_at")?,
        id,
    })
}
