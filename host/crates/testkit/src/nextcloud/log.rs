//! Every request that came, for counting.

use std::time::{Duration, Instant};

#[derive(Clone, Debug)]
pub struct LogEntry {
    pub method: String,
    /// As it came, without the query.
    pub path: String,
    pub query: Option<String>,
    /// Named by the request's credentials, whether or not they are right; `None` without a user.
    pub user: Option<String>,
    pub range: Option<String>,
    /// 0 while there is no answer, or when there was none.
    pub status: u16,
    /// Since the double started.
    pub at: Duration,
    pub(crate) number: u64,
}

pub(crate) struct Log {
    start: Instant,
    pub entries: Vec<LogEntry>,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            start: Instant::now(),
            entries: Vec::new(),
        }
    }
}

impl Log {
    pub(crate) fn now(&self) -> Duration {
        self.start.elapsed()
    }
}
