//! SQL of the trail, its checkpoints and its sinks.

mod entries;
pub mod search;

use audit_chain::{Checkpoint, Entry, Head, Row as Stored, read_digits};
use sqlx::Row;

pub use entries::{Entries, entries_from};

use crate::db::{self, Db, Tx};

/// How far a sink has come: the last entry and the last checkpoint it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    pub entries: u64,
    pub checkpoints: u64,
}

/// What no checkpoint covers.
pub struct Unsigned {
    pub entries: u64,
    /// When the first of them was written.
    pub oldest: Option<i64>,
}

/// Sequence and hash of the newest row.
pub async fn head(tx: &mut Tx) -> Result<Head, sqlx::Error> {
    let row = sqlx::query("SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1")
        .fetch_optional(&mut **tx)
        .await?;
    let Some(row) = row else { return Ok(Head::EMPTY) };
    Ok(Head {
        sequence: count(&row, "sequence")?,
        hash: digits(&row, "hash")?,
    })
}

pub async fn insert(tx: &mut Tx, entry: &Entry, previous: &str, hash: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO audit (sequence, at_ms, actor, action, resource_type, resource_id, outcome, detail, previous_hash, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(number(entry.sequence))
    .bind(entry.at_ms)
    .bind(&entry.actor)
    .bind(&entry.action)
    .bind(&entry.resource_type)
    .bind(&entry.resource_id)
    .bind(&entry.outcome)
    .bind(&entry.detail_json)
    .bind(previous)
    .bind(hash)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The last sequence number.
pub async fn length(db: &Db) -> Result<u64, sqlx::Error> {
    let row = sqlx::query("SELECT COALESCE(MAX(sequence), 0) AS length FROM audit")
        .fetch_one(db)
        .await?;
    count(&row, "length")
}

/// The next rows after a sequence number; `None` for a row that cannot be read.
pub async fn rows_after(db: &Db, sequence: u64, limit: i64) -> Result<Vec<Option<Stored>>, sqlx::Error> {
    entries_from(db, number(sequence.saturating_add(1)), limit).await
}

pub async fn newest_checkpoint(tx: &mut Tx) -> Result<Option<Checkpoint>, sqlx::Error> {
    sqlx::query(
        "SELECT number, sequence, hash, at_ms, key_id, signature FROM audit_checkpoints ORDER BY number DESC LIMIT 1",
    )
    .try_map(|row| checkpoint(&row))
    .fetch_optional(&mut **tx)
    .await
}

pub async fn insert_checkpoint(tx: &mut Tx, made: &Checkpoint) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO audit_checkpoints (number, sequence, hash, at_ms, key_id, signature) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(number(made.number))
    .bind(number(made.sequence))
    .bind(hex::encode(made.hash))
    .bind(made.at_ms)
    .bind(&made.key_id)
    .bind(hex::encode(made.signature))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// By their numbers.
pub async fn checkpoints_after(db: &Db, after: u64) -> Result<Vec<Checkpoint>, sqlx::Error> {
    sqlx::query(
        "SELECT number, sequence, hash, at_ms, key_id, signature FROM audit_checkpoints WHERE number > $1 ORDER BY number",
    )
    .bind(number(after))
    .try_map(|row| checkpoint(&row))
    .fetch_all(db)
    .await
}

fn checkpoint(row: &db::Row) -> Result<Checkpoint, sqlx::Error> {
    // A forged signature or hash is none; it is named when it is verified.
    Ok(Checkpoint {
        number: count(row, "number")?,
        sequence: count(row, "sequence")?,
        hash: read_digits(row.try_get("hash")?).unwrap_or_default(),
        at_ms: row.try_get("at_ms")?,
        key_id: row.try_get("key_id")?,
        signature: read_digits(row.try_get("signature")?).unwrap_or([0; 64]),
    })
}

pub async fn unsigned(db: &Db) -> Result<Unsigned, sqlx::Error> {
    let row = sqlx::query(
        "SELECT COUNT(*) AS entries, MIN(at_ms) AS oldest FROM audit \
         WHERE sequence > (SELECT COALESCE(MAX(sequence), 0) FROM audit_checkpoints)",
    )
    .fetch_one(db)
    .await?;
    Ok(Unsigned {
        entries: count(&row, "entries")?,
        oldest: row.try_get("oldest")?,
    })
}

pub async fn position(db: &Db, sink: &str) -> Result<Position, sqlx::Error> {
    let row = sqlx::query("SELECT entries, checkpoints FROM audit_sinks WHERE id = $1")
        .bind(sink)
        .fetch_optional(db)
        .await?;
    let Some(row) = row else { return Ok(Position::default()) };
    Ok(Position {
        entries: count(&row, "entries")?,
        checkpoints: count(&row, "checkpoints")?,
    })
}

/// The last entry that any sink was given.
pub async fn delivered(db: &Db) -> Result<u64, sqlx::Error> {
    let row = sqlx::query("SELECT COALESCE(MAX(entries), 0) AS entries FROM audit_sinks")
        .fetch_one(db)
        .await?;
    count(&row, "entries")
}

/// Never back: another process may have come further.
pub async fn advance(db: &Db, sink: &str, reached: Position) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO audit_sinks (id, entries, checkpoints, refuses) VALUES ($1, $2, $3, 0) ON CONFLICT (id) DO UPDATE SET \
         entries = CASE WHEN excluded.entries > audit_sinks.entries THEN excluded.entries ELSE audit_sinks.entries END, \
         checkpoints = CASE WHEN excluded.checkpoints > audit_sinks.checkpoints THEN excluded.checkpoints \
         ELSE audit_sinks.checkpoints END",
    )
    .bind(sink)
    .bind(number(reached.entries))
    .bind(number(reached.checkpoints))
    .execute(db)
    .await?;
    Ok(())
}

