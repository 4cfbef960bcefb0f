//! SQL of what administrators look at.

use api_types::{EgressRecord, EgressTotal, OnDay};
use sqlx::Row;

use super::record;
use crate::db::{self, Db, Growing};
use crate::edge::cursor::Cursor;
use crate::egress::Search;

const COLUMNS: &str = "id, at, purpose, destination, remote, bytes_out, target_bytes, bytes_in, class, outcome, \
    body_sha256, replaced, agreement, answer_id";
const MOST_TOTALS: i64 = 100;

/// The query `what` of the rows that the search finds.
fn matching(what: &str, search: &Search) -> Result<Growing, sqlx::Error> {
    let mut query = Growing::new(&format!("SELECT {what} FROM egress_log WHERE 1 = 1"));
    let destination = search.destination.trim().to_lowercase();
    if !destination.is_empty() {
        query.push(" AND REPLACE(destination, ").bind(destination)?;
        query.push(", '') <> destination");
    }
    let purpose = search.purpose.trim();
    if !purpose.is_empty() {
        query.push(" AND SUBSTR(purpose, 1, LENGTH(").bind(purpose)?;
        query.push(")) = ").bind(purpose)?;
    }
    if !search.class.is_empty() {
        query.push(" AND class = ").bind(search.class.as_str())?;
    }
    if let Some(remote) = search.remote {
        query.push(" AND remote = ").bind(i64::from(remote))?;
    }
    match search.refused {
        Some(true) => _ = query.push(" AND outcome LIKE 'refused%'"),
        Some(false) => _ = query.push(" AND outcome NOT LIKE 'refused%'"),
        None => {}
    }
    if !search.answer.is_empty() {
        query.push(" AND answer_id = ").bind(search.answer.as_str())?;
    }
    if let Some(from) = search.from {
        query.push(" AND at >= ").bind(from)?;
    }
    if let Some(to) = search.to {
        query.push(" AND at < ").bind(to)?;
    }
    Ok(query)
}

/// Newest first.
pub(in crate::egress) async fn found(
    db: &Db,
    search: &Search,
    after: &Cursor,
    limit: i64,
) -> Result<Vec<EgressRecord>, sqlx::Error> {
    let mut query = matching(COLUMNS, search)?;
    query.push(" AND (at, id) < (").bind(after.time)?;
    query.push(", ").bind(after.id.as_str())?;
    query.push(") ORDER BY at DESC, id DESC LIMIT ").bind(limit)?;
    query.build().try_map(record).fetch_all(db).await
}

pub(in crate::egress) async fn count(db: &Db, search: &Search) -> Result<i64, sqlx::Error> {
    let row = matching("COUNT(*) AS found", search)?.build().fetch_one(db).await?;
    row.try_get("found")
}

pub(in crate::egress) async fn totals(db: &Db, search: &Search) -> Result<Vec<EgressTotal>, sqlx::Error> {
    let mut query = matching(
        "destination, remote, purpose, class, COUNT(*) AS requests, \
         CAST(SUM(CASE WHEN outcome LIKE 'refused%' THEN 1 ELSE 0 END) AS BIGINT) AS refused, \
         CAST(SUM(bytes_out + target_bytes) AS BIGINT) AS sent, CAST(SUM(bytes_in) AS BIGINT) AS received",
        search,
    )?;
    query
        .push(" GROUP BY destination, remote, purpose, class ORDER BY sent DESC, destination, purpose, class LIMIT ")
        .bind(MOST_TOTALS)?;
    query.build().try_map(total).fetch_all(db).await
}

pub(in crate::egress) async fn by_day(db: &Db, since: i64, day_ms: i64) -> Result<Vec<OnDay>, sqlx::Error> {
    sqlx::query(
        "SELECT at / $2 * $2 AS day, COUNT(*) AS found FROM egress_log \
         WHERE at >= $1 AND remote = 1 AND outcome NOT LIKE 'refused%' AND outcome NOT LIKE 'failed before sending%' GROUP BY 1",
    )
    .bind(since)
    .bind(day_ms)
    .try_map(|row: db::Row| {
        Ok(OnDay {
            day: row.try_get("day")?,
            count: row.try_get("found")?,
        })
    })
    .fetch_all(db)
    .await
}

pub(in crate::egress) async fn refused_since(db: &Db, since: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT COUNT(*) FROM egress_log WHERE at >= $1 AND outcome LIKE 'refused%'")
        .bind(since)
        .fetch_one(db)
        .await
}

fn total(row: db::Row) -> Result<EgressTotal, sqlx::Error> {
    Ok(EgressTotal {
        destination: row.try_get("destination")?,
        remote: row.try_get::<i64, _>("remote")? != 0,
        purpose: row.try_get("purpose")?,
        class: row.try_get("class")?,
        requests: row.try_get("requests")?,
        refused: row.try_get("refused")?,
        bytes_out: row.try_get("sent")?,
        bytes_in: row.try_get("received")?,
    })
}
