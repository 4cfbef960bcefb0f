//! SQL of what one user takes away and no other feature reads for them.

use api_types::EgressRecord;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sqlx::Row;

use crate::clinical::context::store::Looked;
use crate::db::{self, Db, Tx};
use crate::vault::{Place, Vault};

/// When the user came first, and whether they have a second factor. No secret of it.
pub async fn account(db: &Db, user: &str) -> Result<Value, sqlx::Error> {
    let row = sqlx::query(
        "SELECT created_at, (SELECT confirmed_at FROM second_factors WHERE user_id = users.id) AS second_factor_since \
         FROM users WHERE id = $1",
    )
    .bind(user)
    .fetch_one(db)
    .await?;
    let (created_at, since): (i64, Option<i64>) = (row.try_get("created_at")?, row.try_get("second_factor_since")?);
    Ok(json!({ "created_at": created_at, "second_factor_since": since }))
}

/// Newest first; nothing that opens one.
pub async fn sessions(db: &Db, user: &str) -> Result<Vec<Value>, sqlx::Error> {
    sqlx::query(
        "SELECT id, kind, client, created_at, last_seen_at, expires_at, ended_at, ended_because FROM sessions \
         WHERE user_id = $1 ORDER BY created_at DESC, id",
    )
    .bind(user)
    .try_map(|row: db::Row| {
        Ok(json!({
            "id": row.try_get::<String, _>("id")?,
            "kind": row.try_get::<String, _>("kind")?,
            "client": row.try_get::<String, _>("client")?,
            "created_at": row.try_get::<i64, _>("created_at")?,
            "last_seen_at": row.try_get::<i64, _>("last_seen_at")?,
            "expires_at": row.try_get::<i64, _>("expires_at")?,
            "ended_at": row.try_get::<Option<i64>, _>("ended_at")?,
            "ended_because": row.try_get::<Option<String>, _>("ended_because")?,
        }))
    })
    .fetch_all(db)
    .await
}

/// When the user talked, newest first; nothing that was said stands there.
pub async fn voice_sessions(db: &Db, user: &str) -> Result<Vec<Value>, sqlx::Error> {
    sqlx::query(
        "SELECT id, conversation_id, started_at, ended_at, reason, turns FROM voice_sessions WHERE user_id = $1 \
         ORDER BY started_at DESC, id",
    )
    .bind(user)
    .try_map(|row: db::Row| {
        Ok(json!({
            "id": row.try_get::<String, _>("id")?,
            "conversation_id": row.try_get::<Option<String>, _>("conversation_id")?,
            "started_at": row.try_get::<i64, _>("started_at")?,
            "ended_at": row.try_get::<Option<i64>, _>("ended_at")?,
            "reason": row.try_get::<Option<String>, _>("reason")?,
            "turns": row.try_get::<i64, _>("turns")?,
        }))
    })
    .fetch_all(db)
    .await
}

/// What plugins keep for the user; as text where it is text, else in base 64.
pub async fn plugin_values(db: &Db, vault: &Vault, user: &str) -> Result<Vec<Value>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT plugin_id, name, value, updated_at FROM plugin_values WHERE bucket = 'user' AND owner = $1 \
         ORDER BY plugin_id, name",
    )
    .bind(user)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            let (plugin, name): (String, String) = (row.try_get("plugin_id")?, row.try_get("name")?);
            let place = [plugin.as_str(), "user", user, &name].join("/");
            let value = vault.open_bytes(Place::new("plugin_values", "value", &place), row.try_get("value")?)?;
            let (encoding, value) = match String::from_utf8(value) {
                Ok(text) => ("text", text),
                Err(error) => ("base64", STANDARD.encode(error.as_bytes())),
            };
            let updated_at: i64 = row.try_get("updated_at")?;
            Ok(json!({ "plugin": plugin, "name": name, "encoding": encoding, "value": value, "updated_at": updated_at }))
        })
        .collect()
}

/// What left the building for the user's answers, oldest first.
pub async fn sent(db: &Db, user: &str) -> Result<Vec<EgressRecord>, sqlx::Error> {
    sqlx::query(
        "SELECT e.id, e.at, e.purpose, e.destination, e.remote, e.bytes_out, e.target_bytes, e.bytes_in, e.class, \
         e.outcome, e.body_sha256, e.replaced, e.agreement, e.answer_id FROM egress_log AS e JOIN messages AS m ON m.id = e.answer_id \
         JOIN conversations AS c ON c.id = m.conversation_id WHERE c.user_id = $1 ORDER BY e.at, e.id",
    )
    .bind(user)
    .try_map(|row: db::Row| {
        Ok(EgressRecord {
            id: row.try_get("id")?,
            at: row.try_get("at")?,
            purpose: row.try_get("purpose")?,
            destination: row.try_get("destination")?,
            bytes_out: row.try_get("bytes_out")?,
            target_bytes: row.try_get("target_bytes")?,
            bytes_in: row.try_get("bytes_in")?,
            class: row.try_get("class")?,
            remote: row.try_get::<i64, _>("remote")? != 0,
            outcome: row.try_get("outcome")?,
            body_sha256: row.try_get("body_sha256")?,
            replaced: row.try_get("replaced")?,
            agreement: row.try_get("agreement")?,
            answer_id: row.try_get("answer_id")?,
        })
    })
    .fetch_all(db)
    .await
}

/// An upload in its newest version.
pub struct Upload {
    pub file_name: String,
    pub content_hash: String,
    pub bytes: i64,
}

/// In the order in which they were added.
pub async fn documents(db: &Db, user: &str) -> Result<Vec<Upload>, sqlx::Error> {
    sqlx::query(
        "SELECT d.file_name, v.content_hash, v.bytes FROM documents AS d JOIN versions AS v ON v.id = \
           (SELECT id FROM versions WHERE document_id = d.id ORDER BY created_at DESC, id DESC LIMIT 1) \
         WHERE d.source = 'upload' AND d.owner_id = $1 ORDER BY d.added_at, d.id",
    )
    .bind(user)
    .try_map(|row: db::Row| {
        Ok(Upload {
            file_name: row.try_get("file_name")?,
            content_hash: row.try_get("content_hash")?,
            bytes: row.try_get("bytes")?,
        })
    })
    .fetch_all(db)
    .await
}

/// What of the user's conversations somebody sees who gets everything: the messages of each, and the patient context where
/// there is one.
pub async fn shown(tx: &mut Tx, user: &str) -> Result<Vec<(String, Looked)>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT c.id, k.conversation_id AS context FROM conversations AS c \
         LEFT JOIN clinical_contexts AS k ON k.conversation_id = c.id WHERE c.user_id = $1",
    )
    .bind(user)
    .fetch_all(&mut **tx)
    .await?;
    let mut shown = Vec::new();
    for row in &rows {
        let id: String = row.try_get("id")?;
        if row.try_get::<Option<String>, _>("context")?.is_some() {
            shown.push((id.clone(), Looked::Context));
        }
        shown.push((id, Looked::Messages));
    }
    Ok(shown)
}
