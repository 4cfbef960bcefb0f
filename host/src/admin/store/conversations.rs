//! SQL of the list of conversations. It touches no sealed column.

use api_types::{ConversationRow, ConversationState};
use sqlx::Row;

use crate::admin::conversations::{Order, Search};
use crate::db::{self, Db, Growing, Tx};
use crate::edge::cursor::Cursor;

const LISTED: &str = "(SELECT c.id, c.user_id, u.name AS user_name, c.created_at, c.updated_at, \
      (SELECT COUNT(*) FROM messages AS m WHERE m.conversation_id = c.id) AS messages, \
      (SELECT m.model FROM messages AS m WHERE m.conversation_id = c.id AND m.model IS NOT NULL \
         ORDER BY m.asked_at DESC, m.id DESC LIMIT 1) AS model, \
      (SELECT CASE MAX(CASE m.phi_class WHEN 'phi' THEN 3 WHEN 'possible' THEN 2 WHEN 'none' THEN 1 END) \
         WHEN 3 THEN 'phi' WHEN 2 THEN 'possible' WHEN 1 THEN 'none' END \
         FROM messages AS m WHERE m.conversation_id = c.id) AS phi_class, \
      COALESCE((SELECT m.status FROM messages AS m WHERE m.conversation_id = c.id \
         ORDER BY m.asked_at DESC, m.id DESC LIMIT 1), 'empty') AS state \
    FROM conversations AS c JOIN users AS u ON u.id = c.user_id WHERE c.deleted_at IS NULL) AS listed";

fn state_name(state: ConversationState) -> &'static str {
    match state {
        ConversationState::Empty => "empty",
        ConversationState::Running => "running",
        ConversationState::Done => "done",
        ConversationState::Stopped => "stopped",
        ConversationState::Failed => "failed",
    }
}

fn listed(row: &db::Row) -> Result<ConversationRow, sqlx::Error> {
    Ok(ConversationRow {
        id: row.try_get("id")?,
        user_id: row.try_get("user_id")?,
        user_name: row.try_get("user_name")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
        messages: row.try_get("messages")?,
        model: row.try_get("model")?,
        phi_class: row.try_get("phi_class")?,
        state: match row.try_get("state")? {
            "empty" => ConversationState::Empty,
            "running" => ConversationState::Running,
            "done" => ConversationState::Done,
            "stopped" => ConversationState::Stopped,
            _ => ConversationState::Failed,
        },
    })
}

/// The query `what` of those that the search finds.
fn matching(what: &str, search: &Search) -> Result<Growing, sqlx::Error> {
    let mut query = Growing::new(&format!("SELECT {what} FROM {LISTED} WHERE 1 = 1"));
    let user = search.user.trim();
    if !user.is_empty() {
        query.push(" AND (user_name = ").bind(user)?.push(" OR user_id = ");
        query.bind(user)?.push(" OR user_id = ");
        query.bind(format!("nextcloud:{user}"))?.push(")");
    }
    if let Some(from) = search.from {
        query.push(" AND updated_at >= ").bind(from)?;
    }
    if let Some(to) = search.to {
        query.push(" AND updated_at < ").bind(to)?;
    }
    if let Some(state) = search.state {
        query.push(" AND state = ").bind(state_name(state))?;
    }
    if !search.class.is_empty() {
        query.push(" AND phi_class = ").bind(search.class.as_str())?;
    }
    Ok(query)
}

/// The next `limit` behind `after`, in the order that was asked for.
pub async fn found(db: &Db, search: &Search, after: &Cursor, limit: i64) -> Result<Vec<ConversationRow>, sqlx::Error> {
    let by = match search.order {
        Order::Activity => "updated_at",
        Order::Created => "created_at",
        Order::Messages => "messages",
    };
    let (than, way) = if search.ascending { (">", "ASC") } else { ("<", "DESC") };
    let mut query = matching("*", search)?;
    query.push(&format!(" AND ({by}, id) {than} (")).bind(after.time)?;
    query.push(", ").bind(after.id.as_str())?;
    query
        .push(&format!(") ORDER BY {by} {way}, id {way} LIMIT "))
        .bind(limit)?;
    let rows = query.build().fetch_all(db).await?;
    rows.iter().map(listed).collect()
}

pub async fn count(db: &Db, search: &Search) -> Result<i64, sqlx::Error> {
    let row = matching("COUNT(*) AS found", search)?.build().fetch_one(db).await?;
    row.try_get("found")
}

pub async fn one(db: &Db, id: &str) -> Result<Option<ConversationRow>, sqlx::Error> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT * FROM {LISTED} WHERE id = $1")))
        .bind(id)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(listed).transpose()
}

pub async fn is_there(tx: &mut Tx, id: &str) -> Result<bool, sqlx::Error> {
    let row = sqlx::query("SELECT id FROM conversations WHERE id = $1 AND deleted_at IS NULL")
        .bind(id)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.is_some())
}
