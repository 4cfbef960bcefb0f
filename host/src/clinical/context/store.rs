//! SQL of clinical contexts and of the looks that administrators took.

use api_types::{ClinicalContext, ContextAccess, MaskedContext};
use sqlx::Row;

use crate::db::{self, Db, Tx};
use crate::edge::cursor::Cursor;
use crate::vault::{Place, Vault};

fn facts_at(id: &str) -> Place<'_> {
    Place::new("clinical_contexts", "facts", id)
}

fn reason_at(id: &str) -> Place<'_> {
    Place::new("context_reveals", "reason", id)
}

/// Whether the conversation is this user's.
pub async fn is_own(db: &Db, user: &str, conversation: &str) -> Result<bool, sqlx::Error> {
    let row = sqlx::query("SELECT id FROM conversations WHERE id = $1 AND user_id = $2 AND deleted_at IS NULL")
        .bind(conversation)
        .bind(user)
        .fetch_optional(db)
        .await?;
    Ok(row.is_some())
}

/// A context with its id and the time of its last change.
pub struct Kept {
    pub id: String,
    pub context: ClinicalContext,
    pub updated_at: i64,
}

pub async fn of(db: &Db, vault: &Vault, conversation: &str) -> Result<Option<Kept>, sqlx::Error> {
    let row = sqlx::query("SELECT id, facts, updated_at FROM clinical_contexts WHERE conversation_id = $1")
        .bind(conversation)
        .fetch_optional(db)
        .await?;
    row.map(|row| {
        let id: String = row.try_get("id")?;
        Ok(Kept {
            context: opened(vault, &id, row.try_get("facts")?)?,
            updated_at: row.try_get("updated_at")?,
            id,
        })
    })
    .transpose()
}

fn opened(vault: &Vault, id: &str, facts: String) -> Result<ClinicalContext, sqlx::Error> {
    let facts = vault.open(facts_at(id), facts)?;
    serde_json::from_str(&facts).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// Keeps the context of a conversation; `id` counts when there is none yet. Returns its id.
pub async fn keep(
    tx: &mut Tx,
    vault: &Vault,
    (id, conversation): (&str, &str),
    context: &ClinicalContext,
    now: i64,
) -> Result<String, sqlx::Error> {
    let known = sqlx::query("SELECT id FROM clinical_contexts WHERE conversation_id = $1")
        .bind(conversation)
        .fetch_optional(&mut **tx)
        .await?;
    let id: String = match known {
        Some(row) => row.try_get("id")?,
        None => id.to_owned(),
    };
    let facts = serde_json::to_string(context).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    sqlx::query(
        "INSERT INTO clinical_contexts (id, conversation_id, facts, fields, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (id) DO UPDATE SET facts = excluded.facts, \
         fields = excluded.fields, updated_at = excluded.updated_at",
    )
    .bind(&id)
    .bind(conversation)
    .bind(vault.seal(facts_at(&id), &facts)?)
    .bind(i64::try_from(context.facts()).unwrap_or(i64::MAX))
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// Removes a conversation's context. None when there was none.
pub async fn clear(tx: &mut Tx, conversation: &str) -> Result<Option<String>, sqlx::Error> {
    let row = sqlx::query("DELETE FROM clinical_contexts WHERE conversation_id = $1 RETURNING id")
        .bind(conversation)
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|row| row.try_get("id")).transpose()
}

const MASKED: &str = "SELECT c.id, c.conversation_id, v.user_id, u.name AS user_name, c.fields, c.created_at, c.updated_at \
    FROM clinical_contexts AS c JOIN conversations AS v ON v.id = c.conversation_id JOIN users AS u ON u.id = v.user_id WHERE v.deleted_at IS NULL";

fn masked(row: &db::Row) -> Result<MaskedContext, sqlx::Error> {
    Ok(MaskedContext {
        id: row.try_get("id")?,
        conversation_id: row.try_get("conversation_id")?,
        user_id: row.try_get("user_id")?,
        user_name: row.try_get("user_name")?,
        facts: row.try_get("fields")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
    })
}

/// All users' contexts without what they hold, last changed first, behind this time and id.
pub async fn list(db: &Db, after: &Cursor, limit: i64) -> Result<Vec<MaskedContext>, sqlx::Error> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{MASKED} AND (c.updated_at, c.id) < ($1, $2) ORDER BY c.updated_at DESC, c.id DESC LIMIT $3"
    )))
    .bind(after.time)
    .bind(&after.id)
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter().map(masked).collect()
}

/// Whose context it is and how much it holds, without opening it.
pub async fn one(db: &Db, id: &str) -> Result<Option<MaskedContext>, sqlx::Error> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{MASKED} AND c.id = $1")))
        .bind(id)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(masked).transpose()
}

/// Opens one context. The audit trail holds the intent already.
pub async fn reveal(tx: &mut Tx, vault: &Vault, id: &str) -> Result<Option<ClinicalContext>, sqlx::Error> {
    let row = sqlx::query("SELECT facts FROM clinical_contexts WHERE id = $1")
        .bind(id)
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|row| opened(vault, id, row.try_get("facts")?)).transpose()
}

/// What an administrator looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    Context,
    Messages,
}

impl Looked {
    fn name(self) -> &'static str {
        match self {
            Self::Context => "context",
            Self::Messages => "messages",
        }
    }
}

/// A look that an administrator took.
pub struct Look<'a> {
    pub id: &'a str,
    pub conversation: &'a str,
    pub what: Looked,
    pub by: &'a str,
    pub reason: &'a str,
    pub at: i64,
}

pub async fn note_look(tx: &mut Tx, vault: &Vault, look: &Look<'_>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO context_reveals (id, conversation_id, by_user, reason, at, what) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(look.id)
    .bind(look.conversation)
    .bind(look.by)
    .bind(vault.seal(reason_at(look.id), look.reason)?)
    .bind(look.at)
    .bind(look.what.name())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Newest first.
pub async fn looks(
    db: &Db,
    vault: &Vault,
    conversation: &str,
    what: Looked,
) -> Result<Vec<ContextAccess>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT r.id, r.reason, r.at, COALESCE(u.name, r.by_user) AS name FROM context_reveals AS r \
         LEFT JOIN users AS u ON u.id = r.by_user WHERE r.conversation_id = $1 AND r.what = $2 ORDER BY r.at DESC, r.id LIMIT 50",
    )
    .bind(conversation)
    .bind(what.name())
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(ContextAccess {
                reason: vault.open(reason_at(row.try_get("id")?), row.try_get("reason")?)?,
                by: row.try_get("name")?,
                at: row.try_get("at")?,
            })
        })
        .collect()
}
