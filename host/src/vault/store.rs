//! SQL of keys and of the walks that seal rows under a new one.

use sqlx::{AssertSqlSafe, Row};

use super::columns::{Column, Kind, Part};
use crate::db::{self, Db, Tx};

/// A wrapped data key.
pub struct StoredKey {
    pub id: String,
    /// Fingerprint of the master key that wraps it.
    pub master: String,
    pub wrapped: Vec<u8>,
    /// New records are sealed under the key whose time came last.
    pub active_from: i64,
}

const KEYS: &str = "SELECT id, master, wrapped, active_from FROM data_keys ORDER BY active_from, id";

/// In the order of their times.
pub async fn keys(db: &Db) -> Result<Vec<StoredKey>, sqlx::Error> {
    sqlx::query(KEYS).fetch_all(db).await?.iter().map(key).collect()
}

/// As [`keys`], within a transaction.
pub async fn keys_in(tx: &mut Tx) -> Result<Vec<StoredKey>, sqlx::Error> {
    sqlx::query(KEYS).fetch_all(&mut **tx).await?.iter().map(key).collect()
}

fn key(row: &db::Row) -> Result<StoredKey, sqlx::Error> {
    let wrapped: String = row.try_get("wrapped")?;
    Ok(StoredKey {
        id: row.try_get("id")?,
        master: row.try_get("master")?,
        wrapped: hex::decode(wrapped).map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        active_from: row.try_get("active_from")?,
    })
}

pub async fn any_key(tx: &mut Tx) -> Result<bool, sqlx::Error> {
    let row = sqlx::query("SELECT id FROM data_keys LIMIT 1")
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.is_some())
}

pub async fn insert_key(tx: &mut Tx, key: &StoredKey, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO data_keys (id, master, wrapped, active_from, created_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(&key.id)
        .bind(&key.master)
        .bind(hex::encode(&key.wrapped))
        .bind(key.active_from)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub async fn rewrap(tx: &mut Tx, id: &str, master: &str, wrapped: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE data_keys SET master = $1, wrapped = $2 WHERE id = $3")
        .bind(master)
        .bind(hex::encode(wrapped))
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Destroys the keys whose time was before that of `current`; returns how many.
pub async fn retire(tx: &mut Tx, current: &str) -> Result<u64, sqlx::Error> {
    let gone = sqlx::query(
        "DELETE FROM data_keys WHERE active_from < (SELECT k.active_from FROM data_keys AS k WHERE k.id = $1)",
    )
    .bind(current)
    .execute(&mut **tx)
    .await?;
    Ok(gone.rows_affected())
}

/// Value of a part of a primary key.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub enum At {
    Number(i64),
    Text(String),
}

/// A value as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Bytes(Vec<u8>),
}

/// A row of a sealed column.
pub struct Found {
    pub at: Vec<At>,
    pub value: Value,
}

impl Found {
    /// The row's name in what its value is bound to.
    pub fn row(&self) -> String {
        let parts = self.at.iter().map(|part| match part {
            At::Number(number) => number.to_string(),
            At::Text(text) => text.clone(),
        });
        parts.collect::<Vec<_>>().join("/")
    }
}

/// How far the walk over a column has come: for which key, behind which row, and whether it is through.
pub async fn walk(db: &Db, name: &str) -> Result<Option<(String, Vec<At>, bool)>, sqlx::Error> {
    let row = sqlx::query("SELECT key_id, behind, finished FROM vault_walks WHERE name = $1")
        .bind(name)
        .fetch_optional(db)
        .await?;
    row.map(|row| {
        let behind: String = row.try_get("behind")?;
        let behind = serde_json::from_str(&behind).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        Ok((row.try_get("key_id")?, behind, row.try_get::<i64, _>("finished")? != 0))
    })
    .transpose()
}

pub async fn note(tx: &mut Tx, name: &str, key: &str, behind: &[At], finished: bool) -> Result<(), sqlx::Error> {
    let behind = serde_json::to_string(behind).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    sqlx::query(
        "INSERT INTO vault_walks (name, key_id, behind, finished) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (name) DO UPDATE SET key_id = excluded.key_id, behind = excluded.behind, finished = excluded.finished",
    )
    .bind(name)
    .bind(key)
    .bind(behind)
    .bind(i64::from(finished))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn names(column: &Column) -> String {
    let names: Vec<&str> = column.key.iter().map(|part| part.name()).collect();
    names.join(", ")
}

fn places(count: usize) -> String {
    let places: Vec<String> = (1..=count).map(|at| format!("${at}")).collect();
    places.join(", ")
}

/// The next rows of a column in the order of their key; empty ones are left out.
pub async fn batch(db: &Db, column: &Column, behind: &[At], limit: i64) -> Result<Vec<Found>, sqlx::Error> {
    let (key, value) = (names(column), column.column);
    let from = if behind.is_empty() {
        String::new()
    } else {
        format!("({key}) > ({}) AND ", places(behind.len()))
    };
    let sql = format!(
        "SELECT {key}, {value} FROM {} WHERE {from}{value} IS NOT NULL ORDER BY {key} LIMIT {limit}",
        column.table
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for part in behind {
        query = match part {
            At::Number(number) => query.bind(*number),
            At::Text(text) => query.bind(text),
        };
    }
    let rows = query.fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            let mut at = Vec::with_capacity(column.key.len());
            for part in column.key {
                at.push(match part {
                    Part::Number(name) => At::Number(row.try_get(*name)?),
                    Part::Text(name) => At::Text(row.try_get(*name)?),
                });
            }
            Ok(Found {
                at,
                value: match column.kind {
                    Kind::Text => Value::Text(row.try_get(value)?),
                    Kind::Bytes => Value::Bytes(row.try_get(value)?),
                },
            })
        })
        .collect()
}

/// Puts `new` in the place of what was found, unless it was changed meanwhile: then it is newer than the walk.
pub async fn replace(tx: &mut Tx, column: &Column, found: &Found, new: &Value) -> Result<(), sqlx::Error> {
    let count = column.key.len();
    let sql = format!(
        "UPDATE {} SET {value} = ${} WHERE ({}) = ({}) AND {value} = ${}",
        column.table,
        count + 1,
        names(column),
        places(count),
        count + 2,
        value = column.column,
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for part in &found.at {
        query = match part {
            At::Number(number) => query.bind(*number),
            At::Text(text) => query.bind(text),
        };
    }
    for value in [new, &found.value] {
        query = match value {
            Value::Text(text) => query.bind(text),
            Value::Bytes(bytes) => query.bind(bytes),
        };
    }
    query.execute(&mut **tx).await?;
    Ok(())
}

/// Whether a row of the column is not sealed under this key.
pub async fn any_other(db: &Db, column: &Column, key: &str) -> Result<bool, sqlx::Error> {
    let value = column.column;
    let sql = |length: usize| {
        format!(
            "SELECT 1 AS one FROM {} WHERE {value} IS NOT NULL AND substr({value}, 1, {length}) <> $1 LIMIT 1",
            column.table
        )
    };
    let row = match column.kind {
        Kind::Text => {
            let prefix = envelope::text_prefix(key);
            sqlx::query(AssertSqlSafe(sql(prefix.len())))
                .bind(prefix)
                .fetch_optional(db)
                .await?
        }
        Kind::Bytes => {
            let prefix = envelope::bytes_prefix(key);
            sqlx::query(AssertSqlSafe(sql(prefix.len())))
                .bind(prefix)
                .fetch_optional(db)
                .await?
        }
    };
    Ok(row.is_some())
}
