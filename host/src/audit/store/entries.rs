//! Entries in their order, by the place of their columns instead of by name, for the sake of a million rows.

use audit_chain::{Entry, Hash, Row as Stored, read_digits};
use sqlx::sqlite::SqlitePool;
use sqlx::{ColumnIndex, Decode, Row, Type};

use crate::db::{self, Db};

const SELECT: &str = "SELECT sequence, at_ms, actor, action, resource_type, resource_id, outcome, detail, previous_hash, hash \
     FROM audit WHERE sequence >= $1 ORDER BY sequence LIMIT $2";

/// Where entries are read for verifying. SQLite is read by its own driver: the one for either database converts every
/// value once more.
#[derive(Clone)]
pub enum Entries {
    Sqlite(SqlitePool),
    Postgres(Db),
}

impl Entries {
    /// # Errors
    /// Of the database.
    pub async fn of(db: &Db) -> Result<Self, sqlx::Error> {
        Ok(match db::sqlite_reader(db).await? {
            Some(pool) => Self::Sqlite(pool),
            None => Self::Postgres(db.clone()),
        })
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// As [`entries_from`].
    ///
    /// # Errors
    /// Of the database.
    pub async fn from(&self, sequence: i64, limit: i64) -> Result<Vec<Option<Stored>>, sqlx::Error> {
        match self {
            Self::Sqlite(pool) => {
                let rows = sqlx::query(SELECT).bind(sequence).bind(limit).fetch_all(pool).await?;
                Ok(rows.iter().map(|row| stored(row).ok()).collect())
            }
            Self::Postgres(db) => entries_from(db, sequence, limit).await,
        }
    }
}

/// Entries from a stored sequence number on, which may be forged and below zero; `None` for a row that cannot be read.
///
/// # Errors
/// Of the database.
pub async fn entries_from(db: &Db, sequence: i64, limit: i64) -> Result<Vec<Option<Stored>>, sqlx::Error> {
    let rows = sqlx::query(SELECT).bind(sequence).bind(limit).fetch_all(db).await?;
    Ok(rows.iter().map(|row| stored(row).ok()).collect())
}

fn stored<'r, R: Row>(row: &'r R) -> Result<Stored, sqlx::Error>
where
    usize: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    &'r str: Decode<'r, R::Database> + Type<R::Database>,
{
    let entry = Entry {
        // Below zero it is none, and matches no place.
        sequence: u64::try_from(row.try_get::<i64, _>(0)?).unwrap_or(0),
        at_ms: row.try_get(1)?,
        actor: row.try_get(2)?,
        action: row.try_get(3)?,
        resource_type: row.try_get(4)?,
        resource_id: row.try_get(5)?,
        outcome: row.try_get(6)?,
        detail_json: row.try_get(7)?,
    };
    // What is no hash matches none, so that its row is named.
    let hash = |place: usize| -> Result<Hash, sqlx::Error> {
        Ok(read_digits(row.try_get::<&str, _>(place)?).unwrap_or_default())
    };
    Ok(Stored {
        entry,
        previous: hash(8)?,
        hash: hash(9)?,
    })
}
