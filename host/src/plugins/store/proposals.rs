//! SQL of proposals that wait for a person's confirmation.

use sqlx::Row;

use crate::db::{self, Db, Tx};
use crate::vault::{Place, Vault};

pub struct Proposal {
    pub id: String,
    pub user: String,
    pub plugin: String,
    /// The package that prepared it; another one does not carry it out.
    pub digest: String,
    pub tool: String,
    /// JSON, as it was prepared with.
    pub arguments: String,
    /// JSON of the plan.
    pub plan: String,
    pub idempotency_key: String,
    pub created_at: i64,
    pub expires_at: i64,
}

fn at<'a>(column: &'a str, id: &'a str) -> Place<'a> {
    Place::new("plugin_proposals", column, id)
}

pub async fn insert(db: &Db, vault: &Vault, proposal: &Proposal) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO plugin_proposals (id, user_id, plugin_id, digest, tool, arguments, plan, idempotency_key, \
         created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(&proposal.id)
    .bind(&proposal.user)
    .bind(&proposal.plugin)
    .bind(&proposal.digest)
    .bind(&proposal.tool)
    .bind(vault.seal(at("arguments", &proposal.id), &proposal.arguments)?)
    .bind(vault.seal(at("plan", &proposal.id), &proposal.plan)?)
    .bind(&proposal.idempotency_key)
    .bind(proposal.created_at)
    .bind(proposal.expires_at)
    .execute(db)
    .await?;
    Ok(())
}

/// The proposal, used up from now on. None when it is not this user's, was used, or is too old.
pub async fn take(tx: &mut Tx, vault: &Vault, id: &str, user: &str, now: i64) -> Result<Option<Proposal>, sqlx::Error> {
    let taken = sqlx::query(
        "UPDATE plugin_proposals SET used_at = $3 WHERE id = $1 AND user_id = $2 AND used_at IS NULL AND expires_at > $3",
    )
    .bind(id)
    .bind(user)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    if taken.rows_affected() == 0 {
        return Ok(None);
    }
    sqlx::query("SELECT * FROM plugin_proposals WHERE id = $1")
        .bind(id)
        .try_map(|row: db::Row| {
            Ok(Proposal {
                id: row.try_get("id")?,
                user: row.try_get("user_id")?,
                plugin: row.try_get("plugin_id")?,
                digest: row.try_get("digest")?,
                tool: row.try_get("tool")?,
                arguments: vault.open(at("arguments", id), row.try_get("arguments")?)?,
                plan: vault.open(at("plan", id), row.try_get("plan")?)?,
                idempotency_key: row.try_get("idempotency_key")?,
                created_at: row.try_get("created_at")?,
                expires_at: row.try_get("expires_at")?,
            })
        })
        .fetch_optional(&mut **tx)
        .await
}

/// Whether it is this user's at all, used or old.
pub async fn is_known(tx: &mut Tx, id: &str, user: &str) -> Result<bool, sqlx::Error> {
    let row = sqlx::query("SELECT id FROM plugin_proposals WHERE id = $1 AND user_id = $2")
        .bind(id)
        .bind(user)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.is_some())
}

/// Arguments and plans may name patients: they are not kept longer than anyone could use them.
pub async fn forget(db: &Db, before: i64) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM plugin_proposals WHERE expires_at < $1")
        .bind(before)
        .execute(db)
        .await?;
    Ok(())
}
