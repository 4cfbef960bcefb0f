pub mod events;
pub mod heard;
mod messages;
pub mod screened;
pub mod search;

pub use messages::{messages, messages_before};

use api_types::{Answer, AnswerEvent, AnswerKind, AnswerStatus, AskRequest, ConversationInfo, Message, ProblemBody};
use nextcloud::ActingUser;
use sqlx::Row;

use crate::db::{self, Db, Tx};
use crate::identity;
use crate::vault::{Place, Vault};

fn title_at(id: &str) -> Place<'_> {
    Place::new("conversations", "title", id)
}

/// Where a column of a message stands.
fn at<'a>(column: &'a str, id: &'a str) -> Place<'a> {
    Place::new("messages", column, id)
}

fn conversation(vault: &Vault, row: &db::Row) -> Result<ConversationInfo, sqlx::Error> {
    let id: String = row.try_get("id")?;
    Ok(ConversationInfo {
        title: vault.open(title_at(&id), row.try_get("title")?)?,
        id,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
    })
}

pub async fn conversation_of(
    db: &Db,
    vault: &Vault,
    user: &str,
    id: &str,
) -> Result<Option<ConversationInfo>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT id, title, created_at, updated_at FROM conversations WHERE id = $1 AND user_id = $2 AND deleted_at IS NULL",
    )
    .bind(id)
    .bind(user)
    .fetch_optional(db)
    .await?;
    row.as_ref().map(|row| conversation(vault, row)).transpose()
}

pub async fn insert_conversation(
    tx: &mut Tx,
    vault: &Vault,
    user: &str,
    new: &ConversationInfo,
) -> Result<(), sqlx::Error> {
    let inserted = sqlx::query(
        "INSERT INTO conversations (id, user_id, title, created_at, updated_at) \
         SELECT $1, id, $3, $4, $4 FROM users WHERE id = $2 AND erased_at IS NULL",
    )
    .bind(&new.id)
    .bind(user)
    .bind(vault.seal(title_at(&new.id), &new.title)?)
    .bind(new.created_at)
    .execute(&mut **tx)
    .await?;
    if inserted.rows_affected() == 0 {
        return Err(sqlx::Error::RowNotFound);
    }
    Ok(())
}

/// Conversations of a user in the order of their ids, after one of them; with `deleted` also those that only wait to be erased.
pub async fn conversations_after(
    db: &Db,
    vault: &Vault,
    user: &str,
    (after, limit): (&str, i64),
    deleted: bool,
) -> Result<Vec<ConversationInfo>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT id, title, created_at, updated_at FROM conversations \
         WHERE user_id = $1 AND id > $2 AND (deleted_at IS NULL OR $3 = 1) ORDER BY id LIMIT $4",
    )
    .bind(user)
    .bind(after)
    .bind(i64::from(deleted))
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| conversation(vault, row)).collect()
}

pub async fn rename(tx: &mut Tx, vault: &Vault, id: &str, title: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE conversations SET title = $1, updated_at = $2 WHERE id = $3")
        .bind(vault.seal(title_at(id), title)?)
        .bind(now)
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// From now on it is not there for anyone; the rows stay until [`erase`].
pub async fn delete(tx: &mut Tx, id: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE conversations SET deleted_at = $1 WHERE id = $2")
        .bind(now)
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Undoes a deletion after `since`. False when there is none of this user's.
pub async fn restore(tx: &mut Tx, user: &str, id: &str, since: i64) -> Result<bool, sqlx::Error> {
    let restored =
        sqlx::query("UPDATE conversations SET deleted_at = NULL WHERE id = $1 AND user_id = $2 AND deleted_at > $3")
            .bind(id)
            .bind(user)
            .bind(since)
            .execute(&mut **tx)
            .await?;
    Ok(restored.rows_affected() == 1)
}

/// Removes a conversation that was deleted at `until` or before, with all it holds. Returns whose it was.
pub async fn erase(tx: &mut Tx, id: &str, until: i64) -> Result<Option<String>, sqlx::Error> {
    let row = sqlx::query("DELETE FROM conversations WHERE id = $1 AND deleted_at <= $2 RETURNING user_id")
        .bind(id)
        .bind(until)
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|row| row.try_get("user_id")).transpose()
}

const MESSAGE: &str = "SELECT id, conversation_id, client_message_id, request, question, status, run, answer, error, asked_at FROM messages";

fn status_name(status: AnswerStatus) -> &'static str {
    match status {
        AnswerStatus::Running => "running",
        AnswerStatus::Done => "done",
        AnswerStatus::Stopped => "stopped",
        AnswerStatus::Failed => "failed",
    }
}

