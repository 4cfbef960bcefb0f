use api_types::LiveEvent;
use serde_json::Value;
use sqlx::Row;

use super::Happening;
use crate::db::{self, Db, Tx};

/// The number is the next one: whoever writes holds the write lock.
pub async fn insert(tx: &mut Tx, now: i64, event: &Happening<'_>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO live_events (id, kind, at, user_id, session_id, resource_type, resource_id, data) \
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6, $7 FROM live_events",
    )
    .bind(event.kind)
    .bind(now)
    .bind(event.user.unwrap_or_default())
    .bind(event.session.unwrap_or_default())
    .bind(event.resource_type)
    .bind(event.resource_id)
    .bind(event.data.to_string())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The id of the newest event; 0 when there is none.
pub async fn newest(db: &Db) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) FROM live_events")
        .fetch_one(db)
        .await
}

/// The next events after one, oldest first.
pub async fn after(db: &Db, id: i64, limit: i64) -> Result<Vec<LiveEvent>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT e.id, e.kind, e.at, e.user_id, e.session_id, e.resource_type, e.resource_id, e.data, u.name AS user_name \
         FROM live_events AS e LEFT JOIN users AS u ON u.id = e.user_id WHERE e.id > $1 ORDER BY e.id LIMIT $2",
    )
    .bind(id)
    .bind(limit)
    .fetch_all(db)
    .await?;
    let mut events: Vec<LiveEvent> = rows.iter().map(event).collect::<Result<_, _>>()?;
    for event in &mut events {
        if let Some(of) = event.data.get("of").and_then(Value::as_str) {
            event.of_name = name(db, of).await?;
        }
    }
    Ok(events)
}

async fn name(db: &Db, user: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT name FROM users WHERE id = $1")
        .bind(user)
        .fetch_optional(db)
        .await
}

fn event(row: &db::Row) -> Result<LiveEvent, sqlx::Error> {
    let some = |text: String| (!text.is_empty()).then_some(text);
    let data: String = row.try_get("data")?;
    Ok(LiveEvent {
        id: row.try_get("id")?,
        kind: row.try_get("kind")?,
        timestamp: row.try_get("at")?,
        user_id: some(row.try_get("user_id")?),
        user_name: row.try_get("user_name")?,
        of_name: None,
        session_id: some(row.try_get("session_id")?),
        resource_type: row.try_get("resource_type")?,
        resource_id: row.try_get("resource_id")?,
        data: serde_json::from_str(&data).map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
    })
}
