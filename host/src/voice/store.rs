//! SQL of voice: sessions and how long their answers took. Nothing that was said is in it.

use api_types::VoiceSessionRow;
use sqlx::Row;

pub use super::measure::Measured;
use crate::db::{self, Db, Tx};

/// Sessions in a list.
const LISTED: i64 = 100;
/// Answers that are counted; more are not looked at.
const MOST: i64 = 100_000;

/// `local` is recognised and spoken on this server alone.
pub fn kind(local: bool) -> &'static str {
    if local { "local" } else { "vendor" }
}

pub async fn insert(
    tx: &mut Tx,
    (id, user): (&str, &str),
    conversation: Option<&str>,
    (host, kind): (&str, &str),
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO voice_sessions (id, user_id, conversation_id, host, kind, started_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(user)
    .bind(conversation)
    .bind(host)
    .bind(kind)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn set_transport(tx: &mut Tx, id: &str, transport: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE voice_sessions SET transport = $1 WHERE id = $2")
        .bind(transport)
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub async fn set_conversation(db: &Db, id: &str, conversation: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE voice_sessions SET conversation_id = $1 WHERE id = $2")
        .bind(conversation)
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}

/// What is counted of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub turns: i64,
    pub bargeins: i64,
    pub errors: i64,
}

/// False when it had ended before, or its user is gone.
pub async fn end(tx: &mut Tx, id: &str, reason: &str, counts: &Counts, now: i64) -> Result<bool, sqlx::Error> {
    let ended = sqlx::query(
        "UPDATE voice_sessions SET ended_at = $1, reason = $2, turns = $3, bargeins = $4, errors = $5 \
         WHERE id = $6 AND ended_at IS NULL",
    )
    .bind(now)
    .bind(reason)
    .bind(counts.turns)
    .bind(counts.bargeins)
    .bind(counts.errors)
    .bind(id)
    .execute(&mut **tx)
    .await?;
    Ok(ended.rows_affected() == 1)
}

/// Sessions of processes that are gone have ended with them.
pub async fn end_of_gone_hosts(db: &Db, now: i64) -> Result<u64, sqlx::Error> {
    let ended = sqlx::query(
        "UPDATE voice_sessions SET ended_at = $1, reason = 'server_stopped' WHERE ended_at IS NULL \
         AND NOT EXISTS (SELECT 1 FROM hosts WHERE hosts.id = voice_sessions.host)",
    )
    .bind(now)
    .execute(db)
    .await?;
    Ok(ended.rows_affected())
}

/// A session whose user was erased meanwhile has no row any more, and gets none of these.
pub async fn insert_turn(
    tx: &mut Tx,
    session: &str,
    number: i64,
    measured: &Measured,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO voice_turns (session_id, number, at, eou_delay, transcription_delay, llm_ttft, tts_ttfb, ttfa, e2e, \
         bargein_silence, false_interruptions, fallback_count) \
         SELECT id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 FROM voice_sessions WHERE id = $1",
    )
    .bind(session)
    .bind(number)
    .bind(now)
    .bind(measured.eou_delay)
    .bind(measured.transcription_delay)
    .bind(measured.llm_ttft)
    .bind(measured.tts_ttfb)
    .bind(measured.ttfa)
    .bind(measured.e2e)
    .bind(measured.bargein_silence)
    .bind(measured.false_interruptions)
    .bind(measured.fallbacks)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The newest sessions of everyone.
pub async fn newest(db: &Db) -> Result<Vec<VoiceSessionRow>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT v.id, v.user_id, u.name AS user_name, v.conversation_id, v.kind, v.transport, v.started_at, v.ended_at, \
         v.reason, v.turns, v.bargeins, v.errors FROM voice_sessions AS v JOIN users AS u ON u.id = v.user_id \
         ORDER BY v.started_at DESC, v.id DESC LIMIT $1",
    )
    .bind(LISTED)
    .fetch_all(db)
    .await?;
    rows.iter().map(row).collect()
}

fn row(row: &db::Row) -> Result<VoiceSessionRow, sqlx::Error> {
    Ok(VoiceSessionRow {
        id: row.try_get("id")?,
        user_id: row.try_get("user_id")?,
        user_name: row.try_get("user_name")?,
        conversation_id: row.try_get("conversation_id")?,
        kind: row.try_get("kind")?,
        transport: row.try_get("transport")?,
        started_at: row.try_get("started_at")?,
        ended_at: row.try_get("ended_at")?,
        reason: row.try_get("reason")?,
        turns: row.try_get("turns")?,
        bargeins: row.try_get("bargeins")?,
        errors: row.try_get("errors")?,
    })
}

/// Sessions that began since a time, and what was counted in those that have ended.
pub async fn counts_since(db: &Db, since: i64) -> Result<(i64, Counts), sqlx::Error> {
    let row = sqlx::query(
        "SELECT COUNT(*) AS sessions, CAST(COALESCE(SUM(turns), 0) AS BIGINT) AS turns, \
         CAST(COALESCE(SUM(bargeins), 0) AS BIGINT) AS bargeins, CAST(COALESCE(SUM(errors), 0) AS BIGINT) AS errors \
         FROM voice_sessions WHERE started_at >= $1",
    )
    .bind(since)
    .fetch_one(db)
    .await?;
    let counts = Counts {
        turns: row.try_get("turns")?,
        bargeins: row.try_get("bargeins")?,
        errors: row.try_get("errors")?,
    };
    Ok((row.try_get("sessions")?, counts))
}

/// What was measured of each answer since a time.
pub async fn measured_since(db: &Db, since: i64) -> Result<Vec<Measured>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT eou_delay, transcription_delay, llm_ttft, tts_ttfb, ttfa, e2e, bargein_silence, false_interruptions, \
         fallback_count FROM voice_turns WHERE at >= $1 ORDER BY at DESC LIMIT $2",
    )
    .bind(since)
    .bind(MOST)
    .fetch_all(db)
    .await?;
    let measured = rows.iter().map(|row| {
        Ok(Measured {
            eou_delay: row.try_get("eou_delay")?,
            transcription_delay: row.try_get("transcription_delay")?,
            llm_ttft: row.try_get("llm_ttft")?,
            tts_ttfb: row.try_get("tts_ttfb")?,
            ttfa: row.try_get("ttfa")?,
            e2e: row.try_get("e2e")?,
            bargein_silence: row.try_get("bargein_silence")?,
            false_interruptions: row.try_get("false_interruptions")?,
            fallbacks: row.try_get("fallback_count")?,
        })
    });
    measured.collect()
}