fn status_from(name: &str) -> AnswerStatus {
    match name {
        "running" => AnswerStatus::Running,
        "done" => AnswerStatus::Done,
        "stopped" => AnswerStatus::Stopped,
        _ => AnswerStatus::Failed,
    }
}

fn kind_name(kind: AnswerKind) -> &'static str {
    match kind {
        AnswerKind::Answered => "answered",
        AnswerKind::NotFound => "not_found",
        AnswerKind::Clarification => "clarification",
        AnswerKind::Calculation => "calculation",
        AnswerKind::Refused => "refused",
    }
}

fn decode<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

fn encode<T: serde::Serialize>(value: &T) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}

fn message(vault: &Vault, row: &db::Row) -> Result<Message, sqlx::Error> {
    let id: String = row.try_get("id")?;
    let answer = vault.open_some(at("answer", &id), row.try_get("answer")?)?;
    let error: Option<String> = row.try_get("error")?;
    Ok(Message {
        client_message_id: row.try_get("client_message_id")?,
        question: vault.open(at("question", &id), row.try_get("question")?)?,
        asked_at: row.try_get("asked_at")?,
        status: status_from(row.try_get("status")?),
        answer: answer.as_deref().map(decode::<Answer>).transpose()?,
        error: error.as_deref().map(decode::<ProblemBody>).transpose()?,
        id,
    })
}

/// A message with what is needed to answer it.
pub struct Asked {
    pub id: String,
    pub conversation: String,
    pub user: String,
    /// In whose name Nextcloud is asked; none for a local user.
    pub acting: Option<ActingUser>,
    pub request: AskRequest,
    pub run: i64,
    pub status: AnswerStatus,
    pub asked_at: i64,
    /// Sequence number of the last event of earlier runs.
    pub last_sequence: i64,
}

fn asked(vault: &Vault, row: &db::Row) -> Result<Asked, sqlx::Error> {
    let user: String = row.try_get("user_id")?;
    let id: String = row.try_get("id")?;
    Ok(Asked {
        acting: identity::nextcloud_uid(&user).and_then(ActingUser::of_stored_work),
        user,
        conversation: row.try_get("conversation_id")?,
        request: decode(&vault.open(at("request", &id), row.try_get("request")?)?)?,
        run: row.try_get("run")?,
        status: status_from(row.try_get("status")?),
        asked_at: row.try_get("asked_at")?,
        last_sequence: 0,
        id,
    })
}

const ASKED: &str = "SELECT m.id, m.conversation_id, c.user_id, m.request, m.run, m.status, m.asked_at \
    FROM messages AS m JOIN conversations AS c ON c.id = m.conversation_id";

pub async fn asked_of(
    db: &Db,
    vault: &Vault,
    user: &str,
    conversation: &str,
    id: &str,
) -> Result<Option<Asked>, sqlx::Error> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{ASKED} WHERE m.id = $1 AND m.conversation_id = $2 AND c.user_id = $3 AND c.deleted_at IS NULL"
    )))
    .bind(id)
    .bind(conversation)
    .bind(user)
    .fetch_optional(db)
    .await?;
    row.as_ref().map(|row| asked(vault, row)).transpose()
}

/// Messages whose answering was cut off by the end of the process that wrote them.
pub async fn interrupted(db: &Db, vault: &Vault, host: &str) -> Result<Vec<Asked>, sqlx::Error> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{ASKED} WHERE m.status = 'running' AND (m.host IS NULL OR (m.host <> $1 \
         AND NOT EXISTS (SELECT 1 FROM hosts WHERE hosts.id = m.host)))"
    )))
    .bind(host)
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| asked(vault, row)).collect()
}

/// Reserves the answer's row. `Err(id)` names the message that already has this client id.
pub async fn reserve(tx: &mut Tx, vault: &Vault, new: &Asked) -> Result<Result<(), String>, sqlx::Error> {
    let inserted = sqlx::query(
        "INSERT INTO messages (id, conversation_id, client_message_id, request, question, status, asked_at) \
         VALUES ($1, $2, $3, $4, $5, 'running', $6) ON CONFLICT (conversation_id, client_message_id) DO NOTHING",
    )
    .bind(&new.id)
    .bind(&new.conversation)
    .bind(&new.request.client_message_id)
    .bind(vault.seal(at("request", &new.id), &encode(&new.request)?)?)
    .bind(vault.seal(at("question", &new.id), &new.request.text)?)
    .bind(new.asked_at)
    .execute(&mut **tx)
    .await?;
    if inserted.rows_affected() == 1 {
        sqlx::query("UPDATE conversations SET updated_at = $1 WHERE id = $2")
            .bind(new.asked_at)
            .bind(&new.conversation)
            .execute(&mut **tx)
            .await?;
        return Ok(Ok(()));
    }
    let row = sqlx::query("SELECT id FROM messages WHERE conversation_id = $1 AND client_message_id = $2")
        .bind(&new.conversation)
        .bind(&new.request.client_message_id)
        .fetch_one(&mut **tx)
        .await?;
    Ok(Err(row.try_get("id")?))
}

