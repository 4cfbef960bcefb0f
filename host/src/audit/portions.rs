//! The trail in portions, read ahead of whoever verifies them.

use std::collections::VecDeque;

use anyhow::{Context, Result};
use audit_chain::Row;
use tokio_util::task::AbortOnDropHandle;

use super::store::Entries;
use crate::db::Db;

/// Rows read at a time.
const TOGETHER: i64 = 5_000;
/// Portions that are read at the same time.
const AHEAD: usize = 2;

type Reading = AbortOnDropHandle<Result<Vec<Option<Row>>, sqlx::Error>>;

pub struct Portions {
    entries: Entries,
    together: i64,
    coming: VecDeque<Reading>,
    /// Where the next one that is asked for begins.
    next: i64,
    /// The first sequence number that was not handed out yet.
    rest: i64,
}

impl Portions {
    /// # Errors
    /// The database cannot be opened.
    pub async fn of(db: &Db) -> Result<Self> {
        let entries = Entries::of(db).await.context("the trail cannot be read")?;
        Ok(Self {
            entries,
            together: TOGETHER,
            coming: VecDeque::new(),
            next: i64::MIN,
            rest: i64::MIN,
        })
    }

    /// The next rows, `None` for one that cannot be read; none at the end. Whoever is not satisfied with a row stops
    /// there: what follows a gap may come twice.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn next(&mut self) -> Result<Vec<Option<Row>>> {
        loop {
            while self.coming.len() < AHEAD {
                self.ask();
            }
            let Some(reading) = self.coming.pop_front() else {
                return Ok(Vec::new());
            };
            let rows = match reading.await? {
                Ok(rows) => rows,
                // SQLite stops at the first damaged page; what comes before it is read row by row.
                Err(_) if self.entries.is_sqlite() && self.together > 1 => {
                    self.together = 1;
                    self.begin(self.rest);
                    continue;
                }
                Err(error) if !self.entries.is_sqlite() || self.rest == i64::MIN => {
                    return Err(error).context("the trail cannot be read");
                }
                Err(_) => return Ok(vec![None]),
            };
            if let Some(Some(last)) = rows.last() {
                self.rest = after(last);
            }
            // The trail ended here when this was read; what was written since begins here, not where the next portion does.
            if (rows.len() as i64) < self.together {
                self.begin(self.rest);
            }
            return Ok(rows);
        }
    }

    fn begin(&mut self, at: i64) {
        self.coming.clear();
        self.next = at;
    }

    /// A trail that holds begins with 1 and has no gaps.
    fn ask(&mut self) {
        let (entries, from, together) = (self.entries.clone(), self.next, self.together);
        self.next = from.max(1).saturating_add(together);
        let reading = tokio::spawn(async move { entries.from(from, together).await });
        self.coming.push_back(AbortOnDropHandle::new(reading));
    }
}

fn after(row: &Row) -> i64 {
    i64::try_from(row.entry.sequence.saturating_add(1)).unwrap_or(i64::MAX)
}
