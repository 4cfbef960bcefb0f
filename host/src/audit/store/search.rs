//! SQL of what administrators look at.

use api_types::AuditRecord;
use audit_chain::{Head, read_digits};
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe, Row};

use crate::audit::search::Search;
use crate::db::{self, Db};

/// What the newest checkpoint covers.
#[derive(Default)]
pub struct Signed {
    pub checkpoints: i64,
    pub sequence: i64,
    pub at: Option<i64>,
}

const COLUMNS: &str = "sequence, at_ms, actor, (SELECT name FROM users WHERE users.id = audit.actor) AS actor_name, \
    action, resource_type, resource_id, outcome, detail, hash";

/// What [`bound`] binds.
const MATCHES: &str = "($1 = '' OR actor = $1 OR actor = 'nextcloud:' || $1 \
    OR actor IN (SELECT id FROM users WHERE name = $1)) AND SUBSTR(action, 1, LENGTH($2)) = $2 \
    AND ($3 = '' OR resource_id = $3 OR resource_type = $3) AND at_ms >= $4 AND at_ms < $5";

/// A query that begins with the places of [`MATCHES`].
fn bound<'a>(sql: String, search: &'a Search) -> Query<'a, Any, AnyArguments> {
    sqlx::query(AssertSqlSafe(sql))
        .bind(search.actor.trim())
        .bind(search.action.trim())
        .bind(search.resource.trim())
        .bind(search.from.unwrap_or(i64::MIN))
        .bind(search.to.unwrap_or(i64::MAX))
}

/// Newest first.
pub async fn found(db: &Db, search: &Search, before: i64, limit: i64) -> Result<Vec<AuditRecord>, sqlx::Error> {
    let sql = format!("SELECT {COLUMNS} FROM audit WHERE {MATCHES} AND sequence < $6 ORDER BY sequence DESC LIMIT $7");
    bound(sql, search)
        .bind(before)
        .bind(limit)
        .try_map(|row| record(&row))
        .fetch_all(db)
        .await
}

/// Oldest first, after one sequence number and up to another.
pub async fn in_order(
    db: &Db,
    search: &Search,
    after: i64,
    until: i64,
    limit: i64,
) -> Result<Vec<AuditRecord>, sqlx::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM audit WHERE {MATCHES} AND sequence > $6 AND sequence <= $7 ORDER BY sequence LIMIT $8"
    );
    bound(sql, search)
        .bind(after)
        .bind(until)
        .bind(limit)
        .try_map(|row| record(&row))
        .fetch_all(db)
        .await
}

pub async fn count(db: &Db, search: &Search) -> Result<i64, sqlx::Error> {
    let sql = format!("SELECT COUNT(*) AS found FROM audit WHERE {MATCHES}");
    let row = bound(sql, search).fetch_one(db).await?;
    row.try_get("found")
}

pub async fn head(db: &Db) -> Result<Head, sqlx::Error> {
    let row = sqlx::query("SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1")
        .fetch_optional(db)
        .await?;
    let Some(row) = row else { return Ok(Head::EMPTY) };
    Ok(Head {
        sequence: row.try_get::<i64, _>("sequence")?.unsigned_abs(),
        hash: read_digits(row.try_get("hash")?).unwrap_or_default(),
    })
}

pub async fn signed(db: &Db) -> Result<Signed, sqlx::Error> {
    let row = sqlx::query("SELECT number, sequence, at_ms FROM audit_checkpoints ORDER BY number DESC LIMIT 1")
        .fetch_optional(db)
        .await?;
    let Some(row) = row else { return Ok(Signed::default()) };
    Ok(Signed {
        checkpoints: row.try_get("number")?,
        sequence: row.try_get("sequence")?,
        at: Some(row.try_get("at_ms")?),
    })
}

fn record(row: &db::Row) -> Result<AuditRecord, sqlx::Error> {
    Ok(AuditRecord {
        sequence: row.try_get("sequence")?,
        at: row.try_get("at_ms")?,
        actor: row.try_get("actor")?,
        actor_name: row.try_get("actor_name")?,
        action: row.try_get("action")?,
        resource_type: row.try_get("resource_type")?,
        resource_id: row.try_get("resource_id")?,
        outcome: row.try_get("outcome")?,
        detail: row.try_get("detail")?,
        hash: row.try_get("hash")?,
    })
}