/// From now on this process writes the answer.
pub async fn take(tx: &mut Tx, message: &str, host: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE messages SET host = $1 WHERE id = $2")
        .bind(host)
        .bind(message)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The first question names a conversation that has no name yet.
pub async fn name_if_new(
    tx: &mut Tx,
    vault: &Vault,
    conversation: &str,
    unnamed: &str,
    title: &str,
) -> Result<(), sqlx::Error> {
    let row = sqlx::query("SELECT title FROM conversations WHERE id = $1")
        .bind(conversation)
        .fetch_optional(&mut **tx)
        .await?;
    let Some(row) = row else { return Ok(()) };
    if vault.open(title_at(conversation), row.try_get("title")?)? == unnamed {
        sqlx::query("UPDATE conversations SET title = $1 WHERE id = $2")
            .bind(vault.seal(title_at(conversation), title)?)
            .bind(conversation)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Starts a new run: what the last one said is gone. Returns the sequence number after which the new events count on,
/// so that a reader of the old run who resumes misses none of them.
pub async fn restart(tx: &mut Tx, message: &str, run: i64, was: AnswerStatus) -> Result<Option<i64>, sqlx::Error> {
    let last = sqlx::query("SELECT COALESCE(MAX(sequence), 0) AS last FROM answer_events WHERE message_id = $1")
        .bind(message)
        .fetch_one(&mut **tx)
        .await?
        .try_get("last")?;
    let changed = sqlx::query(
        "UPDATE messages SET status = 'running', run = $1, answer = NULL, error = NULL, answered_at = NULL, \
         model = NULL, kind = NULL, withheld = NULL, heard = NULL, heard_ms = NULL WHERE id = $2 AND run = $1 - 1 AND status = $3",
    )
    .bind(run)
    .bind(message)
    .bind(status_name(was))
    .execute(&mut **tx)
    .await?;
    if changed.rows_affected() == 0 {
        return Ok(None);
    }
    sqlx::query("DELETE FROM answer_events WHERE message_id = $1")
        .bind(message)
        .execute(&mut **tx)
        .await?;
    Ok(Some(last))
}

pub async fn status_of(db: &Db, message: &str) -> Result<Option<AnswerStatus>, sqlx::Error> {
    let row = sqlx::query("SELECT status FROM messages WHERE id = $1")
        .bind(message)
        .fetch_optional(db)
        .await?;
    row.map(|row| Ok(status_from(row.try_get("status")?))).transpose()
}

/// Stores the answer with its last event. False when the message was deleted or started again meanwhile.
pub async fn finish(
    tx: &mut Tx,
    vault: &Vault,
    asked: &Asked,
    sequence: i64,
    last: &AnswerEvent,
    now: i64,
) -> Result<bool, sqlx::Error> {
    let (status, answer, error) = match last {
        AnswerEvent::Done { status, answer } => (*status, Some(answer), None),
        AnswerEvent::Error { problem } => (AnswerStatus::Failed, None, Some(encode(problem)?)),
        _ => return Ok(false),
    };
    let text = answer.map(encode).transpose()?;
    let updated = sqlx::query(
        "UPDATE messages SET status = $1, answer = $2, error = $3, answered_at = $4, model = $7, kind = $8, withheld = $9 \
         WHERE id = $5 AND run = $6",
    )
    .bind(status_name(status))
    .bind(vault.seal_some(at("answer", &asked.id), text.as_deref())?)
    .bind(error)
    .bind(now)
    .bind(&asked.id)
    .bind(asked.run)
    .bind(answer.map(|answer| answer.metadata.model.as_str()))
    .bind(answer.map(|answer| kind_name(answer.kind)))
    .bind(answer.map(|answer| i64::from(answer.withheld)))
    .execute(&mut **tx)
    .await?;
    if updated.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query("INSERT INTO answer_events (message_id, sequence, event) VALUES ($1, $2, $3)")
        .bind(&asked.id)
        .bind(sequence)
        .bind(events::sealed(vault, &asked.id, sequence, last)?)
        .execute(&mut **tx)
        .await?;
    Ok(true)
}