/// Of all sinks only `required` holds up what must be recorded, and does until it was reached.
pub async fn require(pool: &Db, required: Option<&str>) -> Result<(), sqlx::Error> {
    let mut tx = db::begin(pool).await?;
    sqlx::query("UPDATE audit_sinks SET refuses = 0 WHERE refuses <> 0")
        .execute(&mut *tx)
        .await?;
    if let Some(sink) = required {
        sqlx::query(
            "INSERT INTO audit_sinks (id, entries, checkpoints, refuses) VALUES ($1, 0, 0, 1) \
             ON CONFLICT (id) DO UPDATE SET refuses = 1",
        )
        .bind(sink)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await
}

pub async fn refuse(db: &Db, sink: &str, refuses: bool) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE audit_sinks SET refuses = $1 WHERE id = $2")
        .bind(i64::from(refuses))
        .bind(sink)
        .execute(db)
        .await?;
    Ok(())
}

/// A sink that is required cannot be reached.
pub async fn refuses(tx: &mut Tx) -> Result<bool, sqlx::Error> {
    let row = sqlx::query("SELECT COUNT(*) AS refusing FROM audit_sinks WHERE refuses <> 0")
        .fetch_one(&mut **tx)
        .await?;
    Ok(count(&row, "refusing")? > 0)
}

/// Damage of a SQLite file that no row shows, such as an index that says other than its table.
pub async fn damage(db: &Db) -> Result<Option<String>, sqlx::Error> {
    if !db::is_sqlite(db) {
        return Ok(None);
    }
    let row = sqlx::query("PRAGMA integrity_check(audit)").fetch_one(db).await?;
    let said: String = row.try_get(0)?;
    Ok((said != "ok").then_some(said))
}

fn count(row: &db::Row, column: &str) -> Result<u64, sqlx::Error> {
    Ok(u64::try_from(row.try_get::<i64, _>(column)?).unwrap_or(0))
}

fn digits<const N: usize>(row: &db::Row, column: &str) -> Result<[u8; N], sqlx::Error> {
    let none = || sqlx::Error::Decode(format!("{column} is no hash").into());
    read_digits(row.try_get(column)?).ok_or_else(none)
}

fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
