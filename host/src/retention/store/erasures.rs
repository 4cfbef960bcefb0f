//! SQL of erasing one user.

use api_types::Erasure;
use sqlx::Row;

use crate::db::{Db, Growing, Tx};

/// What an erasure has removed so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    pub conversations: i64,
    pub documents: i64,
    /// Stayed for their other readers.
    pub shared: i64,
}

/// From now on it is to be done. One that is under way stays as it is.
pub async fn order(tx: &mut Tx, user: &str, by: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO erasures (user_id, ordered_by, ordered_at) VALUES ($1, $2, $3) ON CONFLICT (user_id) DO UPDATE SET \
         ordered_by = excluded.ordered_by, ordered_at = excluded.ordered_at, finished_at = NULL, conversations = 0, \
         documents = 0, shared = 0 WHERE erasures.finished_at IS NOT NULL",
    )
    .bind(user)
    .bind(by)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whether it is ordered and not finished.
pub async fn is_open(tx: &mut Tx, user: &str) -> Result<bool, sqlx::Error> {
    let row = sqlx::query("SELECT user_id FROM erasures WHERE user_id = $1 AND finished_at IS NULL")
        .bind(user)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.is_some())
}

/// Returns who ordered it and what has gone by now.
pub async fn add(tx: &mut Tx, user: &str, removed: Removed) -> Result<(String, Removed), sqlx::Error> {
    let row = sqlx::query(
        "UPDATE erasures SET conversations = conversations + $1, documents = documents + $2, shared = shared + $3 \
         WHERE user_id = $4 RETURNING ordered_by, conversations, documents, shared",
    )
    .bind(removed.conversations)
    .bind(removed.documents)
    .bind(removed.shared)
    .bind(user)
    .fetch_one(&mut **tx)
    .await?;
    let total = Removed {
        conversations: row.try_get("conversations")?,
        documents: row.try_get("documents")?,
        shared: row.try_get("shared")?,
    };
    Ok((row.try_get("ordered_by")?, total))
}

pub async fn finish(db: &Db, user: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE erasures SET finished_at = $1 WHERE user_id = $2")
        .bind(now)
        .bind(user)
        .execute(db)
        .await?;
    Ok(())
}

/// Newest first.
pub async fn list(db: &Db) -> Result<Vec<Erasure>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT e.user_id, COALESCE(u.name, e.ordered_by) AS ordered_by, e.ordered_at, e.finished_at, e.conversations, \
         e.documents, CASE WHEN e.finished_at IS NULL AND EXISTS (SELECT 1 FROM legal_holds AS h \
           WHERE h.user_id = e.user_id AND h.lifted_at IS NULL) THEN 1 ELSE 0 END AS held \
         FROM erasures AS e LEFT JOIN users AS u ON u.id = e.ordered_by ORDER BY e.ordered_at DESC, e.user_id LIMIT 100",
    )
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Erasure {
                user_id: row.try_get("user_id")?,
                ordered_by: row.try_get("ordered_by")?,
                ordered_at: row.try_get("ordered_at")?,
                finished_at: row.try_get("finished_at")?,
                held: row.try_get::<i64, _>("held")? != 0,
                conversations: row.try_get("conversations")?,
                documents: row.try_get("documents")?,
            })
        })
        .collect()
}

/// Name of a user who is there.
pub async fn name_of(tx: &mut Tx, user: &str) -> Result<Option<String>, sqlx::Error> {
    let row = sqlx::query("SELECT name FROM users WHERE id = $1 AND erased_at IS NULL")
        .bind(user)
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|row| row.try_get("name")).transpose()
}

/// Contents of all versions of a document: what its files are named by.
pub async fn contents_of(tx: &mut Tx, document: &str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT DISTINCT content_hash FROM versions WHERE document_id = $1")
        .bind(document)
        .fetch_all(&mut **tx)
        .await
}

/// Some conversations of a user, deleted ones among them.
pub async fn conversations(tx: &mut Tx, user: &str, limit: i64) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT id FROM conversations WHERE user_id = $1 ORDER BY id LIMIT $2")
        .bind(user)
        .bind(limit)
        .fetch_all(&mut **tx)
        .await
}

/// Answers of the user that are being written.
pub async fn running(tx: &mut Tx, user: &str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT m.id FROM messages AS m JOIN conversations AS c ON c.id = m.conversation_id \
         WHERE c.user_id = $1 AND m.status = 'running'",
    )
    .bind(user)
    .fetch_all(&mut **tx)
    .await
}

/// Removes conversations with all they hold. What left the building for their answers stays as a count: it loses the
/// answer's id and the digests of what was sent.
pub async fn remove_conversations(tx: &mut Tx, ids: &[String]) -> Result<(), sqlx::Error> {
    if ids.is_empty() {
        return Ok(());
    }
    for (before, after) in [
        (
            "UPDATE egress_log SET answer_id = NULL, body_sha256 = NULL, target_sha256 = NULL WHERE answer_id IN \
             (SELECT id FROM messages WHERE conversation_id IN (",
            "))",
        ),
        (
            "DELETE FROM jobs WHERE kind = 'chat.erase' AND status <> 'running' AND payload IN (",
            ")",
        ),
        ("DELETE FROM conversations WHERE id IN (", ")"),
    ] {
        let mut query = Growing::new(before);
        query.list(ids)?.push(after);
        query.build().execute(&mut **tx).await?;
    }
    Ok(())
}

/// What lies under the user's id without referring to their row: what plugins keep for them, and what administrators saw
/// happen. The newest event stays, emptied, so that numbers go on growing.
pub async fn remove_beside(tx: &mut Tx, user: &str) -> Result<(), sqlx::Error> {
    for sql in [
        "DELETE FROM plugin_values WHERE bucket = 'user' AND owner = $1",
        "DELETE FROM live_events WHERE (user_id = $1 OR resource_id = $1 OR REPLACE(data, '\"' || $1 || '\"', '') <> data) \
         AND id < (SELECT MAX(e.id) FROM live_events AS e)",
        "UPDATE live_events SET kind = 'user.erased', user_id = '', session_id = '', resource_type = 'user', \
         resource_id = '', data = '{}' WHERE user_id = $1 OR resource_id = $1 OR REPLACE(data, '\"' || $1 || '\"', '') <> data",
    ] {
        sqlx::query(sql).bind(user).execute(&mut **tx).await?;
    }
    Ok(())
}
