//! The log as administrators search it, and what the gate is set up to reach.

use api_types::{EgressRecord, EgressTotal, OnDay};
use serde::Deserialize;

use super::store::search;
use super::{AllowedOrigin, Egress};
use crate::edge::cursor::Cursor;

/// What is left out is not looked at.
#[derive(Clone, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
pub struct Search {
    /// A part of scheme, host and port.
    pub destination: String,
    /// A purpose, or how several begin, such as `plugin:`.
    pub purpose: String,
    /// `public`, `internal` or `phi`.
    pub class: String,
    /// Only what went outside of the building, or only what did not.
    pub remote: Option<bool>,
    /// Only what the gate refused, or only what it let through.
    pub refused: Option<bool>,
    /// Id of the answer it was sent for: its receipt.
    pub answer: String,
    /// From this time on.
    pub from: Option<i64>,
    /// Before this time.
    pub to: Option<i64>,
}

impl Egress {
    /// The next rows behind `after`, newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn found(&self, search: &Search, after: &Cursor, limit: i64) -> Result<Vec<EgressRecord>, sqlx::Error> {
        self.inner.log.settled().await;
        search::found(self.inner.log.db(), search, after, limit).await
    }

    /// The newest `limit` rows, newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn recent(&self, limit: i64) -> Result<Vec<EgressRecord>, sqlx::Error> {
        let start = Cursor {
            time: i64::MAX,
            id: String::new(),
        };
        self.found(&Search::default(), &start, limit).await
    }

    /// How many rows there are, and what they add up to, the largest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn totals(&self, search: &Search) -> Result<(i64, Vec<EgressTotal>), sqlx::Error> {
        let db = self.inner.log.db();
        Ok((search::count(db, search).await?, search::totals(db, search).await?))
    }

    /// Requests that left the building since a time, by days of `day_ms` in UTC, without the days that have none.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn by_day(&self, since: i64, day_ms: i64) -> Result<Vec<OnDay>, sqlx::Error> {
        search::by_day(self.inner.log.db(), since, day_ms).await
    }

    /// Requests since a time that were stopped here.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn refused_since(&self, since: i64) -> Result<i64, sqlx::Error> {
        search::refused_since(self.inner.log.db(), since).await
    }

    /// What the configuration lets through.
    pub fn configured_origins(&self) -> &[AllowedOrigin] {
        &self.inner.settings.allowed
    }
}
