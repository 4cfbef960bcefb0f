//! SQL that reads and writes whole tables, whatever they are.

use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use sqlx::any::AnyTypeInfoKind;
use sqlx::{AnyConnection, AssertSqlSafe, Column, Row, TypeInfo, ValueRef};

use super::cell::Cell;
use crate::db::{self, Db, Tx};

/// Tables in the order in which they were made: what a row refers to stands in an earlier one.
pub async fn tables(tx: &mut Tx, sqlite: bool) -> Result<Vec<String>, sqlx::Error> {
    let sql = if sqlite {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> '_sqlx_migrations' ORDER BY rowid"
    } else {
        "SELECT CAST(c.relname AS TEXT) AS name FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace \
         WHERE c.relkind = 'r' AND n.nspname = current_schema() AND c.relname <> '_sqlx_migrations' ORDER BY c.oid"
    };
    sqlx::query_scalar(sql).fetch_all(&mut **tx).await
}

/// Number of the newest migration.
pub async fn schema(tx: &mut Tx) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations")
        .fetch_one(&mut **tx)
        .await
}

/// When the newest row of the audit trail was written; 0 when there is none.
pub async fn newest(tx: &mut Tx) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT COALESCE(MAX(at_ms), 0) FROM audit")
        .fetch_one(&mut **tx)
        .await
}

/// Fingerprint of the master key and id of the newest data key.
pub async fn newest_key(tx: &mut Tx) -> Result<Option<(String, String)>, sqlx::Error> {
    let row = sqlx::query("SELECT master, id FROM data_keys ORDER BY active_from DESC, id DESC LIMIT 1")
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|row| Ok((row.try_get("master")?, row.try_get("id")?)))
        .transpose()
}

/// Whether somebody has used this database.
pub async fn used(db: &Db) -> Result<bool, sqlx::Error> {
    let row = sqlx::query("SELECT 1 AS one FROM users UNION ALL SELECT 1 AS one FROM audit LIMIT 1")
        .fetch_optional(db)
        .await?;
    Ok(row.is_some())
}

/// All rows of a table, as they come.
pub fn rows<'t>(tx: &'t mut Tx, table: &str) -> BoxStream<'t, Result<Vec<(String, Cell)>, sqlx::Error>> {
    sqlx::query(AssertSqlSafe(format!("SELECT * FROM {table}")))
        .fetch(&mut **tx)
        .and_then(|row| async move { cells(&row) })
        .boxed()
}

fn cells(row: &db::Row) -> Result<Vec<(String, Cell)>, sqlx::Error> {
    row.columns()
        .iter()
        .enumerate()
        .map(|(at, column)| Ok((column.name().to_owned(), cell(row, at)?)))
        .collect()
}

fn cell(row: &db::Row, at: usize) -> Result<Cell, sqlx::Error> {
    let kind = {
        let raw = row.try_get_raw(at)?;
        if raw.is_null() {
            return Ok(Cell::Null(()));
        }
        raw.type_info().kind()
    };
    Ok(match kind {
        AnyTypeInfoKind::SmallInt | AnyTypeInfoKind::Integer | AnyTypeInfoKind::BigInt => {
            Cell::Number(row.try_get(at)?)
        }
        AnyTypeInfoKind::Real | AnyTypeInfoKind::Double => Cell::float(row.try_get(at)?),
        AnyTypeInfoKind::Text => Cell::Text(row.try_get(at)?),
        AnyTypeInfoKind::Blob => Cell::bytes(row.try_get(at)?),
        AnyTypeInfoKind::Null => Cell::Null(()),
        AnyTypeInfoKind::Bool => {
            let name = row.column(at).type_info().name().to_owned();
            return Err(sqlx::Error::Protocol(format!(
                "a column of the type {name} is not archived"
            )));
        }
    })
}

/// Removes what migrations put into a table.
pub async fn clear(tx: &mut Tx, table: &str) -> Result<(), sqlx::Error> {
    sqlx::query(AssertSqlSafe(format!("DELETE FROM {table}")))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub async fn insert(tx: &mut Tx, table: &str, columns: &[String], row: &[Cell]) -> anyhow::Result<()> {
    // A null is written out: bound, it would need a type.
    let mut places = Vec::with_capacity(row.len());
    let mut bound = 0;
    for cell in row {
        places.push(match cell {
            Cell::Null(()) => "NULL".to_owned(),
            _ => {
                bound += 1;
                format!("${bound}")
            }
        });
    }
    let sql = format!(
        "INSERT INTO {table} ({}) VALUES ({})",
        columns.join(", "),
        places.join(", ")
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for cell in row {
        query = match cell {
            Cell::Null(()) => query,
            Cell::Number(number) => query.bind(*number),
            Cell::Text(text) => query.bind(text),
            Cell::Float { d } => query.bind(f64::from_bits(*d)),
            Cell::Bytes { b } => query.bind(Cell::decoded(b)?),
        };
    }
    query.execute(&mut **tx).await?;
    Ok(())
}

/// Counts of what a search depends on: two equal ones mean that nothing was added or removed between.
pub async fn searchable(tx: &mut Tx) -> Result<(i64, i64, i64), sqlx::Error> {
    let row = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM passages) AS passages, (SELECT COUNT(*) FROM readers) AS readers, \
         (SELECT COALESCE(MAX(updated_at), 0) FROM documents) AS latest",
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok((
        row.try_get("passages")?,
        row.try_get("readers")?,
        row.try_get("latest")?,
    ))
}

/// On the server of a PostgreSQL database; `name` must be the program's own.
pub async fn make_database(db: &Db, name: &str) -> Result<(), sqlx::Error> {
    // Without locale and extensions of the server's own template.
    let sql = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(db).await?;
    Ok(())
}

/// With the connections that it still has.
pub async fn remove_database(db: &Db, name: &str) -> Result<(), sqlx::Error> {
    let sql = format!("DROP DATABASE {name} WITH (FORCE)");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(db).await?;
    Ok(())
}

/// Some passages of current versions: id, sealed text, and one of the readers of each.
pub async fn samples(db: &Db, limit: i64) -> Result<Vec<(String, String, String)>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT p.id, p.text, (SELECT MIN(r.reader) FROM readers AS r WHERE r.document_id = d.id) AS reader \
         FROM passages AS p JOIN documents AS d ON d.current_version = p.version_id \
         WHERE EXISTS (SELECT 1 FROM readers AS r WHERE r.document_id = d.id) ORDER BY p.id LIMIT $1",
    )
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("id")?, row.try_get("text")?, row.try_get("reader")?)))
        .collect()
}

/// Contents that versions refer to.
pub async fn contents(db: &Db) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT DISTINCT content_hash FROM versions")
        .fetch_all(db)
        .await
}

/// Whether no other process has this SQLite database open: only then can its journal be taken down.
pub async fn alone(one: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    sqlx::raw_sql("PRAGMA busy_timeout = 500").execute(&mut *one).await?;
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode = DELETE")
        .fetch_one(&mut *one)
        .await?;
    Ok(mode == "delete")
}
